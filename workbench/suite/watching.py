"""Does something that runs still get on? Processor time and words decide, no clock on a wall.

A busy machine makes everything late and nothing hang. What hangs either does nothing (it neither
computes nor prints), or computes far more than it ever did before.
"""

import os
import subprocess
import tempfile
import time
from dataclasses import dataclass

LOOK_SECONDS = 1.0
MOST_BETWEEN_LOOKS = 5.0  # what is counted: a computer that was put to sleep was not idle
STARVED = 1 / 240  # even the least share of a processor that a busy machine gives is more


@dataclass(frozen=True)
class Limits:
    """When a run counts as hung.

    Attributes:
        idle: Seconds in which it neither computed (less than half a second in two minutes) nor
            printed anything.
        times: How many times the processor seconds stored for it.
        least: Processor seconds that it may use in any case.
        unknown: Processor seconds that it may use where none are stored.
    """

    idle: float = 120.0
    least: float = 300.0
    unknown: float = 1800.0
    times: float = 10.0

    def most(self, stored):
        """Return the processor seconds that a run may use; `stored` is None where unknown."""
        return self.unknown if stored is None else max(self.least, self.times * stored)


class Hung(Exception):
    """A run was ended because it hung; the message says how that showed."""


class Watch:
    """Looks at one run from time to time; `spent` is the processor seconds it has used so far."""

    def __init__(self, pid, limits, stored=None, spent_by=None, clock=time.monotonic):
        """Begin to watch.

        Args:
            pid: The process; what it has started counts as well.
            limits: Limits.
            stored: Processor seconds that this run used before, None if unknown.
            spent_by: Function from the pid to processor seconds; `processor_seconds` by default.
            clock: Function that returns seconds.
        """
        self.pid, self.limits, self.stored = pid, limits, stored
        self.spent_by, self.clock = spent_by or processor_seconds, clock
        self.start, self.before = self.spent_by(pid), clock()
        self.spent = self.mark = self.idle = 0.0

    def heard(self):
        """Note that it has printed something."""
        self.idle = 0.0

    def look(self):
        """Return why the run counts as hung, or ""."""
        now = self.clock()
        if now - self.before < self.limits.idle / 60:
            return ""  # asking the system about a family of processes takes a while itself
        self.idle += min(now - self.before, MOST_BETWEEN_LOOKS)
        self.before = now
        used = self.measure()
        if abs(used - self.mark) > STARVED * self.limits.idle:
            self.mark, self.idle = used, 0.0
        if self.idle >= self.limits.idle:
            return f"for {self.limits.idle:g} seconds it has neither computed nor printed anything"
        most = self.limits.most(self.stored)
        if self.spent <= most:
            return ""
        usual = "" if self.stored is None else f"; usual are {self.stored:g}"
        return f"it has used {self.spent:.0f} seconds of processor time, allowed {most:g}{usual}"

    def measure(self):
        """Return the processor seconds used since the watch began."""
        used = self.spent_by(self.pid) - self.start
        self.spent = max(self.spent, used)
        return used


def processor_seconds(pid):
    """Return the processor time of a process, of what it started, and of what has ended of that."""
    import psutil

    try:
        process = psutil.Process(pid)
        family = [process, *process.children(recursive=True)]
    except psutil.Error:
        return 0.0
    total = 0.0
    for member in family:
        try:
            total += sum(member.cpu_times()[:4])  # its own, user and system, then of those ended
        except psutil.Error:  # it has just ended
            continue
    return total


def end(pid):
    """Kill a process and everything that it has started."""
    import psutil

    try:
        process = psutil.Process(pid)
        family = [*process.children(recursive=True), process]
    except psutil.Error:
        return
    for member in family:
        try:
            member.kill()
        except psutil.Error:
            continue


def run(command, limits=None, on_look=None, **options):
    """Run a command to its end as `subprocess.run` does, output captured as bytes, without a clock.

    Args:
        command: List of words.
        limits: Limits; the usual ones by default.
        on_look: Function of the process and of whether it has printed, called at every look
            instead of a `Watch`; it returns why the run counts as hung, or "".
        options: Further options of `subprocess.Popen`.

    Returns:
        subprocess.CompletedProcess.

    Raises:
        Hung: If the command hung; it and what it has started are killed. `args[1]` holds the
            bytes that it has printed.
    """
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as errors:
        options = {"stdin": subprocess.DEVNULL, "stdout": out, "stderr": errors} | options
        process = subprocess.Popen(command, **options)
        try:
            look = on_look or _watching(process, limits or Limits())
            why = _wait(process, look, (out, errors))
        finally:
            if process.poll() is None:
                end(process.pid)
                process.wait()
        said = [_read(file) for file in (out, errors)]
    if why:
        raise Hung(why, said[0] + said[1])
    return subprocess.CompletedProcess(command, process.returncode, *said)


def _watching(process, limits):
    watch = Watch(process.pid, limits)

    def look(_, spoke):
        if spoke:
            watch.heard()
        return watch.look()

    return look


def _wait(process, look, files):
    """Return "" when the process has ended, or why it counts as hung."""
    printed = 0
    while True:
        try:
            process.wait(LOOK_SECONDS)
            return ""
        except subprocess.TimeoutExpired:
            sizes = sum(_size(file) for file in files)
        why = look(process, sizes != printed)
        if why:
            return why
        printed = sizes


def _size(file):
    return os.fstat(file.fileno()).st_size


def _read(file):
    file.seek(0)
    return file.read()
