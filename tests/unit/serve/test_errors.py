from crossgate.serve.errors import Problem, StartError, start_error


def test_an_error_holds_all_problems_and_says_them() -> None:
    error = StartError([Problem(message="one", help="this helps"), Problem(message="two")])

    assert [problem.help for problem in error.problems] == ["this helps", None]
    assert str(error) == "one; two"


def test_a_single_problem_has_a_short_form() -> None:
    assert start_error("one", "help").problems == (Problem(message="one", help="help"),)
