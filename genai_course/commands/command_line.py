"""The words of a command line, all checked before anything is done; what is wrong is one line."""

import argparse
import contextlib
import errno
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NoReturn

OUTSIDE = (errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOSPC, errno.EDQUOT)


class CommandLine(argparse.ArgumentParser):
    """An argument parser that never guesses: help first, else all words known, else code 2."""

    def __init__(self, **options: Any) -> None:
        super().__init__(allow_abbrev=False, **options)

    def parse_args(  # type: ignore[override]
        self, arguments: Sequence[str] | None = None, namespace: None = None
    ) -> argparse.Namespace:
        """Return the options; the process ends where help is asked for or a word is wrong."""
        words = sys.argv[1:] if arguments is None else list(arguments)
        if {"-h", "--help"} & set(words):
            self.print_help()
            self.exit()
        options, unknown = self.parse_known_args(words, namespace)
        if unknown:
            self.error(f"{unknown[0]!r} is not known")
        return options

    def error(self, message: str) -> NoReturn:
        """End the process with code 2 and one line that says what is wrong."""
        message = " ".join(message.split())
        self.exit(2, f"{self.prog}: {message} (--help shows what can be said)\n")


@contextlib.contextmanager
def plainly() -> Iterator[None]:
    """End the process with one sentence where data, a variable or the disk is to blame, code 1."""
    try:
        yield
    except (RuntimeError, ValueError) as error:
        from genai_course.data.mnist_files import (
            DataError,  # needs packages, but so did what raised
        )
        from genai_course.environ import WrongVariable

        if not isinstance(error, (DataError, WrongVariable)):
            raise
        sys.exit(str(error))
    except OSError as error:
        if error.errno not in OUTSIDE:
            raise
        sys.exit(f"{error.filename or 'A file'} cannot be used: {error.strerror}.")


def whole(least: int, most: int | None = None) -> Callable[[str], int]:
    """Return a function that reads a whole number from `least` to `most`, or from `least` on."""
    bounds = f"from {least} on" if most is None else f"from {least} to {most}"

    def read(word):
        number = int(word) if word.isascii() and word.isdigit() else None
        if number is None or number < least or (most is not None and number > most):
            raise argparse.ArgumentTypeError(f"wanted a whole number {bounds}, not {word!r}")
        return number

    return read


def one_of(*names: str) -> Callable[[str], str]:
    """Return a function that reads one of some names."""

    def read(word):
        if word not in names:
            raise argparse.ArgumentTypeError(f"wanted {' or '.join(names)}, not {word!r}")
        return word

    return read


def existing(word: str) -> Path:
    """Return the path of a file that is there."""
    if not Path(word).is_file():
        raise argparse.ArgumentTypeError(f"there is no file {word!r}")
    return Path(word)
