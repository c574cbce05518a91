"""One set-up at a time in one folder. The system frees the lock when its holder ends or dies."""

import contextlib
import os
import time
from collections.abc import Iterator
from pathlib import Path

from genai_course.commands import Stop

WAIT_SECONDS = 0.5


@contextlib.contextmanager
def exclusive(path: Path, message: str) -> Iterator[None]:
    """Hold the lock file `path` for the length of the block; print `message` once when it waits.

    Raises:
        Stop: If the lock file cannot be written.
    """
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
    except OSError as error:
        raise Stop(
            f"{path.parent} cannot be written ({error.strerror}): copy the course to a folder"
            " of your own and run it there."
        ) from error
    try:
        if not _try(handle):
            print(message, flush=True)
            while not _try(handle):
                time.sleep(WAIT_SECONDS)
        yield
    finally:
        os.close(handle)


def _try(handle):
    """Take the lock without waiting; where the file system has no locks, count it as taken."""
    try:
        if os.name == "nt":
            import msvcrt

            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return False
    except OSError:
        return True
    return True
