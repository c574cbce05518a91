"""How much memory a program may still use, of the machine or of its container, and has used."""

import os
import re
from pathlib import Path

from genai_course.commands.disk import GIGABYTE

GROUPS = Path("/sys/fs/cgroup")
VERSION_2 = ("memory.max", "memory.current", "memory.stat", "inactive_file")
VERSION_1 = (
    "memory/memory.limit_in_bytes",
    "memory/memory.usage_in_bytes",
    "memory/memory.stat",
    "total_inactive_file",
)


def available_gigabytes(groups: Path = GROUPS) -> float | None:
    """Return the memory that this process may still use, in GB, or None where none can tell."""
    free = _free_on_machine()
    limits = [_free_in_group(groups, *names) for names in (VERSION_2, VERSION_1)]
    known = [number for number in (free, *limits) if number is not None]
    return min(known) / GIGABYTE if free is not None else None


def _free_on_machine():
    try:
        import psutil

        return psutil.virtual_memory().available
    except ImportError:
        try:
            return os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
        except (AttributeError, OSError, ValueError):
            return None


def _free_in_group(groups, limit, usage, statistics, droppable):
    """Return what a container's limit leaves; files it has merely read do not count as used."""
    try:
        limit = int(Path(groups, limit).read_text(encoding="ascii"))
        usage = int(Path(groups, usage).read_text(encoding="ascii"))
        lines = Path(groups, statistics).read_text(encoding="ascii").splitlines()
        cached = dict(line.split() for line in lines).get(droppable, "0")
    except (OSError, ValueError):  # no container, or no limit ("max")
        return None
    return max(0, limit - usage + int(cached))


def peak_bytes(pid: int | None = None) -> int:
    """Return the most memory that ever lay in RAM of a process, in bytes.

    Where the system does not keep it (neither Linux nor Windows), of this process the system's
    own record of a run is taken, of another one what lies in RAM now.

    Args:
        pid: The process; None for this one.

    Raises:
        psutil.Error, OSError: There is no such process.
    """
    status = Path("/proc", str(pid or "self"), "status")
    if status.exists():
        found = re.search(r"VmHWM:\s+(\d+) kB", status.read_text(encoding="ascii"))
        if found:  # what has ended but was not waited for has no such line
            return 1024 * int(found[1])
    import psutil

    memory = psutil.Process(pid).memory_info()
    if hasattr(memory, "peak_wset"):
        return memory.peak_wset
    if pid is None:
        import resource  # what remains is macOS, which counts bytes

        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return memory.rss
