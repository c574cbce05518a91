"""From the words on the command line to a verb, and from trouble to one sentence."""

import codecs
import importlib
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TextIO

from genai_course.commands import Stop
from genai_course.commands.command_line import plainly
from genai_course.commands.verbs import COURSE, Program


def main(argv: Sequence[str], program: Program = COURSE) -> int:
    """Check the words, run one verb and return the exit code of the process.

    Args:
        argv: The words after the program's name, for example ["test", "04"].
        program: A `Program`, whose verbs these are.
    """
    for stream in (sys.stdout, sys.stderr):
        speak_plainly(stream)
    name, *words = argv or ["--help"]
    if name in ("-h", "--help", "help"):
        name, words = (words[0], ["--help"]) if words else ("", ())
    if not name:
        print(program.usage())
        return 0 if argv else 2
    verb = program.verb(name)
    if verb is None:
        names = ", ".join(verb.name for verb in program.verbs)
        said = f"There is no verb {name!r}; there are: {names}. {program.others}"
        print(said, file=sys.stderr)
        return 2
    try:
        program.read(name, words)
    except SystemExit as end:  # the usage was asked for, or a word is wrong
        return end.code  # type: ignore[return-value]  # argparse gives a number
    try:
        with plainly():
            return _run(program, verb, words)
    except Stop as reason:
        print(reason, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped.", file=sys.stderr)
        return 130


def speak_plainly(stream: TextIO) -> None:
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


def _run(program, verb, arguments):
    # Two threads that wait for each other in a busy loop stand still when something else wants
    # the cores: a training step takes 25 times as long. Waiting threads sleep instead.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    if not verb.bare:
        from genai_course.commands.writable_home import make_room

        enter([verb.name, *arguments], program=program.name)
        make_room()
    return importlib.import_module(verb.module).main(arguments)


def enter(argv: Sequence[str], root: Path | None = None, program: str = "genai_course") -> None:
    """Return if this interpreter has everything; else set .venv up and run the verb there."""
    from genai_course.commands import environment
    from genai_course.commands.setup import ensure

    root = root or environment.ROOT
    in_venv = environment.same_folder(sys.prefix, root / ".venv")
    if not in_venv and environment.is_installed_here(root):
        return
    python, refreshed = ensure(root)
    if refreshed or not in_venv:
        environment.run_again(python, argv, program)
