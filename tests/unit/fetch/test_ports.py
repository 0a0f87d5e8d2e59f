from crossgate.fetch.ports import BAD_PORTS


def test_some_ports_are_bad_and_those_of_the_web_are_not() -> None:
    assert {25, 6000, 6666, 10080} < BAD_PORTS
    assert not {80, 443, 3000, 8000, 8080, 8443} & BAD_PORTS
