"""The four raw files of MNIST: what they must be, where they are, and how they are read.

Nothing is believed before it is checked: every read compares size, magic number, dimensions and
MD5 sum with the published ones, so a changed byte never becomes a pixel. Data set: LeCun, Cortes
and Burges (1998), CC BY-SA 3.0.
"""

import hashlib
import math
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from platformdirs import user_cache_dir

from genai_course import environ
from genai_course.data.mnist_forms import PACKED, another, folders, forms, nothing_in, unpack

CACHE = "the per-user cache"


class DataError(RuntimeError):
    """Data is missing, broken or out of reach; the message says which and how to mend it."""


@dataclass(frozen=True)
class RawFile:
    """One file in IDX format: its name, the shape of its array of bytes, its MD5 sum."""

    name: str
    shape: tuple
    md5: str

    @property
    def header(self) -> bytes:
        """The bytes before the data: magic number and dimensions, 4 bytes each, big-endian."""
        numbers = (0x0800 + len(self.shape), *self.shape)
        return b"".join(number.to_bytes(4, "big") for number in numbers)

    @property
    def size(self) -> int:
        """Length of the file in bytes."""
        return len(self.header) + math.prod(self.shape)


FILES = (
    RawFile("train-images-idx3-ubyte", (60000, 28, 28), "6bbc9ace898e44ae57da46a324031adb"),
    RawFile("train-labels-idx1-ubyte", (60000,), "a25bea736e30d166cdddb491f175f624"),
    RawFile("t10k-images-idx3-ubyte", (10000, 28, 28), "2646ac647ad5339dbf082846283269ea"),
    RawFile("t10k-labels-idx1-ubyte", (10000,), "27ae3e4e09519cfbb04c329615203637"),
)


def fault(content: np.ndarray, file: RawFile) -> str | None:
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
    found = _md5(content)
    if found == file.md5:
        return None
    other = another(found)
    return f"is of {other}, not of MNIST" if other else f"is not MNIST's: its MD5 sum is {found}"


def _md5(content):
    return hashlib.md5(content, usedforsecurity=False).hexdigest()


def read(folder: Path, file: RawFile) -> np.ndarray:
    """Read and check one raw file, packed or not, under whatever name it has there.

    Args:
        folder: Where it lies.
        file: A `RawFile`.

    Returns:
        The uint8 array that the file holds, shape `file.shape`.

    Raises:
        DataError: If the file is missing, cannot be read or is not byte for byte the original.
    """
    for path in forms(folder, file.name) or [Path(folder) / file.name]:
        try:
            content = _content(path, file)
            wrong = fault(content, file)
        except (OSError, zlib.error) as error:
            wrong = f"cannot be read: {getattr(error, 'strerror', None) or error}"
        except DataError as error:
            wrong = str(error)
        if not wrong:
            return content[len(file.header) :].reshape(file.shape)
    raise DataError(f"{path} {wrong}")


def _content(path, file):
    """Return the bytes of a file, unpacked, as a uint8 array."""
    content = np.fromfile(path, dtype=np.uint8)
    if path.suffix != PACKED:
        return content
    other = another(_md5(content))
    if other:
        raise DataError(f"is of {other}, not of MNIST")
    return np.frombuffer(bytearray(unpack(content, file.size)), dtype=np.uint8)  # to be written


def cache_folder() -> Path:
    """Return the per-user folder in which a downloaded copy is kept; it need not exist."""
    return Path(user_cache_dir("genai_course"))


@dataclass(frozen=True)
class Search:
    """Result of `locate`: the raw folder and the place it belongs to, or what was tried.

    `broken` says that the search ended at files that are there but not to be used.
    """

    raw: Path | None
    place: str
    tried: tuple
    broken: bool = False


def places(folder: Path | str | None = None) -> list[tuple[str, Path]]:
    """Return the (name, folder) pairs that are searched, in order."""
    listed = [("the folder given", folder), (environ.DATA, environ.given(environ.DATA))]
    listed = [(name, Path(path).expanduser()) for name, path in listed if path]
    return [*listed, (CACHE, cache_folder())]


def locate(folder: Path | str | None = None, files: Sequence[RawFile] | None = None) -> Search:
    """Look for a sound copy of MNIST without downloading anything.

    A place without any of the files is passed over, unless GENAI_COURSE_DATA names it. A broken
    copy in a folder that was named ends the search; a broken copy in the per-user cache counts as
    none, since a download replaces it.

    Args:
        folder: Folder to look in first, or None.
        files: The RawFiles wanted; None for those of MNIST.

    Returns:
        Search.
    """
    files = files or FILES
    tried: list[str] = []
    for name, path in places(folder):
        raw, wrong, broken = _look(path, files)
        if raw is not None:
            return Search(raw, name, tuple(tried))
        if name == environ.DATA:
            return Search(None, name, (*tried, _sentence(path, wrong)), broken=True)
        tried.append(f"{name}: {wrong}" if broken else f"{name} ({path}): {wrong}")
        if broken and name != CACHE:
            return Search(None, name, tuple(tried), broken=True)
    return Search(None, "", tuple(tried))


def _look(top, files):
    """Return the folder at or below `top` with a sound copy; else None, why, and if one is broken.

    Of several broken copies the likeliest is the one that is spoken of.
    """
    wrong = []
    for folder in folders(top):
        if any(forms(folder, file.name) for file in files):
            try:
                for file in files:
                    read(folder, file)
                return folder, "", False
            except DataError as error:
                wrong.append(str(error))
    return None, wrong[0] if wrong else nothing_in(top), bool(wrong)


def _sentence(path, wrong):
    """Say that GENAI_COURSE_DATA cannot be honoured, and what is wanted."""
    given = environ.given(environ.DATA)
    place = "" if Path(given).is_absolute() else f" (here {path.absolute()})"
    return (
        f"{environ.DATA} is {given!r}{place}, wanted a folder that holds the four files of "
        f"MNIST, packed or not; found: {wrong}"
    )
