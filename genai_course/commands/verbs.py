"""All verbs: what each is for and which words may follow it. A new verb is one entry here.

The verb NAME is run by `main(arguments)` of the module `genai_course.commands.NAME`, which is
imported only after the words have been checked; it gets them as they were typed, and reads options
off them by `read(NAME, arguments)`. This module needs nothing but the standard library.
"""

import argparse
from dataclasses import dataclass
from pathlib import Path

from genai_course.commands import Stop
from genai_course.commands.words import CommandLine, one_of, whole

PROGRAM = "python -m genai_course"


@dataclass(frozen=True)
class Verb:
    """One verb.

    `about` says in one line what it is for, `words` what `word` has returned for each word that may
    follow. Unless it is `bare`, the environment of the course is set up, and entered, before it.
    """

    name: str
    about: str
    words: tuple = ()
    bare: bool = False

    def parser(self):
        """Return the parser of the words that may follow this verb."""
        parser = CommandLine(prog=f"{PROGRAM} {self.name}", description=f"{self.about}.")
        for names, options in self.words:
            parser.add_argument(*names, **options)
        return parser

    def usage(self):
        """Return the verb and the words that may follow without a dash, as in `test [NN ...]`."""
        forms = {"?": "[{}]", "*": "[{} ...]", "+": "{} ..."}
        plain = [options for names, options in self.words if not names[0].startswith("-")]
        shown = [forms[options["nargs"]].format(options["metavar"]) for options in plain]
        return " ".join([self.name, *shown])


def word(*names, **options):
    """Say which word may follow a verb, in the terms of `ArgumentParser.add_argument`."""
    return names, options


def read(name, arguments):
    """Return the options that the words after a verb mean; a wrong word ends the process."""
    return VERBS[name].parser().parse_args(arguments)


def _notebook(number):
    from genai_course.commands.notebooks import find_notebooks

    return _known(lambda: find_notebooks([number]), number)


def _lesson(number):
    """A notebook that is not only one of solutions."""
    from genai_course.commands.notebooks import find_notebooks

    return _known(lambda: find_notebooks([number], folders=("notebooks",)), number)


def _environment(name):
    from genai_course.commands.environment import ROOT
    from genai_course.commands.matrix import cases, choose

    return _known(lambda: choose(cases(ROOT), [name]), name)


def _part(name):
    """A part of the package in which faults are planted, or one of two other lists."""
    from genai_course.authoring.mutation import load_mutants

    parts = {mutant.module for mutant in load_mutants()} | {"sample", "notebooks"}
    if not any(f"{part}.".startswith(f"{name}.") for part in parts):
        names = ", ".join(sorted({part.partition(".")[0] for part in parts}))
        raise argparse.ArgumentTypeError(f"no faults are planted in {name!r}, only in: {names}")
    return name


def _known(look, name):
    """Return a name that `look` does not refuse."""
    try:
        look()
    except Stop as reason:
        raise argparse.ArgumentTypeError(str(reason).rstrip(".")) from reason
    return name


NUMBERS = word("numbers", nargs="*", metavar="NN", type=_notebook, help="notebooks, such as 04")
LESSONS = word("numbers", nargs="+", metavar="NN", type=_lesson, help="notebooks, such as 04")
JUDGED = ("mnist", "digits")
SHIPPED = ("gan", "dcgan", "vae", "vae_conv", "conditional_gan", "conditional_vae")
MEASURED = ("vae", "gan", "dcgan", "narrow", "ring")
PARTS = ("epoch", "race", "yardsticks", "start")
FOR_LEARNERS = (
    Verb(
        "lab",
        "set everything up and open the course in JupyterLab",
        (
            word("number", nargs="?", metavar="NN", type=_lesson, help="notebook to open first"),
            word("--port", type=whole(1, 65535), help="port of the server; else a free one"),
            word("--no-browser", action="store_true", help="print the address, open no browser"),
        ),
    ),
    Verb(
        "test",
        "set everything up, run the unit tests and every notebook, or some",
        (
            NUMBERS,
            word("--record", action="store_true", help="store what each cell and file costs"),
        ),
    ),
    Verb("check", "before a commit: form, quick tests, and the notebooks whose inputs changed"),
    Verb("doctor", "look at this machine, say what is wrong and how to mend it", bare=True),
    Verb("setup", "only make or refresh the environment in .venv", bare=True),
    Verb("clean", "remove .venv and everything else that set-up and runs have left", bare=True),
)
FOR_AUTHORS = (
    Verb("notebooks", "execute notebooks and store them in their canonical form", (NUMBERS,)),
    Verb(
        "edit",
        "write notebooks as text files for an editor; with --back put them back",
        (LESSONS, word("--back", action="store_true", help="put the edited texts back")),
    ),
    Verb(
        "judge",
        "train and store the small classifier that judges generated digits",
        (word("names", nargs="*", metavar="NAME", type=one_of(*JUDGED), help="of a data set"),),
    ),
    Verb(
        "pretrained",
        "train and store the models that are shipped; goes on after a kill",
        (word("names", nargs="*", metavar="NAME", type=one_of(*SHIPPED), help="of a model"),),
    ),
    Verb(
        "matrix",
        "try the course in other environments: versions, Pythons, folders, locales",
        (word("names", nargs="*", metavar="NAME", type=_environment, help="how a case begins"),),
    ),
    Verb(
        "classroom",
        "run N kernels at once and measure the memory of each",
        (
            word(
                "learners", nargs="?", metavar="N", type=whole(1), default=8, help="8 if not given"
            ),
        ),
    ),
    Verb(
        "benchmark",
        "measure the training loops against others, and how long a learner waits",
        (
            word("--models", nargs="+", type=one_of(*MEASURED), default=MEASURED),
            word("--skip", nargs="+", type=one_of(*PARTS), default=()),
            word("--rounds", type=whole(1), default=9),
            word("--batches", type=whole(1), help="batches of a turn, instead of each one's own"),
            word("--seeds", type=whole(1), default=3, help="of the race"),
            word("--steps", type=whole(1), default=4000, help="when the race is given up"),
            word("--threads", type=whole(1)),
            word("--quick", action="store_true", help="see that all works; measures nothing"),
            word("--store", action="store_true", help="keep the numbers"),
            word("--out", type=Path, help="where, if not in benchmarks/results/speed.json"),
        ),
    ),
    Verb(
        "margins",
        "run notebooks as on other machines: by how much does each claim hold?",
        (
            word("numbers", nargs="*", metavar="NN", type=_lesson, help="notebooks, such as 04"),
            word("--runs", type=whole(1), default=10, help="of each notebook; 10 if not given"),
            word("--at-once", type=whole(1), help="runs side by side; else one a processor"),
        ),
    ),
    Verb("gpu", "run every notebook, or some, and the benchmark on this machine's GPU", (NUMBERS,)),
    Verb("faults", "kill trainings, spoil files, fill disks; nothing may be lost"),
    Verb(
        "mutants",
        "plant faults in teaching code (a part, sample, notebooks); who notices?",
        (word("part", nargs="?", metavar="WORD", type=_part, help="none means all teaching code"),),
    ),
)
VERBS = {verb.name: verb for verb in (*FOR_LEARNERS, *FOR_AUTHORS)}


def usage():
    """Return the list of all verbs, one a line."""
    width = max(len(verb.usage()) for verb in VERBS.values())
    lines = [f"usage: {PROGRAM} VERB"]
    for title, group in (("learners and instructors", FOR_LEARNERS), ("authors", FOR_AUTHORS)):
        lines += ["", f"for {title}"]
        lines += [f"  {verb.usage():<{width}}  {verb.about}" for verb in group]
    return "\n".join([*lines, "", f"{PROGRAM} VERB --help says which words may follow a verb."])
