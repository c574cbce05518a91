"""Files that are there whole or not at all, whenever the process is killed or the power goes.

Plumbing: how bytes reach a disk; nothing about models.
"""

import contextlib
import os
import secrets
from collections.abc import Mapping
from pathlib import Path


def write_atomically(path: str | Path, content: bytes | memoryview, mode: int = 0o666) -> None:
    """Put a file in its place in one stroke: whoever looks finds the old one or the new one, whole.

    Args:
        path: File to write; its folder must exist.
        content: Bytes.
        mode: Permissions of a file that is new, less the umask; one that was there keeps its own.

    Raises:
        OSError: If the file cannot be written. The old one stays and nothing is left beside it.
    """
    write_together({path: content}, mode)


def write_together(contents: Mapping[str | Path, bytes | memoryview], mode: int = 0o666) -> None:
    """As `write_atomically`, for several files: none is replaced before all are on the disk.

    Args:
        contents: Dict from paths to bytes; the files are replaced in this order.
        mode: Permissions of a file that is new, less the umask; one that was there keeps its own.

    Raises:
        OSError: If a file cannot be written or replaced.
    """
    parts = {}
    try:
        for path, content in contents.items():
            path = Path(path)
            part = path.with_name(f"{path.name}{secrets.token_hex(4)}.part")
            with open(part, "xb", opener=lambda name, flags: os.open(name, flags, mode)) as file:
                parts[part] = path
                file.write(content)
                file.flush()
                os.fsync(file.fileno())  # else a power cut may leave the new name and no content
        for part, path in parts.items():
            with contextlib.suppress(OSError):  # there is no old file, or no such permission here
                part.chmod(path.stat().st_mode & 0o777)
            os.replace(part, path)
    finally:
        for part in parts:
            part.unlink(missing_ok=True)
