"""The tables in the README of this folder: written from the files beside it, never by hand.

    python -m workbench.results.tables

Run it after one of the commands that store a table; a test fails where the README says something
else than the files.
"""

import json
from pathlib import Path

from genai_course.commands.command_line import CommandLine
from genai_course.commands.environment import ROOT

RESULTS = ROOT / "workbench" / "results"
README = RESULTS / "README.md"
BEGIN = "<!-- stored results: written by python -m workbench.results.tables -->"
END = "<!-- end of stored results -->"
LOOPS = ("tutorial", "PyTorch Lightning", "Accelerate", "course", "course, bfloat16")
RACE = "GAN of notebook 04 until 60 % of its samples can be read"
MODELS = {
    "vae": "VAE, 784-400-20",
    "gan": "GAN of notebook 04",
    "dcgan": "DCGAN, width 64",
    "narrow": "DCGAN of notebook 05",
    "ring": "five GANs on the ring, 1,000 steps",
}


def stored(name, folder=RESULTS):
    """Return what a command has stored, or None."""
    path = Path(folder, f"{name}.json")
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else None


def row(*cells):
    """Return one line of a table."""
    return f"| {' | '.join(map(str, cells))} |"


def mutant_lines(report):
    """Sentence about the planted faults in teaching code."""
    share = report["killed"] / report["planted"]
    kinds = (f"{len(those)} by {kind}" for kind, those in report.get("kills", {}).items())
    return [
        f"- `make mutants`: {report['killed']} of {report['planted']} planted faults noticed"
        f" ({', '.join([f'{share:.1%}', *kinds])}) in {report['seconds'] / 60:.1f} minutes with"
        f" {report['setting']['processes']} processes."
        f" Known to change nothing: {len(report['equivalent'])}."
    ]


def edit_lines(report):
    """Sentence about the spoilt notebooks."""
    by = {}
    for edit in report["edits"]:
        by[edit["seen_by"] or "nobody"] = by.get(edit["seen_by"] or "nobody", 0) + 1
    counts = ", ".join(f"{count} by {name}" for name, count in sorted(by.items()))
    return [
        f"- `make mutants N=notebooks`: {report['seen']} of {report['planted']} spoilt notebooks"
        f" noticed: {counts}."
    ]


def fault_lines(report):
    """Sentence about what was done to trainings and files."""
    counts = "; ".join(f"{name}: {count}" for name, count in report["counted"].items())
    passed = sum(part["passed"] for part in report["tried"].values())
    failed = sum(part["failed"] for part in report["tried"].values())
    return [f"- `make faults`: {passed} tests passed, {failed} failed; {counts}."]


def classroom_lines(report):
    """Sentence about the kernels that ran at once."""
    lessons = "; ".join(
        f"{lesson['notebook']} until {lesson['until'].strip('# ')}: {lesson['seconds']} s,"
        f" at most {lesson['peak_gib']:.2f} GiB for a kernel,"
        f" {lesson['together_gib']:.1f} GiB together"
        for lesson in report["lessons"]
    )
    return [f"- `make classroom`: {report['learners']} kernels at once, {lessons}."]


def environment_lines(report):
    """Table of the environments."""
    lines = [row("environment", "result", "passed", "failed", "Python", "torch"), row(*6 * ["---"])]
    for case in report["cases"].values():
        versions = (case["versions"].get(name, "") for name in ("python", "torch"))
        lines.append(row(*(case[k] for k in ("what", "verdict", "passed", "failed")), *versions))
    return ["`make matrix`:", "", *lines]


def speed_lines(report):
    """Table of ratios, and sentences about the start."""
    place, epoch = report["machine"], report["epoch"]
    lines = [
        f"`make benchmark` on {place['device']}, {place['cores']} cores, torch {place['torch']};"
        f" medians of {epoch['rounds']} rounds in turns; how many times as fast as the tutorial's"
        " loop:",
        "",
        row("one epoch of", "tutorial", *LOOPS[1:], "floor", "MiB"),
        row(*8 * ["---"]),
        *(_loops_row(MODELS[name], loops) for name, loops in epoch["rows"].items()),
        _loops_row(RACE, report["race"]),
    ]
    if not epoch["bfloat16"]:
        lines += ["", "bfloat16 is left out: that machine has no units for it."]
    return [*lines, *_quick_lines(report.get("yardsticks", {})), *_start_lines(report["start"])]


def _quick_lines(rows):
    ratios = "; ".join(f"{title} {r['ratio']:.3g} ({r['against']})" for title, r in rows.items())
    return ["", f"How many times as long as its yardstick: {ratios}."] if rows else []


def _start_lines(start):
    slowest = max(start["imports"].values())
    figures = ", ".join(f"{s:.1f} s in {name}" for name, s in start["figures"].items())
    alone = start.get("torch")
    return [
        "",
        "Floor: what the matrix products alone would take, as part of the time of the course's"
        " loop; MiB: what that loop adds to torch. Importing any of the course's modules adds at"
        f" most {slowest:.2f} s to torch. From the start of a kernel to the first figure: {figures}"
        + (f", of which importing torch takes {alone:.1f} s." if alone else "."),
    ]


def _loops_row(title, loops):
    ours = loops["course"]
    more = (f"{ours['floor']:.0%}", f"{ours['memory']:.0f}") if "floor" in ours else ("", "")
    ratios = (_ratio(loops.get(loop)) for loop in LOOPS[1:])
    return row(title, _seconds(loops["tutorial"]), *ratios, *more)


def _ratio(numbers):
    return f"{numbers['ratio']:.2f}x" if numbers and numbers["ratio"] else "-"


def _seconds(numbers):
    return f"{numbers['seconds']:.0f} s" if numbers["seconds"] else "-"


PARTS = {
    "mutants": mutant_lines,
    "planted_edits": edit_lines,
    "faults": fault_lines,
    "classroom": classroom_lines,
    "environments": environment_lines,
    "speed": speed_lines,
}


def tables(folder=RESULTS):
    """Return the lines that the README must hold between its two marks."""
    lines = []
    for name, write in PARTS.items():
        report = stored(name, folder)
        if report is None:
            continue
        new = write(report)
        lines += new if new[0].startswith("- ") else ["", *new]
    return lines


def updated(text, lines):
    """Return the README's text with these lines between its marks.

    Raises:
        ValueError: If the marks are not there once each, in order.
    """
    if text.count(BEGIN) != 1 or text.count(END) != 1 or text.index(BEGIN) > text.index(END):
        raise ValueError(f"The text must hold {BEGIN} and then {END}, once each.")
    before, rest = text.split(BEGIN)
    after = rest.split(END)[1]
    return "\n".join([before + BEGIN, "", *lines, "", END]) + after


if __name__ == "__main__":
    CommandLine(description=__doc__.splitlines()[0]).parse_args()
    README.write_text(updated(README.read_text(encoding="utf-8"), tables()), encoding="utf-8")
