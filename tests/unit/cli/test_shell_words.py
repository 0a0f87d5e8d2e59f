import pytest

from crossgate.cli.shell_words import words_of


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a  b\tc\nd", ["a", "b", "c"]),
        ("a\\\nb", ["ab"]),
        ("a # b", ["a"]),
        ("a#b '#c'", ["a#b", "#c"]),
        ("curl 'a ^\nb' c", ["curl", "a ^\nb", "c"]),
        ("a 'b c' \"d e\" f\\ g", ["a", "b c", "d e", "f g"]),
        ("a'b'\"c\"d", ["abcd"]),
        ("a '' \"\"", ["a", "", ""]),
        ("'a$' -H 'b'", ["a$", "-H", "b"]),
        ("$a ${b} $", ["$a", "${b}", "$"]),
        (r'"\$\"\\\`\n"', [r'$"\`\n']),
        (r"$'\n\t\'\x41\u00e9\U0001f4a9\101\xc3\xa9\e'", ["\n\t'Aé💩Aé\x1b"]),
        (r"$'\xff\ud800'", ["\ufffd\ufffd"]),
        ("a \\\n  b \\\r\n c", ["a", "b", "c"]),
        ("$ curl a", ["curl", "a"]),
        ("a | b", ["a"]),
        ("curl -H 'If-Match: ^\"x\"' a", ["curl", "-H", 'If-Match: ^"x"', "a"]),
        ("curl.exe 'a b'", ["curl.exe", "a b"]),
        ("a; b", ["a"]),
        ("a>b", ["a"]),
        ("a && b", ["a"]),
        ("", []),
    ],
)
def test_words_of_a_shell(text: str, words: list[str]) -> None:
    assert words_of(text) == words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('curl ^"a b^" ^\n  -H ^"c: d^"', ["curl", "a b", "-H", "c: d"]),
        ('curl ^"a^%^41^&b^" ^\r\n  c', ["curl", "a%41&b", "c"]),
        ('curl "a" ^\r\n  -d "{\\"b\\":\\"c\\"}"', ["curl", "a", "-d", '{"b":"c"}']),
        ('curl.exe "a""b" c\\d "e\\\\" ""', ["curl.exe", 'a"b', "c\\d", "e\\", ""]),
        ('curl "a^b" ^\n c', ["curl", "a^b", "c"]),
        ('curl ^"a^\n\nb^"', ["curl", "a\nb"]),
        ("curl a ^\n b & echo c", ["curl", "a", "b"]),
    ],
)
def test_words_of_cmd(text: str, words: list[str]) -> None:
    assert words_of(text) == words


@pytest.mark.parametrize("text", ["a 'b", 'a "b', "a $'b", 'curl.exe "a'])
def test_a_quote_that_is_not_closed(text: str) -> None:
    with pytest.raises(ValueError, match="a quote is not closed"):
        words_of(text)
