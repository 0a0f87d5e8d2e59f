from itertools import product

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crossgate.model.host_index import HostIndex
from crossgate.model.hosts import Hostname

PATIENTLY = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # the machine may be busy

LABELS = ("a", "b", "ab")
STEMS = [".".join(labels) for count in (1, 2, 3) for labels in product(LABELS, repeat=count)]
NAMES = [*STEMS, "c", "c.a", "a.c", "a.b.a.b", ".a", "a.", "", "."]
PATTERNS = ["*", *STEMS, *(f"*.{stem}" for stem in STEMS), *(f"{stem}.*" for stem in STEMS)]

hostnames = st.lists(st.sampled_from(PATTERNS).map(lambda pattern: Hostname(pattern=pattern)), max_size=12)


def by_specificity(found: list[Hostname]) -> list[Hostname]:
    return sorted(dict.fromkeys(found), key=lambda hostname: hostname.precedence)


@PATIENTLY
@given(hostnames)
def test_the_index_finds_what_trying_them_all_finds(given_hostnames: list[Hostname]) -> None:
    index = HostIndex((hostname, hostname) for hostname in given_hostnames)
    for name in NAMES:
        wanted = by_specificity([hostname for hostname in given_hostnames if hostname.matches(name)])
        assert list(index.matching(name)) == wanted, name
        assert index.find(name) == next(iter(wanted), None), name


@PATIENTLY
@given(hostnames)
def test_of_two_values_for_one_hostname_the_first_counts(given_hostnames: list[Hostname]) -> None:
    index = HostIndex((hostname, place) for place, hostname in enumerate(given_hostnames))
    for name in NAMES:
        assert all(given_hostnames.index(given_hostnames[place]) == place for place in index.matching(name))


@PATIENTLY
@given(hostnames, st.sampled_from(NAMES))
def test_wider_hostnames_are_all_that_a_request_can_fall_back_to(given_hostnames: list[Hostname], name: str) -> None:
    index = HostIndex((hostname, hostname) for hostname in given_hostnames)
    own, *others = [*index.matching(name), None]
    if own is not None:
        wider = set(index.wider(own))
        assert own not in wider
        assert set(filter(None, others)) <= wider
