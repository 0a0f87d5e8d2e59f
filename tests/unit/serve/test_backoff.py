from crossgate.serve.backoff import Backoff


def test_waits_double_up_to_the_longest() -> None:
    backoff = Backoff(first=0.5, longest=3.0, steady_after=60.0)

    assert [backoff.after_run(0.0) for _ in range(5)] == [0.5, 1.0, 2.0, 3.0, 3.0]


def test_a_long_run_starts_them_anew() -> None:
    backoff = Backoff(first=0.5, longest=3.0, steady_after=60.0)

    assert [backoff.after_run(lasted) for lasted in (0.0, 59.0, 60.0, 0.0)] == [0.5, 1.0, 0.5, 1.0]


def test_it_never_runs_over() -> None:
    backoff = Backoff(first=0.5, longest=3.0, steady_after=60.0)

    assert {backoff.after_run(0.0) for _ in range(5_000)} == {0.5, 1.0, 2.0, 3.0}
