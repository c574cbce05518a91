"""Fetch MNIST over the network: whole and verified, or not at all.

The mirrors are torchvision's, written down here because importing torchvision takes seconds, which
everybody without a network would wait for in every notebook. Its downloader is not used, because it
writes to the final name, waits for ever, takes no lock, draws a progress bar on stderr and never
looks at the unpacked bytes. Here the files come into a temporary folder, are compared with their
MD5 sums and are moved into place in one step, while a lock keeps other processes waiting for the
same download.
"""

import functools
import http.client
import os
import queue
import shutil
import tempfile
import threading
import time
import urllib.request
import zlib
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlsplit

import numpy as np

from genai_course import environ
from genai_course.data import mnist_files
from genai_course.data.mnist_files import DataError, Search, cache_folder, fault, locate, read
from genai_course.data.mnist_forms import unpack

MIRRORS = ("https://ossci-datasets.s3.amazonaws.com/mnist/", "http://yann.lecun.com/exdb/mnist/")
ANSWER_SECONDS = 10  # a mirror that says nothing for so long is given up
TOTAL_SECONDS = 600  # the whole download, 11 MB
NETWORK_ERRORS = (OSError, http.client.HTTPException, zlib.error, ValueError)
ADVICE = (
    "To mend it: connect to the internet once, or set GENAI_COURSE_DATA to a folder that holds "
    "the four files, packed or not, or use the offline data, load_images('digits')."
)


class MirrorError(Exception):
    """One mirror failed; the next may do better."""


def obtain(folder: Path | str | None = None, again: bool = True) -> Search:
    """Find MNIST in the usual places, or download it into the per-user cache.

    Args:
        folder: Folder to look in first, or None.
        again: Whether to repeat a download that has already failed in this process.

    Returns:
        Search: its `raw` is None where MNIST cannot be had, and `tried` says why.

    Raises:
        ValueError: If GENAI_COURSE_OFFLINE is neither a yes nor a no.
    """
    offline = environ.is_offline()
    found = locate(folder)
    if found.raw is not None or found.broken:
        return found
    if offline:
        failure = "not tried, since GENAI_COURSE_OFFLINE is set"
    else:
        if again:
            _failure.cache_clear()
        failure = _failure(cache_folder())
    if failure is None:
        return locate(folder)
    return Search(None, "", (*found.tried, f"download: {failure}"))


@functools.cache
def _failure(folder):
    """Download and return None, or what went wrong; remembered for the life of the process."""
    try:
        fetch(folder)
    except DataError as error:
        return str(error)


def fetch(
    folder: Path | str,
    files: Sequence[mnist_files.RawFile] | None = None,
    mirrors: Sequence[str] | None = None,
    answer: float = ANSWER_SECONDS,
    total: float = TOTAL_SECONDS,
) -> Path:
    """Download the raw files into folder/MNIST/raw, unless they are already there and sound.

    Args:
        folder: Where to keep the data; made when missing.
        files: The RawFiles wanted; None for those of MNIST.
        mirrors: Addresses below which "<name>.gz" is found; None takes MIRRORS.
        answer: Seconds that a mirror may stay silent.
        total: Seconds that the download, or waiting for another process's, may take.

    Returns:
        The raw folder.

    Raises:
        DataError: If no mirror delivers, or the folder cannot be written.
    """
    from filelock import FileLock, Timeout  # a tenth of a second, and few runs download

    folder = Path(folder)
    raw = folder / "MNIST" / "raw"
    files = files or mnist_files.FILES
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with FileLock(folder / ".download.lock", timeout=total):
            if not _sound(raw, files):
                _replace(folder, raw, files, mirrors, answer, time.monotonic() + total)
    except Timeout as error:
        raise DataError(f"another process has been downloading to {folder} for too long") from error
    except OSError as error:
        raise DataError(
            f"{folder} cannot be written: {error.strerror or error}. Make room or give leave to "
            "write there, or choose another place for caches (on Linux XDG_CACHE_HOME)"
        ) from error
    return raw


def _sound(raw, files):
    try:
        return all(len(read(raw, file)) for file in files)
    except DataError:
        return False


def _replace(folder, raw, files, mirrors, answer, deadline):
    """Put a fresh copy in the place of raw. Runs under the lock, so leftovers are nobody's."""
    for leftover in folder.glob(".download-*"):
        shutil.rmtree(leftover, ignore_errors=True)
    temporary = Path(tempfile.mkdtemp(prefix=".download-", dir=folder))
    try:
        fresh = temporary / "raw"
        fresh.mkdir()
        _download_all(fresh, files, mirrors or MIRRORS, answer, deadline)
        raw.parent.mkdir(exist_ok=True)
        if os.path.lexists(raw):
            os.replace(raw, temporary / "broken")
        os.replace(fresh, raw)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def _download_all(fresh, files, mirrors, answer, deadline):
    failures = []
    for mirror in mirrors:
        try:
            for file in files:
                if not (fresh / file.name).exists():
                    content = _download(f"{mirror}{file.name}.gz", file, answer, deadline)
                    (fresh / file.name).write_bytes(content)
            return
        except MirrorError as error:
            failures.append(f"{urlsplit(mirror).netloc}: {error}")
    raise DataError("no mirror delivered (" + "; ".join(failures) + ")")


def _download(url, file, answer, deadline):
    """Return the unpacked, verified content of one file."""
    try:
        with _open(url, answer) as response:
            packed = bytearray()
            while chunk := response.read1(1 << 16):  # one packet at a time, so time is looked at
                packed += chunk
                if time.monotonic() > deadline or len(packed) > file.size + 1024:
                    raise MirrorError(f"{file.name}.gz is too slow or too long")
        content = unpack(packed, file.size)
    except NETWORK_ERRORS as error:
        raise MirrorError(f"{file.name}.gz: {getattr(error, 'reason', None) or error}") from error
    wrong = fault(np.frombuffer(content, dtype=np.uint8), file)
    if wrong:
        raise MirrorError(f"{file.name} {wrong}")
    return content


def _open(url, answer):
    """Open an address; give up after `answer` seconds even where the name look-up hangs."""
    result = queue.SimpleQueue()

    def work():
        try:
            request = urllib.request.Request(url, headers={"User-Agent": "genai_course"})
            result.put(urllib.request.urlopen(request, timeout=answer))
        except NETWORK_ERRORS as error:
            result.put(error)

    threading.Thread(target=work, daemon=True).start()
    try:
        outcome = result.get(timeout=answer + 1)
    except queue.Empty:
        raise MirrorError(f"no answer within {answer} s") from None
    if isinstance(outcome, Exception):
        raise outcome
    return outcome
