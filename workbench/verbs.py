"""The verbs of `python -m workbench`, for those who make the course; a new verb is an entry here.

This module needs nothing but the standard library, and so do those that it imports at once.
"""

import argparse
from pathlib import Path

from genai_course.commands.command_line import one_of, whole
from genai_course.commands.verbs import NUMBERS, TEST, Program, Verb, known, lesson, word

JUDGED = ("mnist", "digits")
SHIPPED = (
    *("gan", "dcgan", "vae", "vae_conv"),
    *("conditional_gan", "conditional_vae", "flow_conditional"),
    *("vqvae", "gpt_codes", "gpt_text", "wavenet"),
)
MEASURED = ("vae", "gan", "dcgan", "narrow", "ring")
PARTS = ("epoch", "race", "yardsticks", "start")
LESSONS = word("numbers", nargs="+", metavar="NN", type=lesson, help="notebooks, such as 04")


def _environment(name):
    from genai_course.commands.environment import ROOT
    from workbench.environments.matrix import cases, choose

    return known(lambda: choose(cases(ROOT), [name]), name)


def _part(name):
    """A part of the package in which faults are planted, or one of two other lists."""
    from workbench.planted.faults import load_mutants

    parts = {mutant.module for mutant in load_mutants()} | {"sample", "notebooks"}
    if not any(f"{part}.".startswith(f"{name}.") for part in parts):
        names = ", ".join(sorted({part.partition(".")[0] for part in parts}))
        raise argparse.ArgumentTypeError(f"no faults are planted in {name!r}, only in: {names}")
    return name


WORKBENCH = Program(
    "workbench",
    (
        Verb(
            "test", "workbench.suite.test", "run the unit tests and every notebook, or some", TEST
        ),
        Verb(
            "check",
            "workbench.suite.check",
            "before a commit: form, quick tests, and the notebooks whose inputs changed",
        ),
        Verb(
            "notebooks",
            "workbench.notebooks.make",
            "execute notebooks and store them in their canonical form",
            (NUMBERS,),
        ),
        Verb(
            "edit",
            "workbench.notebooks.edit",
            "write notebooks as text files for an editor; with --back put them back",
            (LESSONS, word("--back", action="store_true", help="put the edited texts back")),
        ),
        Verb(
            "judge",
            "workbench.pretraining.judge",
            "train and store the small classifier that judges generated digits",
            (word("names", nargs="*", metavar="NAME", type=one_of(*JUDGED), help="of a data set"),),
        ),
        Verb(
            "pretrained",
            "workbench.pretraining.make",
            "train and store the models that are shipped; goes on after a kill",
            (word("names", nargs="*", metavar="NAME", type=one_of(*SHIPPED), help="of a model"),),
        ),
        Verb(
            "matrix",
            "workbench.environments.matrix",
            "try the course in other environments: versions, Pythons, folders, locales",
            (word("names", nargs="*", metavar="NAME", type=_environment, help="a case begins so"),),
        ),
        Verb(
            "classroom",
            "workbench.environments.classroom",
            "run N kernels at once and measure the memory of each",
            (word("learners", nargs="?", metavar="N", type=whole(1), default=8, help="else 8"),),
        ),
        Verb(
            "benchmark",
            "workbench.speed.benchmark",
            "measure the training loops against others, and how long a learner waits",
            (
                word("--models", nargs="+", type=one_of(*MEASURED), default=MEASURED),
                word("--skip", nargs="+", type=one_of(*PARTS), default=()),
                word("--rounds", type=whole(1), default=9),
                word("--batches", type=whole(1), help="batches of a turn; else each one's own"),
                word("--seeds", type=whole(1), default=3, help="of the race"),
                word("--steps", type=whole(1), default=4000, help="when the race is given up"),
                word("--threads", type=whole(1)),
                word("--quick", action="store_true", help="see that all works; measures nothing"),
                word("--store", action="store_true", help="keep the numbers"),
                word("--out", type=Path, help="where, if not in workbench/results/speed.json"),
            ),
        ),
        Verb(
            "margins",
            "workbench.margins.margins",
            "run notebooks as on other machines: by how much does each claim hold?",
            (
                word("numbers", nargs="*", metavar="NN", type=lesson, help="notebooks, such as 04"),
                word("--runs", type=whole(1), default=10, help="of each notebook; else 10"),
                word("--at-once", type=whole(1), help="runs side by side; else one a processor"),
            ),
        ),
        Verb(
            "gpu",
            "workbench.environments.gpu",
            "run every notebook, or some, and the benchmark on this machine's GPU",
            (NUMBERS,),
        ),
        Verb(
            "faults",
            "workbench.environments.losses_of_work",
            "kill trainings, spoil files, fill disks; nothing may be lost",
        ),
        Verb(
            "mutants",
            "workbench.planted.mutants",
            "plant faults in teaching code (a part, sample, notebooks); who notices?",
            (word("part", nargs="?", metavar="WORD", type=_part, help="none: all teaching code"),),
        ),
    ),
    "python -m genai_course has the verbs for learners.",
)
