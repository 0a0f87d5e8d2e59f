import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crossgate.fetch import headers
from crossgate.fetch.headers import is_value, split_list, split_tokens

PATIENTLY = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # the machine may be busy


@pytest.mark.parametrize(
    ("value", "members"),
    [
        ("", []),
        (",", []),
        (" , ,\t,", []),
        ("a", ["a"]),
        ("a,b", ["a", "b"]),
        (" a ,\tb\t", ["a", "b"]),
        ("a,,b,", ["a", "b"]),
        ("a b", ["a b"]),
        ("a\xa0,\x0bb", ["a\xa0", "\x0bb"]),  # OWS is blank and tab, and nothing else
    ],
)
def test_members_of_a_list(value: str, members: list[str]) -> None:
    assert split_list(value) == members


@pytest.mark.parametrize("value", ["a b", "a,b c", "a;q=1", '"a"', "é", "a,\x0bb"])
def test_one_member_that_is_no_token_spoils_the_list(value: str) -> None:
    assert split_tokens(value) is None


@pytest.mark.parametrize("value", ["", ",", "a", "*", "PUT, get ,,x-a"])
def test_a_list_of_tokens(value: str) -> None:
    assert split_tokens(value) == split_list(value)


tokens = st.from_regex(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+", fullmatch=True)


@PATIENTLY
@given(st.lists(tokens), st.lists(st.sampled_from([",", " , ", ",\t", ",,", ", ,"]), min_size=1))
def test_a_list_does_not_depend_on_how_it_is_joined(members: list[str], joints: list[str]) -> None:
    value = "".join(f"{member}{joints[place % len(joints)]}" for place, member in enumerate(members))
    assert split_list(value) == members
    assert split_tokens(value) == members


def test_names_are_lower_case() -> None:
    names = [value for name, value in vars(headers).items() if name.isupper() and isinstance(value, str)]
    assert "access-control-allow-origin" in names
    assert all(name == name.lower() for name in names)


@pytest.mark.parametrize(("text", "is_one"), [("", True), ("a\t\xff", True), ("a\r\nb", False), ("\u0100", False)])
def test_values_are_of_bytes_that_are_no_controls(text: str, *, is_one: bool) -> None:
    assert is_value(text) is is_one
