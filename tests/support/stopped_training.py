"""Stops a small training in earnest, again and again; run as a script by test_faults.py.

One process imports PyTorch with one thread and forks, so that a kill costs milliseconds. Its only
output is a line of JSON.
"""

import json
import os
import random
import signal
import sys
import time
import warnings
from pathlib import Path

import torch
from small_training import STEPS_AN_EPOCH, Game
from torch import nn

from genai_course.training.checkpoints import load_checkpoint
from genai_course.training.stopping import Stopped

EPOCHS = 40
STEPS = EPOCHS * STEPS_AN_EPOCH


class HeavyGame(Game):
    """A game whose checkpoint takes longer to write than a step to compute."""

    def __init__(self, **options):
        super().__init__(**options)
        self.ballast = nn.Linear(500, 500)

    def go(self, path, **options):
        """Train to the end, storing each step."""
        return self.fit(path, num_epochs=EPOCHS, every=1, **options)


def whole():
    """Return the digest of a run that nothing stops."""
    game = HeavyGame()
    return game.digest(game.fit(num_epochs=EPOCHS))


def parts(path):
    """Return the names of the files that a save in progress has made."""
    return {file.name for file in path.parent.glob("*.part")}


def kill(folder, times, seed):
    """Kill the training `times` times, every other time while it saves; then let it end.

    Of the kills that are meant for a save every other comes as soon as its file is there, the
    rest a little later: whether they still meet it depends on the disk.
    """
    chance, path = random.Random(seed), folder / "killed.pt"
    dones = []
    for i in range(times):
        known, after = parts(path), chance.randrange(12)
        reading, writing = os.pipe()
        pid = os.fork()
        if pid == 0:
            game = HeavyGame(weights_seed=9 if path.exists() else 0)
            game.go(path, step=announcing(game, writing, after))
            os._exit(0)
        os.close(writing)
        os.read(reading, 1)
        until = time.monotonic() + 20
        while i % 2 and parts(path) <= known and time.monotonic() < until:
            pass
        time.sleep(chance.uniform(0, (0.02, 0.0, 0.02, 0.002)[i % 4]))
        os.kill(pid, signal.SIGKILL)
        outcome = os.waitpid(pid, 0)[1]
        os.close(reading)
        assert os.WIFSIGNALED(outcome), "it came to its end before it was killed"
        dones.append(load_checkpoint(path)["done"] if path.exists() else -1)
    game = HeavyGame(weights_seed=9)
    digest = game.digest(game.go(path))
    return {"dones": dones, "torn": len(parts(path)), "rest": game.calls, "digest": digest}


def announcing(game, writing, after):
    """A step that says so when it is called for the first time after `after` steps."""

    def step(x):
        if game.calls == after:
            os.write(writing, b"!")
        return game.step(x)

    return step


def interrupt(folder, times, seed, keep):
    """Interrupt the training `times` times at random moments, then let it end.

    Every third interrupt may come before the training has begun, as it does to people.
    """
    chance, path, game = random.Random(seed), folder / "interrupted.pt", HeavyGame()
    lengths, early = [], 0
    for i in range(times):
        reading, writing = os.pipe()
        parent, pid = os.getpid(), os.fork()
        if pid == 0:
            os.read(reading, 1)
            time.sleep(chance.uniform(0, 0.03 if i % 3 else 0.003))
            os.kill(parent, signal.SIGINT)
            os._exit(0)
        chance.random()  # the child has used one
        started, before = [], game.calls

        def step(x, started=started, writing=writing, i=i):
            if not started and i % 3:
                os.write(writing, b"!")
            started.append(1)
            return game.step(x)

        try:
            if i % 3 == 0:
                os.write(writing, b"!")
            options = {} if keep else {"num_epochs": 10 * EPOCHS, "seed": i}
            game.go(path, step=step) if keep else game.fit(step=step, **options)
        except Stopped as stopped:
            done = len(stopped.kept["generator_loss"])
            lengths.append([done, game.calls - (0 if keep else before)])
        except KeyboardInterrupt:
            early += 1
        os.waitpid(pid, 0)
        os.close(reading), os.close(writing)
    result = {"lengths": lengths, "early": early}
    if keep:
        result["digest"] = game.digest(game.go(path))
        result["calls"] = game.calls
    return result


if __name__ == "__main__":
    torch.set_num_threads(1)
    warnings.simplefilter("ignore")
    folder, times = Path(sys.argv[1]), int(sys.argv[2])
    found = {"steps": STEPS, "whole": whole()}  # first: PyTorch loads half of itself only now
    found["killed"] = kill(folder, times, seed=0)
    found["interrupted"] = interrupt(folder, times, seed=0, keep=True)
    found["unkept"] = interrupt(folder, times, seed=1, keep=False)
    print(json.dumps(found))
