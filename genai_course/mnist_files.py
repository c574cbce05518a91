"""The four raw files of MNIST: what they must be, where they are, and how they are read.

Nothing is believed before it is checked: every read compares size, magic number, dimensions and
MD5 sum with the published ones, so a changed byte never becomes a pixel. Data set: LeCun, Cortes
and Burges (1998), CC BY-SA 3.0.
"""

import hashlib
import math
import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from platformdirs import user_cache_dir


class DataError(RuntimeError):
    """Data is missing, broken or out of reach; the message says which and how to mend it."""


@dataclass(frozen=True)
class RawFile:
    """One file in IDX format: its name, the shape of its array of bytes, its MD5 sum."""

    name: str
    shape: tuple
    md5: str

    @property
    def header(self):
        """The bytes before the data: magic number and dimensions, 4 bytes each, big-endian."""
        numbers = (0x0800 + len(self.shape), *self.shape)
        return b"".join(number.to_bytes(4, "big") for number in numbers)

    @property
    def size(self):
        """Length of the file in bytes."""
        return len(self.header) + math.prod(self.shape)


FILES = (
    RawFile("train-images-idx3-ubyte", (60000, 28, 28), "6bbc9ace898e44ae57da46a324031adb"),
    RawFile("train-labels-idx1-ubyte", (60000,), "a25bea736e30d166cdddb491f175f624"),
    RawFile("t10k-images-idx3-ubyte", (10000, 28, 28), "2646ac647ad5339dbf082846283269ea"),
    RawFile("t10k-labels-idx1-ubyte", (10000,), "27ae3e4e09519cfbb04c329615203637"),
)


def fault(content, file):
    """Return what is wrong with the content of a file in a few words, or None.

    Args:
        content: The bytes of the whole file, a uint8 array.
        file: The RawFile that they ought to be.
    """
    if len(content) == 0:
        return "is empty"
    header = content[: len(file.header)].tobytes()
    if header[:4] != file.header[:4]:
        return f"starts with the magic number {header[:4].hex()}, wanted {file.header[:4].hex()}"
    if len(content) != file.size:
        short = "is truncated" if len(content) < file.size else "is too long"
        return f"{short}: has {len(content)} bytes, wanted {file.size}"
    if header != file.header:
        return f"does not announce an array of shape {file.shape}"
    if hashlib.md5(content, usedforsecurity=False).hexdigest() != file.md5:
        return f"has changed: its MD5 sum is not {file.md5}"
    return None


def read(folder, file):
    """Read and check one raw file.

    Returns:
        The uint8 array that the file holds, shape `file.shape`.

    Raises:
        DataError: If the file is missing, cannot be read or is not byte for byte the original.
    """
    path = Path(folder) / file.name
    try:
        content = np.fromfile(path, dtype=np.uint8)
    except OSError as error:
        raise DataError(f"{path} cannot be read: {error.strerror or error}") from error
    wrong = fault(content, file)
    if wrong:
        raise DataError(f"{path} {wrong}. Delete it and fetch it again.")
    return content[len(file.header) :].reshape(file.shape)


def cache_folder():
    """Return the per-user folder in which a downloaded copy is kept; it need not exist."""
    return Path(user_cache_dir("genai_course"))


def raw_folder(folder, files):
    """Return the folder below `folder` that holds any of the raw files, or None.

    `folder` may hold MNIST/raw, may be MNIST, or may be raw itself.
    """
    for candidate in (Path(folder) / "MNIST" / "raw", Path(folder) / "raw", Path(folder)):
        if any(os.path.exists(candidate / file.name) for file in files):
            return candidate
    return None


@dataclass(frozen=True)
class Search:
    """Result of `locate`: the raw folder and the place it belongs to, or what was tried.

    `broken` says that the search ended at files that are there but not to be used.
    """

    raw: Path | None
    place: str
    tried: tuple
    broken: bool = False


def places(folder=None):
    """Return the (name, folder) pairs that are searched, in order."""
    named = os.environ.get("GENAI_COURSE_DATA")
    listed = [("the folder given", folder), ("GENAI_COURSE_DATA", named)]
    listed = [(name, Path(path).expanduser()) for name, path in listed if path]
    return [*listed, ("the per-user cache", cache_folder())]


def locate(folder=None, files=None):
    """Look for a sound copy of MNIST without downloading anything.

    A place without any of the files is passed over. A broken copy in a folder that was named ends
    the search; a broken copy in the per-user cache counts as none, since a download replaces it.

    Args:
        folder: Folder to look in first, or None.
        files: The RawFiles wanted; None for those of MNIST.

    Returns:
        Search.
    """
    files = files or FILES
    tried = []
    for name, path in places(folder):
        raw = raw_folder(path, files)
        if raw is None:
            what = "no MNIST there that can be read" if os.path.isdir(path) else "no such folder"
            tried.append(f"{name} ({path}): {what}")
            continue
        try:
            for file in files:
                read(raw, file)
        except DataError as error:
            tried.append(f"{name}: {error}")
            if name != "the per-user cache":
                return Search(None, name, tuple(tried), broken=True)
            continue
        return Search(raw, name, tuple(tried))
    return Search(None, "", tuple(tried))
