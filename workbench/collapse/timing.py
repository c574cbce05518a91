"""What the cures cost: seconds per 1,000 steps of each row, and those of five wide games."""

import statistics
import time

import torch

from genai_course.collapse.fixes import TOO_FAST, with_fix
from genai_course.collapse.game import one_round, train_ensemble
from genai_course.collapse.players import make_players
from genai_course.collapse.problems import ring
from genai_course.collapse.streams import Streams
from workbench.collapse.storage import read, surroundings, write

SPEED_LIMIT = 20.0  # seconds


def measure_time(options, rounds=9, count=10):
    """Let all rows take turns on the ring, `count` steps at a time; store the medians."""
    wall, busy = _turns(_games(options), rounds, count, options.device)
    timing = {
        row: {
            "seconds": round(statistics.median(wall[row]), 2),
            "cpu_seconds": round(statistics.median(busy[row]), 2),
            "times_none": round(
                statistics.median(b / n for b, n in zip(busy[row], busy["none"], strict=True)), 2
            ),
        }
        for row in wall
    }
    stored = read(options.out)
    stored["timing"] = {
        "rows": timing,
        "seeds": options.seeds,
        "steps": rounds * count,
        "unit": "seconds per 1,000 steps",
        **surroundings(options.device),
    }
    write(options.out, stored)
    for row, own in timing.items():
        print(f"{row:<28}{own['seconds']:>8.2f} s{own['times_none']:>7.2f} times none")


def _games(options):
    """The arguments of `one_round` for each row, on the ring."""
    games, problem = {}, ring()
    for row in options.rows:
        streams = Streams(range(options.seeds), options.device)
        recipe = with_fix(TOO_FAST, row)
        games[row] = (recipe, problem, make_players(recipe, problem, streams), streams)
    return games


def _turns(games, rounds, count, device):
    """Wall-clock and processor seconds per 1,000 steps: by row, one number a turn."""
    wall, busy = ({row: [] for row in games} for _ in range(2))
    for number in range(rounds + 1):
        for row, game in games.items():
            start, start_busy = time.perf_counter(), time.process_time()
            for _ in range(count):
                one_round(*game)
            if str(device) != "cpu":
                torch.cuda.synchronize()
            if number:  # the first round warms up
                wall[row].append((time.perf_counter() - start) * 1000 / count)
                busy[row].append((time.process_time() - start_busy) * 1000 / count)
    return wall, busy


def measure_speed(options, steps=3000):
    """Time five GANs of width 128 on the ring, side by side; say whether the limit is kept."""
    problem = ring(width_generator=128, width_discriminator=128)
    run = train_ensemble(TOO_FAST, problem, range(5), steps, device=options.device)
    seconds = run.seconds * 3000 / steps
    met = seconds <= SPEED_LIMIT
    stored = read(options.out)
    stored["speed"] = {"seconds": round(seconds, 1), **surroundings(options.device)}
    write(options.out, stored)
    print(
        f"five seeds x 3,000 steps, width 128: {seconds:.1f} s with {torch.get_num_threads()} "
        f"threads; limit {SPEED_LIMIT:.0f} s: {'met' if met else 'MISSED'}"
    )
    return int(not met)
