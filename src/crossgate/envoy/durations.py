"""Seconds as the API writes them."""


def seconds(number: float) -> str:
    """Return a duration in protobuf's JSON form, to the nanosecond."""
    return f"{number:.9f}".rstrip("0").rstrip(".") + "s"
