"""From the words on the command line to a verb, and from trouble to one sentence."""

import codecs
import importlib
import os
import sys

from genai_course.commands import Stop

USAGE = """usage: python -m genai_course VERB

for learners and instructors
  lab              set everything up and open the course in JupyterLab
  test [NN]        set everything up, run the unit tests and every notebook (or notebook NN)
  doctor           look at this machine and say what is wrong and how to mend it
  setup            only make or refresh the environment in .venv
  clean            remove .venv and everything else that set-up and runs have left

for authors
  notebooks [NN]   execute notebooks and store them in their canonical form
  edit NN          write notebook NN as a text file for an editor; edit --back NN puts it back
  judge [NAME]     train and store the small classifier that judges generated digits
  pretrained [NAME]  train and store the models that are shipped; goes on after a kill
  matrix [NAME]    try the course in other environments: versions, Pythons, folders, locales
  classroom [N]    run N kernels at once and measure the memory of each
  benchmark        measure the training loops against others, and how long a learner waits
  gpu              run every notebook and the benchmark on the GPU of this machine
  faults           kill trainings, spoil files, fill disks; nothing may be lost
  mutants [WORD]   plant faults in teaching code (a part, sample, notebooks); who notices?
"""
MODULES = {
    "lab": "lab",
    "test": "test",
    "doctor": "doctor",
    "setup": "setup",
    "clean": "clean",
    "notebooks": "notebooks",
    "edit": "edit",
    "judge": "judge",
    "pretrained": "pretrained",
    "matrix": "matrix",
    "classroom": "classroom",
    "benchmark": "benchmark",
    "gpu": "gpu",
    "mutants": "mutants",
    "faults": "faults",
}
NEED_EVERYTHING = (
    *("lab", "test", "notebooks", "edit", "judge", "pretrained"),
    *("matrix", "classroom", "mutants", "benchmark", "gpu", "faults"),
)


def main(argv):
    """Run one verb and return the exit code of the process.

    Args:
        argv: The words after the program's name, for example ["test", "04"].
    """
    for stream in (sys.stdout, sys.stderr):
        speak_plainly(stream)
    if not argv or argv[0] in ("-h", "--help", "help"):
        print(USAGE, end="")
        return 0 if argv else 2
    if argv[0] not in MODULES:
        print(f"There is no verb {argv[0]!r}.\n\n{USAGE}", end="", file=sys.stderr)
        return 2
    try:
        return _run(argv[0], argv[1:])
    except Stop as reason:
        print(reason, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped.", file=sys.stderr)
        return 130


def speak_plainly(stream):
    """Let a stream print everything: ticks, and paths in any script.

    A locale that claims to be ASCII is UTF-8 nowadays, and paths come through byte by byte; other
    old encodings get an escape for what they lack.
    """
    if not hasattr(stream, "reconfigure"):
        return
    if codecs.lookup(stream.encoding).name == "ascii":
        stream.reconfigure(encoding="utf-8", errors="surrogateescape")
    else:
        stream.reconfigure(errors="backslashreplace")


def _run(verb, arguments):
    # Two threads that wait for each other in a busy loop stand still when something else wants
    # the cores: a training step takes 25 times as long. Waiting threads sleep instead.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    if verb in NEED_EVERYTHING:
        from genai_course.commands.environment import enter
        from genai_course.commands.home import make_room

        enter([verb, *arguments])
        make_room()
    module = importlib.import_module("genai_course.commands." + MODULES[verb])
    return module.main(arguments)
