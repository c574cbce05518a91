"""How the files of MNIST lie about on machines: names, folders, packing; and what else they are.

LeCun's page had them packed by gzip, torchvision keeps them in MNIST/raw, Kaggle writes a dot in
place of a hyphen and unpacks each into a folder of its own. Other data sets use the same names.
"""

import os
import zlib
from collections.abc import Iterator
from pathlib import Path

OTHERS = {  # by the MD5 sums of their images and labels; packed ones as torchvision lists them
    "Fashion-MNIST": (
        *("f4a8712d7a061bf5bd6d2ca38dc4d50a", "9018921c3c673c538a1fc5bad174d6f9"),
        *("8181f5470baa50b63fa0f6fddb340f0a", "15d484375f8d13e6eb1aabb0c3f46965"),
        *("8d4fb7e6c68d591d4c3dfef9ec88bf0d", "25c81989df183df01b3e8a0aad5dffbe"),  # packed
        *("bef4ecab320f06d8554ea6380940ec79", "bb300cfdad3c16e7a12a480ee83cd310"),
    ),
    "KMNIST": (
        *("bdb82020997e1d708af4cf47b453dcf7", "e144d726b3acfaa3e44228e80efcd344"),  # packed
        *("5c965bf0a639b31b8f53240b1b52f4d7", "7320c461ea6c1c855c0b718fb2a4b134"),
    ),
}
PACKED = ".gz"


def another(md5: str) -> str | None:
    """Return the name of the other data set that has a file of the MD5 sum md5, or None."""
    return next((name for name, sums in OTHERS.items() if md5 in sums), None)


def forms(folder: Path, name: str) -> list[Path]:
    """Return the paths in a folder at which the file of this name lies in some form."""
    names = (name, name.replace("-idx", ".idx"))
    plain = [Path(folder, n) for n in names] + [Path(folder, n, n) for n in names]
    every = [*plain, *(path.with_name(path.name + PACKED) for path in plain)]
    return [path for path in every if os.path.lexists(path)]


def folders(top: Path) -> Iterator[Path]:
    """Yield the folders at or below `top` in which the files may lie, the likeliest first."""
    below = ("MNIST/raw", "raw", "", "MNIST")
    yield from (Path(top, place) for place in below)
    try:
        inner = sorted(path for path in Path(top).iterdir() if path.is_dir())
    except OSError:
        return
    for folder in inner:
        if not folder.name.startswith("."):  # as those of an unfinished download
            yield from (folder / place for place in below)


def nothing_in(folder: Path) -> str:
    """Say in a few words why there is no copy at all in a folder."""
    try:
        names = sorted(os.listdir(folder))
    except FileNotFoundError:
        return "no such folder"
    except NotADirectoryError:
        return "a file, not a folder"
    except OSError as error:
        return f"cannot be read: {error.strerror}"
    return f"no MNIST there, only {', '.join(names[:3])}" if names else "the folder is empty"


def unpack(packed: bytes, size: int) -> bytes:
    """Return what gzip has packed, but not more than `size` bytes and one.

    Raises:
        zlib.error: If it is not packed by gzip, or damaged.
    """
    return zlib.decompressobj(wbits=31).decompress(packed, size + 1)
