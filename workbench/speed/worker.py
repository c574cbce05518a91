"""One loop in a process of its own, which trains when it is asked to and answers questions.

Started by `taking_turns.Worker`, not by hand. Requests and replies are lines of JSON: a number of
batches is answered by the seconds they took, a name by what `answers` holds under it. Everything
else that anybody prints goes to stderr.
"""

import copy
import json
import os
import statistics
import sys
import time

import psutil
import torch
from torch.utils.flop_counter import FlopCounterMode

from genai_course.commands.command_line import CommandLine, whole
from genai_course.commands.memory import peak_bytes
from genai_course.data import to_unit_range
from genai_course.evaluation.judge import load_judge, readable_share
from genai_course.training.precision import bfloat16_units
from workbench.speed.course import play as play_course
from workbench.speed.frameworks import play_accelerate, play_lightning
from workbench.speed.models import MODELS, usual_loader
from workbench.speed.tutorial import play as play_tutorial

PLAINLY = {
    "tutorial": play_tutorial,
    "PyTorch Lightning": play_lightning,
    "Accelerate": play_accelerate,
}
MIB = 2**20


class Over(Exception):
    """There are no more requests."""


class Turns:
    """Requests of the parent process, seen from inside a training loop.

    Args:
        requests: Iterator over parsed requests.
        reply: Function that sends one reply.
        device: Where the loop computes; its work is waited for before the clock is read.
        answers: From a question to a function that answers it.
        games: How many batches of this loop count as one.
    """

    def __init__(self, requests, reply, device, answers=(), games=1):
        self.requests, self.reply, self.device = iter(requests), reply, device
        self.answers, self.games, self.left = dict(answers), games, 0

    def operations_of(self, run_batch):
        """Let the question "operations" be answered by counting those of one batch."""
        self.answers["operations"] = lambda: count_operations(run_batch)

    def begin(self):
        """Say that everything is built, and wait for the first turn."""
        self.reply("ready")
        self._wait()

    def batch_done(self):
        """Count one batch; when the turn is over, report and wait for the next."""
        self.left -= 1
        if self.left == 0:
            self._synchronise()
            self.reply(time.perf_counter() - self.start)
            self._wait()

    def _wait(self):
        for request in self.requests:
            if isinstance(request, int):
                self.left = request * self.games
                self._synchronise()
                self.start = time.perf_counter()
                return
            self.reply(self.answers[request]())
        raise Over

    def _synchronise(self):
        if self.device.type == "cuda":
            torch.cuda.synchronize()


def count_operations(run_batch):
    """Count the floating-point operations of matrix products and convolutions of one batch."""
    with FlopCounterMode(display=False) as counter:
        run_batch()
    return counter.get_total_flops()


def multiply_rates(device, seconds=0.1):
    """Measure the rate of matrix products, operations a second, for float32 and bfloat16.

    The best of a few sizes, each the median of as many products as fit in `seconds`. Without units
    for it bfloat16 is left out: one product would take half a minute.
    """
    sizes = (512, 1024, 2048) if device.type == "cpu" else (4096, 8192)
    types = {"float32": torch.float32}
    if bfloat16_units(device):
        types["bfloat16"] = torch.bfloat16
    return {
        name: max(_rate(size, dtype, device, seconds) for size in sizes)
        for name, dtype in types.items()
    }


def _rate(size, dtype, device, seconds):
    a, b = (torch.randn(size, size, device=device).to(dtype) for _ in range(2))
    out, taken = torch.empty_like(a), []
    torch.mm(a, b, out=out)  # warm-up
    while sum(taken) < seconds or len(taken) < 3:
        if device.type == "cuda":
            torch.cuda.synchronize()
        start = time.perf_counter()
        torch.mm(a, b, out=out)
        if device.type == "cuda":
            torch.cuda.synchronize()
        taken.append(time.perf_counter() - start)
    return 2 * size**3 / statistics.median(taken)


def memory_since(before, device):
    """Return a function: MiB by which the peak lies above `before`, on a GPU what lies there."""
    if device.type == "cuda":
        return lambda: torch.cuda.max_memory_allocated() / MIB
    return lambda: (peak_bytes() - before) / MIB


def share_of_readable(judge, networks, z):
    """Share of the images made of z that the judge can read, for each network by its name."""
    shares = {}
    for name, network in networks.items():
        with torch.no_grad():
            images = to_unit_range(network(z))
        shares[name] = readable_share(judge, images)
    return shares


def serve(options, requests, reply):
    """Build what the options name, then train and answer until there are no more requests."""
    torch.set_num_threads(options.threads)
    torch.manual_seed(options.seed)
    device, model = torch.device(options.device), MODELS[options.model]
    turns = Turns(
        requests,
        reply,
        device,
        {"memory": memory_since(psutil.Process().memory_info().rss, device)},
    )
    if options.loop == "floor":
        turns.answers["rates"] = lambda: multiply_rates(device)
        turns.begin()
    networks = [network.to(device) for network in model.build()]
    average = copy.deepcopy(networks[0]) if options.judged else None
    if options.judged:
        z = torch.randn(1000, model.latent_dim, device=device)
        judge, seen = load_judge(options.data, device), {"itself": networks[0], "average": average}
        turns.answers["share"] = lambda: share_of_readable(judge, seen, z)
    if options.loop in PLAINLY:
        turns.games = model.games
        PLAINLY[options.loop](model, networks, usual_loader(model, options.data), device, turns)
    bfloat16 = options.loop.endswith("bfloat16")
    play_course(model, networks, options.data, device, turns, bfloat16, average)


def main(arguments=None):
    """Command line."""
    parser = CommandLine(description=__doc__.splitlines()[0])
    parser.add_argument("model", choices=MODELS)
    parser.add_argument("loop", choices=(*PLAINLY, "course", "course, bfloat16", "floor"))
    parser.add_argument("--data", choices=("mnist", "digits"), required=True)
    parser.add_argument("--device", required=True)
    parser.add_argument("--threads", type=whole(1), required=True)
    parser.add_argument("--seed", type=whole(0), default=0)
    parser.add_argument("--judged", action="store_true", help="be ready to have samples read")
    options = parser.parse_args(arguments)
    sys.stdout.flush()
    replies = os.fdopen(os.dup(1), "w", encoding="ascii")
    os.dup2(2, 1)

    def reply(content):
        print(json.dumps(content), file=replies, flush=True)

    try:
        serve(options, map(json.loads, sys.stdin), reply)
    except Over:
        return 0


if __name__ == "__main__":
    sys.exit(main())
