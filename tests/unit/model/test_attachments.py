"""The account of which policies are at which routes."""

from crossgate.model.attachments import NO_ATTACHMENTS, Attachments, RouteAttachments, Unattached


def test_the_accounts_of_several_dialects_are_one() -> None:
    first = Attachments(routes=(RouteAttachments(listener="a", routes=("Route/1",)),))
    second = Attachments(unattached=(Unattached(policy="Plugin/2", reason="it names no route"),))
    both = sum((first, second), NO_ATTACHMENTS)
    assert (both.routes, both.unattached) == (first.routes, second.unattached)
