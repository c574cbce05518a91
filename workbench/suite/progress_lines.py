"""What is said while jobs run: what each is doing, how much is done, how long the rest may take.

In a log that is a plain line now and then, in a terminal one line that is written over.
"""

import shutil
import sys
import time
from concurrent.futures import FIRST_COMPLETED, wait

from workbench.suite.costs import TESTS, load_costs
from workbench.suite.jobs import UNKNOWN_SECONDS

LIVE_SECONDS = 1.0  # between two versions of the line in a terminal
ENOUGH = 20.0  # usual processor seconds that have to be done before they are compared with a clock
START_OF_LINE, CLEAR = "\r", "\x1b[K"


class Progress:
    """How far some jobs are, by what their files usually cost."""

    def __init__(self, followers, root, at_once, clock=time.monotonic):
        """Begin to count.

        Args:
            followers: {job: its Follower}, of all jobs.
            root: The course's folder, whose stored costs are used.
            at_once: How many jobs run side by side.
            clock: Function that returns seconds.
        """
        self.followers, self.at_once, self.clock = followers, at_once, clock
        self.costs = {job: usual_costs(job, root) for job in followers}
        self.start, self.ended = clock(), set()

    def news(self, running):
        """Return a line: how much is done, how much is left, what the running jobs are doing."""
        doing = "; ".join(f"{job.name} ({self.followers[job]})" for job in running)
        done = f"{len(self.ended)} of {len(self.followers)} done"
        return f"{done}, {in_words(self.seconds_left())} left; running: {doing}"

    def seconds_left(self):
        """Return seconds on the clock until all has run, if it goes on as fast as so far."""
        left = {job: self._left(job) for job in self.costs if job not in self.ended}
        rest = sum(left.values())
        done = sum(sum(map(sum, files.values())) for files in self.costs.values()) - rest
        pace = 1.0  # seconds on the clock for one usual processor second
        if done >= ENOUGH:
            pace = (self.clock() - self.start) * self.at_once / done
        return pace * max(rest / self.at_once, *left.values(), 0.0)

    def _left(self, job):
        """Usual processor seconds of what a job has not done yet."""
        follower, left = self.followers[job], 0.0
        for file, costs in self.costs[job].items():
            ended, expected = follower.ended[file], follower.expected.get(file)
            if len(costs) > 1:
                left += sum(costs[ended:])
            else:
                left += costs[0] * (1 - ended / expected if expected else 1)
        return left


def usual_costs(job, root):
    """Return {file: processor seconds of its cells, one after the other, or of the whole}."""
    tests, found = load_costs(root, TESTS), {}
    for name in (word for word in job.words if word.endswith((".py", ".ipynb"))):
        cells = [*load_costs(root, name).values()] if name.endswith(".ipynb") else []
        unknown = 60 * job.minutes if name.endswith(".ipynb") else UNKNOWN_SECONDS
        found[name] = cells or [tests.get(name, unknown)]
    return found


def in_words(seconds):
    """Return about how long that is."""
    if seconds < 90:
        return "about a minute" if seconds > 30 else "less than a minute"
    return f"about {seconds / 60:.0f} minutes"


class Teller:
    """Prints lines that stay and, in a terminal, one at the bottom that is written over."""

    def __init__(self, out=None):
        self.out = out or sys.stdout
        self.live = self.out.isatty()

    def stays(self, line):
        """Print a line that stays."""
        self._write(f"{START_OF_LINE}{CLEAR}{line}\n" if self.live else f"{line}\n")

    def passes(self, line):
        """Print a line that is true now: in a terminal over the last one, else as any other."""
        if not self.live:
            return self.stays(line)
        width = shutil.get_terminal_size().columns - 1
        self._write(f"{START_OF_LINE}{line[:width]}{CLEAR}")

    def _write(self, text):
        self.out.write(text)
        self.out.flush()


def announce(pending, progress, teller, seconds, wait=wait):
    """Print each outcome as it comes; after a while without one, how far everything is.

    Args:
        pending: {future: its job}.
        progress: Progress of these jobs.
        teller: Teller.
        seconds: The longest silence in a log.
        wait: What waits for the first of some futures.
    """
    left, patience = set(pending), LIVE_SECONDS if teller.live else seconds
    while left:
        done, left = wait(left, patience, return_when=FIRST_COMPLETED)
        for future in done:
            progress.ended.add(pending[future])
            teller.stays(str(future.result()))
        if not done:
            running = [job for future, job in pending.items() if future.running()]
            teller.passes(progress.news(running))
