import pytest

from crossgate.model.routes import Backend, Endpoint, Forward, PathPrefix, Redirect, WeightedBackend

BACKEND = Backend(name="b:80", endpoints=(Endpoint(host="127.0.0.1", port=80),))


@pytest.mark.parametrize(
    ("prefix", "by_element"), [("/", True), ("/a", True), ("/a/b", True), ("/", False), ("/a/", False)]
)
def test_a_prefix(prefix: str, *, by_element: bool) -> None:
    assert PathPrefix(prefix=prefix, by_element=by_element).prefix == prefix


@pytest.mark.parametrize(("prefix", "by_element"), [("", True), ("a", False), ("/a/", True), ("//", True)])
def test_no_prefix(prefix: str, *, by_element: bool) -> None:
    with pytest.raises(ValueError, match=r"slash|end"):
        PathPrefix(prefix=prefix, by_element=by_element)


def shares(weights: tuple[int, ...]) -> tuple[WeightedBackend, ...]:
    return tuple(WeightedBackend(backend=BACKEND, weight=weight) for weight in weights)


@pytest.mark.parametrize("weights", [(1,), (0, 1), (3, 5)])
def test_some_backend_gets_requests(weights: tuple[int, ...]) -> None:
    assert len(Forward(backends=shares(weights)).backends) == len(weights)


@pytest.mark.parametrize("weights", [(), (0,), (0, 0)])
def test_no_backend_gets_requests(weights: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="weight"):
        Forward(backends=shares(weights))


@pytest.mark.parametrize("status", [200, 300, 304, 305])
def test_no_status_of_a_redirect(status: int) -> None:
    with pytest.raises(ValueError, match="status"):
        Redirect(status=status)


def test_a_scheme_is_lower_case() -> None:
    assert Redirect(scheme="https").scheme == "https"
    with pytest.raises(ValueError, match="lower case"):
        Redirect(scheme="HTTPS")
