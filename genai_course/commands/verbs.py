"""What may be said to a program: its verbs, what each is for, which words may follow it.

`COURSE` is `python -m genai_course`, for learners; another program is another `Program`. A verb is
run by `main(arguments)` of its module, which is imported only after the words have been checked; it
gets them as they were typed, and reads options off them by `Program.read`. This module needs
nothing but the standard library.
"""

import argparse
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from genai_course.commands import Stop
from genai_course.commands.command_line import CommandLine, whole


@dataclass(frozen=True)
class Verb:
    """One verb.

    `module` has the function `main` that runs it, `about` says in one line what it is for, `words`
    what `word` has returned for each word that may follow. Unless it is `bare`, the environment of
    the course is set up, and entered, before it.
    """

    name: str
    module: str
    about: str
    words: tuple = ()
    bare: bool = False

    def usage(self) -> str:
        """Return the verb and the words that may follow without a dash, as in `test [NN ...]`."""
        forms = {"?": "[{}]", "*": "[{} ...]", "+": "{} ..."}
        plain = [options for names, options in self.words if not names[0].startswith("-")]
        shown = [forms[options["nargs"]].format(options["metavar"]) for options in plain]
        return " ".join([self.name, *shown])


@dataclass(frozen=True)
class Program:
    """A module that is run by `python -m`, its verbs in order, and where to look for others."""

    name: str
    verbs: tuple
    others: str

    def verb(self, name: str) -> Verb | None:
        """Return the verb of this name, or None."""
        return next((verb for verb in self.verbs if verb.name == name), None)

    def parser(self, name: str) -> CommandLine:
        """Return the parser of the words that may follow a verb."""
        verb = self.verb(name)
        assert verb is not None, name
        parser = CommandLine(prog=f"python -m {self.name} {name}", description=f"{verb.about}.")
        for names, options in verb.words:
            parser.add_argument(*names, **options)
        return parser

    def read(self, name: str, arguments: Sequence[str]) -> argparse.Namespace:
        """Return the options that the words after a verb mean; a wrong word ends the process."""
        return self.parser(name).parse_args(arguments)

    def usage(self) -> str:
        """Return the list of all verbs, one a line."""
        width = max(len(verb.usage()) for verb in self.verbs)
        lines = [f"  {verb.usage():<{width}}  {verb.about}" for verb in self.verbs]
        ends = (
            f"python -m {self.name} VERB --help says which words may follow a verb.",
            self.others,
        )
        return "\n".join([f"usage: python -m {self.name} VERB", "", *lines, "", *ends])


def word(*names: str, **options: object) -> tuple[tuple[str, ...], dict[str, object]]:
    """Say which word may follow a verb, in the terms of `ArgumentParser.add_argument`."""
    return names, options


def notebook(number: str) -> str:
    """Return the number of a notebook; one of solutions alone counts too."""
    from genai_course.commands.notebooks import find_notebooks

    return known(lambda: find_notebooks([number]), number)


def lesson(number: str) -> str:
    """Return the number of a notebook that is not only one of solutions."""
    from genai_course.commands.notebooks import find_notebooks

    return known(lambda: find_notebooks([number], folders=("notebooks",)), number)


def known(look: Callable[[], object], name: str) -> str:
    """Return a name that `look` does not refuse."""
    try:
        look()
    except Stop as reason:
        raise argparse.ArgumentTypeError(str(reason).rstrip(".")) from reason
    return name


NUMBERS = word("numbers", nargs="*", metavar="NN", type=notebook, help="notebooks, such as 04")
TEST = (
    NUMBERS,
    word("--record", action="store_true", help="store what each cell and file costs"),
)
COURSE = Program(
    "genai_course",
    (
        Verb(
            "lab",
            "genai_course.commands.lab",
            "set everything up and open the course in JupyterLab",
            (
                word("number", nargs="?", metavar="NN", type=lesson, help="notebook to open first"),
                word("--port", type=whole(1, 65535), help="port of the server; else a free one"),
                word("--no-browser", action="store_true", help="print the address only"),
            ),
        ),
        Verb(
            "test",
            "genai_course.commands.test",
            "set everything up, run the unit tests and every notebook, or some",
            TEST,
        ),
        Verb(
            "doctor",
            "genai_course.commands.doctor",
            "look at this machine, say what is wrong and how to mend it",
            bare=True,
        ),
        Verb(
            "setup",
            "genai_course.commands.setup",
            "only make or refresh the environment in .venv",
            bare=True,
        ),
        Verb(
            "clean",
            "genai_course.commands.clean",
            "remove .venv and everything else that set-up and runs have left",
            bare=True,
        ),
    ),
    "python -m workbench has the verbs for authors.",
)
