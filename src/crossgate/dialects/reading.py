"""What a dialect makes of the users' documents."""

from dataclasses import dataclass, field

from crossgate.model.attachments import NO_ATTACHMENTS, Attachments
from crossgate.model.gateway import Listener


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a dialect makes of documents: listeners, and the account of which policies are at which of their routes."""

    listeners: tuple[Listener, ...] = ()
    attachments: Attachments = field(default=NO_ATTACHMENTS, repr=False)
