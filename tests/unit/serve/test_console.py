import io

from crossgate.serve.console import Console
from crossgate.serve.errors import Problem


def test_programs_and_people_are_told_apart() -> None:
    console = Console(out=io.StringIO(), err=io.StringIO())

    console.ready("web", "http://127.0.0.1:80")
    console.say("stopping")
    console.complain((Problem(message="it is broken", help="mend it"), Problem(message="it is lost")))

    assert isinstance(console.out, io.StringIO)
    assert isinstance(console.err, io.StringIO)
    assert console.out.getvalue() == "ready: web http://127.0.0.1:80\n"
    assert console.err.getvalue() == ("crossgate: stopping\nerror: it is broken\n  help: mend it\nerror: it is lost\n")
