"""The options of curl: which have a value, and what those that concern a request say of it.

Source: curl's manual, of version 8.17. It knows no shell, and nothing of fetches.
"""

from collections.abc import Iterator, Sequence
from enum import Enum
from typing import Final


class Say(Enum):
    """What an option says of a request."""

    URL = "url"
    METHOD = "method"
    HEADER = "header"
    FORM = "form"
    ENCODED = "encoded"
    MULTIPART = "multipart"
    JSON = "json"
    UPLOAD = "upload"
    QUERY = "query"
    COOKIE = "cookie"
    USER = "user"
    BEARER = "bearer"
    SIGNED = "signed"
    REFERER = "referer"
    RANGE = "range"
    SINCE = "since"
    HEAD = "head"
    GET = "get"
    LITERAL = "literal"
    NEXT = "next"
    ELSEWHERE = "elsewhere"
    """What is said stands in another place, which is not read."""


_SAYING: Final = {
    Say.URL: "--url",
    Say.METHOD: "-X --request",
    Say.HEADER: "-H --header",
    Say.FORM: "-d --data --data-raw --data-binary --data-ascii",
    Say.ENCODED: "--data-urlencode",
    Say.MULTIPART: "-F --form --form-string",
    Say.JSON: "--json",
    Say.UPLOAD: "-T --upload-file",
    Say.QUERY: "--url-query",
    Say.COOKIE: "-b --cookie",
    Say.USER: "-u --user",
    Say.BEARER: "--oauth2-bearer",
    Say.SIGNED: "--aws-sigv4",
    Say.REFERER: "-e --referer",
    Say.RANGE: "-r --range -C --continue-at",
    Say.SINCE: "-z --time-cond",
    Say.ELSEWHERE: "-K --config --variable --netrc-file --etag-compare",
}
_FLAGS: Final = {
    Say.HEAD: "-I --head",
    Say.GET: "-G --get",
    Say.LITERAL: "-g --globoff",
    Say.NEXT: "-: --next",
    Say.ELSEWHERE: "-n --netrc --netrc-optional",
}
_IGNORED: Final = """
    --abstract-unix-socket --alt-svc --cacert --capath -E --cert --cert-type --ciphers --connect-timeout --connect-to
    -c --cookie-jar --create-file-mode --crlfile --curves --delegation --dns-interface --dns-ipv4-addr --dns-ipv6-addr
    --dns-servers --doh-url -D --dump-header --ech --egd-file --engine --etag-save --expect100-timeout --ftp-account
    --ftp-alternative-to-user --ftp-method -P --ftp-port --ftp-ssl-ccc-mode --happy-eyeballs-timeout-ms
    --haproxy-clientip --hostpubmd5 --hostpubsha256 --hsts --interface --ip-tos --ipfs-gateway --keepalive-cnt
    --keepalive-time --key --key-type --krb --libcurl --limit-rate --local-port --login-options --mail-auth --mail-from
    --mail-rcpt --max-filesize --max-redirs -m --max-time --noproxy -o --output --output-dir --parallel-max
    --parallel-max-host --pass --pinnedpubkey --preproxy --proto --proto-default --proto-redir -x --proxy --proxy-cacert
    --proxy-capath --proxy-cert --proxy-cert-type --proxy-ciphers --proxy-crlfile --proxy-header --proxy-key
    --proxy-key-type --proxy-pass --proxy-pinnedpubkey --proxy-service-name --proxy-tls13-ciphers --proxy-tlsauthtype
    --proxy-tlspassword --proxy-tlsuser -U --proxy-user --proxy1.0 --pubkey -Q --quote --random-file --rate
    --request-target --resolve --retry --retry-delay --retry-max-time --sasl-authzid --service-name --sigalgs --socks4
    --socks4a --socks5 --socks5-gssapi-service --socks5-hostname -Y --speed-limit -y --speed-time --stderr
    -t --telnet-option --tftp-blksize --tls-max --tls13-ciphers --tlsauthtype --tlspassword --tlsuser --trace
    --trace-ascii --trace-config --unix-socket --upload-flags -A --user-agent --vlan-priority -w --write-out
""".split()  # noqa: SIM905 - a list of names is read more easily so
"""What has a value and says nothing that a browser would send."""

_VALUED: Final = {name: say for say, names in _SAYING.items() for name in names.split()} | dict.fromkeys(_IGNORED)
_FLAGGED: Final = {name: say for say, names in _FLAGS.items() for name in names.split()}


def said(words: Sequence[str]) -> Iterator[tuple[Say, str]]:
    """Yield what the words behind `curl` say, in order; raises ValueError where an option lacks its value."""
    rest = iter(words)
    are_options = True
    for word in rest:
        if not are_options or not word.startswith("-") or word == "-":
            yield Say.URL, word
        elif word == "--":
            are_options = False
        else:
            for name, value in _split(word):
                if name in _FLAGGED:
                    yield _FLAGGED[name], ""
                if name not in _VALUED:
                    continue
                found = next(rest, None) if value is None else value
                if found is None:
                    raise ValueError(f"`{name}` lacks its value")
                say = _VALUED[name]
                if say is not None:
                    yield say, found


def _split(word: str) -> Iterator[tuple[str, str | None]]:
    """Yield the options that a word is: a long one, or short ones of which the last may have the rest as its value."""
    if word.startswith("--"):
        name, equals, value = word.partition("=")
        if name.startswith("--expand-"):
            name = f"--{name.removeprefix('--expand-')}"
        yield name, value if equals else None
        return
    for place, letter in enumerate(word[1:], 1):
        name = f"-{letter}"
        if name in _VALUED:
            yield name, word[place + 1 :] or None
            return
        yield name, None
