import pytest

from crossgate.cli.curl_options import Say, said


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (["-XPUT", "u"], [(Say.METHOD, "PUT"), (Say.URL, "u")]),
        (["-sSXPUT"], [(Say.METHOD, "PUT")]),
        (["-siX", "PUT"], [(Say.METHOD, "PUT")]),
        (["-sIG"], [(Say.HEAD, ""), (Say.GET, "")]),
        (["--request=PUT"], [(Say.METHOD, "PUT")]),
        (["--expand-url", "u"], [(Say.URL, "u")]),
        (["-o", "u", "--retry-delay", "3", "-A", "x", "v"], [(Say.URL, "v")]),
        (["--unheard-of", "u"], [(Say.URL, "u")]),
        (["-", "--", "-x"], [(Say.URL, "-"), (Say.URL, "-x")]),
        (["-:"], [(Say.NEXT, "")]),
    ],
)
def test_what_options_say(words: list[str], found: list[tuple[Say, str]]) -> None:
    assert list(said(words)) == found


def test_an_option_without_its_value() -> None:
    with pytest.raises(ValueError, match="`-H` lacks its value"):
        list(said(["u", "-H"]))
