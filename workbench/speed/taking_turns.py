"""Let several loops, each in a process of its own, train in turns; collect what they say."""

import json
import statistics
import subprocess
import sys
import tempfile
from importlib.util import find_spec

from genai_course.commands.environment import ROOT
from genai_course.training.precision import bfloat16_units

FRAMEWORKS = {"PyTorch Lightning": "pytorch_lightning", "Accelerate": "accelerate"}
LOOPS = ("tutorial", *FRAMEWORKS, "course", "course, bfloat16")
WORKER = "workbench.speed.worker"


class Worker:
    """A loop in a process of its own; it sleeps unless it is its turn.

    Args:
        model: Name in `models.MODELS`.
        loop: One of LOOPS, or "floor".
        place: Dict with "data", "device" and "threads".
        more: Further words for the command line.
    """

    def __init__(self, model, loop, place, more=()):
        words = [f"--{name}={value}" for name, value in place.items()]
        self.name, self.complaints = f"{model}, {loop}", tempfile.TemporaryFile("w+")
        self.process = subprocess.Popen(
            [sys.executable, "-m", WORKER, model, loop, *words, *more],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.complaints,
            text=True,
        )

    def ask(self, request):
        """Send a request, a number of batches or a question, and return the reply."""
        try:
            print(json.dumps(request), file=self.process.stdin, flush=True)
        except BrokenPipeError:
            pass  # then there is no reply either
        return self.hear()

    def hear(self):
        """Return the next reply.

        Raises:
            RuntimeError: If the process is gone, with the last line that it said.
        """
        line = self.process.stdout.readline()
        if not line:
            self.process.wait()
            self.complaints.seek(0)
            said = self.complaints.read().strip().splitlines() or ["it said nothing"]
            raise RuntimeError(f"{self.name} broke off: {said[-1]}")
        return json.loads(line)

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self.process.stdin.close()
        try:
            self.process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process.stdout.close()
        self.complaints.close()


def is_there(loop):
    """Say whether what the loop needs is installed."""
    return loop not in FRAMEWORKS or find_spec(FRAMEWORKS[loop]) is not None


def suits(loop, device):
    """Say whether the machine has what the loop computes with."""
    return not loop.endswith("bfloat16") or bool(bfloat16_units(device))


def start(stack, model, loops, place, more=()):
    """Start a worker for each loop; return them by name when all of them are ready."""
    workers = {loop: stack.enter_context(Worker(model, loop, place, more)) for loop in loops}
    for worker in workers.values():
        worker.hear()
    return workers


def take_turns(workers, rounds, count):
    """Let the workers train `count` batches each, in turns; the floor is measured in each round.

    Args:
        workers: From a loop's name to its `Worker`; one of them may be the "floor".
        rounds: How often each has its turn; one more comes first and is not counted.
        count: Batches in a turn.

    Returns:
        seconds: From a loop's name to the seconds of each round.
        rates: For each round a dict with the operations a second of matrix products.
    """
    seconds, rates = {loop: [] for loop in workers if loop != "floor"}, []
    for number in range(rounds + 1):
        for loop, worker in workers.items():
            if loop == "floor":
                rates.append(worker.ask("rates"))
            else:
                seconds[loop].append(worker.ask(count if number else max(1, count // 4)))
    return {loop: taken[1:] for loop, taken in seconds.items()}, rates[1:]


def compare(seconds, rates, operations, epoch, count):
    """Make one row of numbers for each loop.

    Args:
        seconds: From a loop's name to the seconds of each round.
        rates: Operations a second in each round, by precision.
        operations: Operations of one batch of the course's loop.
        epoch: Batches in an epoch.
        count: Batches in a turn.

    Returns:
        From a loop's name to a dict: "seconds" of an epoch, "ratio" to the tutorial loop (above 1
        is faster) and the share of the "floor", each the median over the rounds.
    """
    rows = {}
    for loop, taken in seconds.items():
        precision = "bfloat16" if loop.endswith("bfloat16") else "float32"
        ratios = [usual / own for usual, own in zip(seconds["tutorial"], taken, strict=True)]
        floors = [operations * count / rate[precision] for rate in rates]
        shares = [floor / own for floor, own in zip(floors, taken, strict=True)]
        rows[loop] = {
            "seconds": statistics.median(taken) * epoch / count,
            "ratio": statistics.median(ratios),
            "floor": statistics.median(shares),
        }
    return rows
