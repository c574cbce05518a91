"""Train to quality: seconds until the judge reads so many of the samples, loop against loop.

All loops train the GAN of notebook 04 with its settings, a stretch of steps at a time and in
turns; after each stretch the judge reads 1,000 samples, off the clock. The course draws from an
averaged generator, which the usual loop does not have; the course's plain generator is told too.
"""

import statistics
from contextlib import ExitStack

from workbench.speed.taking_turns import start, suits

MODEL = "gan"
LOOPS = ("tutorial", "course", "course, bfloat16")
STRETCH = 100  # steps between two readings
WANTED = 0.6  # share of the samples


def race(place, seeds, most_steps, loops=LOOPS, stretch=STRETCH, wanted=WANTED, begin=start):
    """Let the loops race once for each seed.

    Args:
        place: Dict with "data", "device" and "threads".
        seeds: Seeds of weights and batches.
        most_steps: Steps after which a loop is out of the race.
        loops: Names of the loops; one that does not suit the machine stays away.
        stretch: Steps between two readings.
        wanted: Share of readable samples that ends the race.
        begin: Function that starts the workers.

    Returns:
        From a runner's name, "loop" or "loop, averaged", to a list with an entry a seed:
        (seconds, steps) at the goal, or None where it was not reached.
    """
    results, here = {}, [loop for loop in loops if suits(loop, place["device"])]
    for seed in seeds:
        with ExitStack() as stack:
            more = ("--judged", f"--seed={seed}")
            workers = begin(stack, MODEL, here, place, more)
            for name, end in _one_race(workers, most_steps, stretch, wanted).items():
                results.setdefault(name, []).append(end)
    return results


def _one_race(workers, most_steps, stretch, wanted):
    seconds = dict.fromkeys(workers, 0.0)
    ends = {name: None for loop in workers for name in _runners(loop)}
    for steps in range(stretch, most_steps + 1, stretch):
        for loop, worker in workers.items():
            if all(ends[name] for name in _runners(loop)):
                continue
            seconds[loop] += worker.ask(stretch)
            share = worker.ask("share")
            for name, seen in _runners(loop).items():
                if not ends[name] and share[seen] >= wanted:
                    ends[name] = (seconds[loop], steps)
        if all(ends.values()):
            break
    return ends


def _runners(loop):
    """Who is read after a loop's stretch: its generator, and the course's average."""
    return (
        {loop: "itself"} if loop == "tutorial" else {loop: "itself", f"{loop}, averaged": "average"}
    )


def summarise(results):
    """Reduce the seeds of each runner to medians.

    Returns:
        From a runner's name to {"seconds", "steps", "ratio", "reached", "seeds"}; the numbers are
        None unless every seed reached the goal. "ratio" is the median over the seeds of the
        tutorial's seconds over its own.
    """
    rows = {}
    for name, ends in results.items():
        row = {"seconds": None, "steps": None, "ratio": None}
        if all(ends):
            row["seconds"] = statistics.median(seconds for seconds, _ in ends)
            row["steps"] = statistics.median(steps for _, steps in ends)
            if all(results["tutorial"]):
                pairs = zip(results["tutorial"], ends, strict=True)
                row["ratio"] = statistics.median(usual[0] / own[0] for usual, own in pairs)
        rows[name] = {**row, "reached": sum(map(bool, ends)), "seeds": len(ends)}
    return rows


def report(rows, wanted=WANTED):
    """Print the result of the race."""
    print(f"\nSeconds of training until the judge reads {wanted:.0%} of the samples, GAN of 04")
    print(f"{'loop':<30}{'seconds':>9}{'steps':>8}{'ratio':>8}{'reached':>10}")
    for name, row in rows.items():
        numbers = f"{'-':>9}{'-':>8}{'-':>8}"
        if row["seconds"] is not None:
            ratio = f"{row['ratio']:.2f}x" if row["ratio"] else "-"
            numbers = f"{row['seconds']:>9.1f}{row['steps']:>8.0f}{ratio:>8}"
        print(f"{name:<30}{numbers}{row['reached']:>5} of {row['seeds']}")
