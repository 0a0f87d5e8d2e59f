"""What a dialect makes of the users' documents."""

from msgspec import Struct

from crossgate.model.attachments import NO_ATTACHMENTS, Attachments
from crossgate.model.gateway import Listener


class Reading(Struct, frozen=True, kw_only=True):
    """What a dialect makes of documents: listeners, and the account of which policies are at which of their routes."""

    listeners: tuple[Listener, ...] = ()
    attachments: Attachments = NO_ATTACHMENTS
