"""`classroom [N]`: N learners at once on this machine, a kernel each; what memory do they need?

Every learner runs notebook 00 to its end, then, in a fresh kernel, notebook 04 up to "Train it".
Nothing is shortened. A cell that fails, or a cross in front of a claim, counts as trouble.
"""

import asyncio
import contextlib
import os
import platform
import re
import signal
import subprocess
import time
from functools import partial
from pathlib import Path

from genai_course.commands.environment import ROOT
from genai_course.commands.memory import available_gigabytes, peak_bytes
from genai_course.commands.notebooks import find_notebooks
from workbench.results.stored import machine, store
from workbench.verbs import WORKBENCH

STORED = Path("workbench", "results", "classroom.json")
LESSONS = (("00", None), ("04", "## Train it"))  # notebook, heading to stop at
LIMIT = 1.5  # GiB that a kernel may need at most
LOOK_SECONDS = 0.5
GIBIBYTE = 2.0**30


def main(arguments, root=ROOT):
    """Run the class, print a table and store it; return 0 if all went well within the limit."""
    learners = WORKBENCH.read("classroom", arguments).learners
    os.environ["JUPYTER_PREFER_ENV_PATH"] = "1"  # the kernel of this Python, as in `lab`
    free = available_gigabytes()
    if free is not None and free < learners * LIMIT:
        print(f"{free:.1f} GB of memory are available; {learners} kernels may not fit.", flush=True)
    lessons = []
    for number, heading in LESSONS:
        (path,) = (p for p in find_notebooks([number], root) if p.parent.name == "notebooks")
        lessons.append({"notebook": path.stem, "until": heading or "the end"})
        try:
            lessons[-1] |= asyncio.run(teach(path, heading, learners))
        except asyncio.CancelledError:  # Ctrl-C: every kernel has been shut down
            raise KeyboardInterrupt from None
        print("\n".join(table(lessons[-1])), flush=True)
    worst = max(lesson["peak_gib"] for lesson in lessons)
    good = worst < LIMIT and not any(lesson["trouble"] for lesson in lessons)
    verdict = "ok" if good else "FAILED"
    print(
        f"\n{verdict}: at most {worst:.2f} GiB for a kernel; the limit is {LIMIT} GiB", flush=True
    )
    if good:
        report = {"learners": learners, **surroundings(), "limit_gib": LIMIT, "lessons": lessons}
        store(Path(root, STORED), report)
    return int(not good)


async def teach(path, heading, learners):
    """Let all learners run one notebook at the same time.

    Args:
        path: The notebook.
        heading: First line of the text cell to stop before; None for all of it.
        learners: Number of kernels.

    Returns:
        Dict: `kernels`, a list with peak and own memory in GiB and seconds of each; `peak_gib`,
        the worst peak; `together_gib`, most that all used at one time; `seconds`; `trouble`.
    """
    clients = [client_of(path, heading) for _ in range(learners)]
    expected = crosses(clients[0].nb)  # a notebook may show on purpose what a wrong answer gets
    seen = [{"peak_gib": 0.0, "own_gib": 0.0} for _ in clients]
    start = time.monotonic()
    sums = [0.0]
    watcher = asyncio.create_task(_watch(clients, seen, sums, asyncio.current_task()))
    for client, kernel in zip(clients, seen, strict=True):
        client.on_cell_executed = partial(_look_after_cell, client, kernel)
    pairs = zip(clients, seen, strict=True)
    runs = (_learn(client, kernel, start, expected) for client, kernel in pairs)
    trouble = await asyncio.gather(*runs)
    watcher.cancel()
    return {
        "seconds": round(time.monotonic() - start),
        "peak_gib": max(kernel["peak_gib"] for kernel in seen),
        "together_gib": round(max(sums), 2),
        "trouble": [sentence for sentence in trouble if sentence],
        "kernels": seen,
    }


def client_of(path, heading):
    """Return a client for the part of a notebook that stands before a heading."""
    import nbformat

    from workbench.notebooks.execution import WatchedClient

    notebook = nbformat.read(path, as_version=4)
    starts = [cell.source.partition("\n")[0] for cell in notebook.cells]
    if heading is not None:
        notebook.cells = notebook.cells[: starts.index(heading)]
    return WatchedClient(notebook, path.parent)


async def _learn(client, seen, start, expected):
    """Run one learner's notebook; return a sentence if something went wrong."""
    try:
        await client.async_execute(stderr=subprocess.DEVNULL)
    except Exception as error:  # a cell that raises, a dead kernel, one that hangs
        return f"{type(error).__name__}: {error}"[-2000:]
    finally:
        seen["seconds"] = round(time.monotonic() - start)
    return next((line for line in crosses(client.nb) if line not in expected), "")


def crosses(notebook):
    """Return the lines with a cross that the cells of a notebook have printed."""
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", ())]
    said = "\n".join(output.text for output in outputs if output.output_type == "stream")
    return re.findall(r"^✗[^≈\n]*", said, re.MULTILINE)


async def _watch(clients, seen, sums, lesson):
    """Look at the kernels again and again; let Ctrl-C, which nbclient takes, end the lesson."""
    while True:
        with contextlib.suppress(NotImplementedError):  # on Windows
            for number in (signal.SIGINT, signal.SIGTERM):
                asyncio.get_running_loop().add_signal_handler(number, lesson.cancel)
        total = 0.0
        for client, kernel in zip(clients, seen, strict=True):
            total += look(client, kernel)
        sums.append(total)
        await asyncio.sleep(LOOK_SECONDS)


def _look_after_cell(client, kernel, **unused):
    """Look once more while the kernel lives: a last cell may end between two looks."""
    look(client, kernel)


def look(client, kernel):
    """Note the memory of a client's kernel in `kernel`; return its own memory now, in GiB."""
    pid = getattr(getattr(client.km, "provisioner", None), "pid", None)
    peak, own = memory_of(pid) if pid else (0.0, 0.0)
    kernel["peak_gib"] = max(kernel["peak_gib"], round(peak, 2))
    kernel["own_gib"] = max(kernel["own_gib"], round(own, 2))
    return own


def memory_of(pid):
    """Return (peak of resident memory so far, memory of its own now) of a process, in GiB."""
    import psutil

    try:
        own = psutil.Process(pid).memory_full_info().uss
        return peak_bytes(pid) / GIBIBYTE, own / GIBIBYTE
    except (psutil.Error, OSError):  # it has just ended
        return 0.0, 0.0


def table(lesson):
    """Return the lines that describe one lesson."""
    head = f"\n{lesson['notebook']} until {lesson['until'].strip('# ')}: {lesson['seconds']} s,"
    lines = [
        f"{head} {lesson['together_gib']:.2f} GiB together",
        "kernel  peak GiB  own GiB  seconds",
    ]
    for number, kernel in enumerate(lesson["kernels"], 1):
        numbers = f"{kernel['peak_gib']:8.2f} {kernel['own_gib']:8.2f} {kernel['seconds']:8d}"
        lines.append(f"{number:6d}  {numbers}")
    return [*lines, *(f"trouble: {sentence}" for sentence in lesson["trouble"])]


def surroundings():
    """Return what the numbers depend on."""
    from importlib.metadata import version

    import psutil

    memory = round(psutil.virtual_memory().total / GIBIBYTE)
    where = f"{machine()}, {memory} GiB"
    names = ("torch", "numpy", "matplotlib", "ipykernel")
    versions = {"python": platform.python_version(), **{name: version(name) for name in names}}
    return {"machine": where, "versions": versions}
