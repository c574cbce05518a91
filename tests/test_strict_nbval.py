"""The strict notebook run sees every planted fault, at the right cell, soon, and nothing else."""

import json
import os
import subprocess
import sys
import time
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
KILL = "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)"
SWALLOW = "import time\ntry:\n    time.sleep(60)\nexcept KeyboardInterrupt:\n    pass"
CALLBACK = """import ipywidgets
slider = ipywidgets.IntSlider(value=1, max=5)
def redraw(change):
    print(f"value {change['new']}")
    WHEN
slider.observe(redraw, "value")
slider.value = 3"""
PICTURE = """from IPython.display import display
display({"image/png": "iVBORw0KGgo=", "text/plain": "<Figure>"}, raw=True)"""

BAR = """from genai_course.progress import track
print("before")
for item in track(range(2), total=2):
    pass
print("after")"""


def printed(text):
    return [{"output_type": "stream", "name": "stdout", "text": text}]


def shown(**data):
    return [{"output_type": "display_data", "metadata": {}, "data": data}]


def cell(source, outputs=(), count=1):
    return {
        "cell_type": "code",
        "execution_count": count,
        "id": f"cell-{abs(hash((source, str(outputs)))) % 10**8}",
        "metadata": {},
        "outputs": list(outputs),
        "source": source,
    }


def write(path, cells):
    whole = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    path.write_text(json.dumps(whole), encoding="utf-8")


GOOD = [
    cell("print(7)", printed("7\n")),
    cell('print("✓ it holds   ≈ 0.12")', printed("✓ it holds   ≈ 0.11\n")),
    cell('print("✓ it holds   ≈ 0.12")', printed("✓ it holds\n")),
    cell('print("data set: digits (offline)")', printed("data set: mnist (60000 images)\n")),
    cell("x = 1"),
    cell(CALLBACK.replace("WHEN", "pass"), printed("value 3\n")),
    cell(BAR, printed("before\nafter\n")),
    cell(PICTURE, shown(**{"image/png": "other pixels", "text/plain": "<Figure>"})),
]
# name of the fault, the cell that has it, words that the failure must say
FAULTS = [
    ("changed print", cell("print(7)", printed("8\n")), "outputs differ"),
    (
        "tick turned cross",
        cell('print("✗ it holds   ≈ 0.12")', printed("✓ it holds   ≈ 0.12\n")),
        "outputs differ",
    ),
    (
        "tick turned cross, value new",
        cell('print("✗ it holds   ≈ 0.12")', printed("✓ it holds\n")),
        "outputs differ",
    ),
    (
        "other claim",
        cell('print("✓ it holds well   ≈ 0.12")', printed("✓ it holds\n")),
        "outputs differ",
    ),
    ("outputs stripped", cell("print(9)"), "outputs differ"),
    ("new output gone", cell("pass", printed("9\n")), "outputs differ"),
    ("never executed", cell("y = 2", count=None), "never executed"),
    ("outputs without a count", cell("print(2)", printed("2\n"), None), "never executed"),
    (
        "broken widget callback",
        cell(CALLBACK.replace("WHEN", "1 / 0"), printed("value 3\n")),
        "ZeroDivisionError",
    ),
    ("picture lost", cell(PICTURE, shown(**{"text/plain": "<Figure>"})), "0 pictures stored, 1"),
    ("stops with an error", cell("raise ValueError('planted')"), "planted"),
]
DEAD = [cell("print(1)", printed("1\n")), cell(KILL), cell("a = 1"), cell("a = 2")]
HUNG = [cell("a = 1"), cell("while True: pass"), cell("a = 3"), cell("a = 4")]
SWALLOWS = [cell(SWALLOW), cell("a = 1")]


def strict_run(folder, *options):
    """Run the notebooks of a folder; return exit code, messages by notebook and cell, seconds."""
    report = folder / "report.xml"
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "--nbval",
        "-p",
        "genai_course.authoring.strict",
    ]
    command += ["--color=no", "-p", "no:cacheprovider", f"--rootdir={folder}"]
    command += [f"--nbval-sanitize-with={ROOT / 'tests' / 'nbval_sanitize.cfg'}"]
    command += [f"--junitxml={report}", *options, "."]
    environment = os.environ | {"PYTHONUTF8": "1"}
    start = time.monotonic()
    done = subprocess.run(command, cwd=folder, capture_output=True, env=environment, timeout=240)
    seconds = time.monotonic() - start
    messages = {}
    for case in ElementTree.parse(report).iter("testcase"):
        notebook = case.get("classname", "").rsplit(".ipynb", 1)[0]
        texts = [f"{e.tag}: {e.get('message')}\n{e.text}" for e in case if "system" not in e.tag]
        messages[notebook, int(case.get("name").split()[-1])] = "".join(texts)
    return done.returncode, messages, seconds


@pytest.fixture(scope="module")
def faulty(tmp_path_factory):
    folder = tmp_path_factory.mktemp("faulty")
    write(folder / "faulty.ipynb", [fault[1] for fault in FAULTS])
    write(folder / "dead.ipynb", DEAD)
    return strict_run(folder)


@pytest.fixture(scope="module")
def hung(tmp_path_factory):
    folder = tmp_path_factory.mktemp("hung")
    write(folder / "hung.ipynb", HUNG)
    write(folder / "swallows.ipynb", SWALLOWS)
    return strict_run(folder, "--nbval-cell-timeout=3")


def test_the_untouched_notebook_is_green_though_masked_text_differs(tmp_path):
    write(tmp_path / "good.ipynb", GOOD)
    code, messages, _ = strict_run(tmp_path)
    assert messages == {("good", i): "" for i in range(len(GOOD))}
    assert code == 0


@pytest.mark.parametrize("number", range(len(FAULTS)), ids=[f[0] for f in FAULTS])
def test_a_planted_fault_is_red(faulty, number):
    code, messages, _ = faulty
    assert code == 1
    assert messages["faulty", number].startswith("failure")
    assert FAULTS[number][2] in messages["faulty", number]


def test_a_dead_kernel_is_red_at_its_cell_within_seconds(faulty):
    _, messages, seconds = faulty
    assert messages["dead", 0] == ""
    assert "kernel process died while this cell ran" in messages["dead", 1]
    for later in (2, 3):
        assert messages["dead", later].startswith("failure")  # not an expected failure
        assert "the kernel died in cell 1" in messages["dead", later]
    assert seconds < 200  # one timeout alone would be 300


def test_a_hung_cell_is_red_and_the_rest_fails_at_once(hung):
    code, messages, seconds = hung
    assert code == 1
    assert messages["hung", 0] == ""
    assert messages["hung", 1].startswith("failure") and "3 seconds" in messages["hung", 1]
    for later in (2, 3):
        assert messages["hung", later].startswith("failure")
        assert "cell 1 ran out of time" in messages["hung", later]
    assert seconds < 200


def test_a_cell_that_swallows_the_interrupt_is_red(hung):
    _, messages, _ = hung
    assert "not done after 3 seconds" in messages["swallows", 0]
    assert "cell 0 ran out of time" in messages["swallows", 1]


def test_every_run_in_this_project_is_strict(pytestconfig):
    assert pytestconfig.pluginmanager.hasplugin("genai_course.authoring.strict")
    assert pytestconfig.option.nbval_cell_timeout <= 600
    assert Path(pytestconfig.option.nbval_sanitize_with).name == "nbval_sanitize.cfg"


def test_the_sanitise_file_is_ascii_and_no_rule_is_dropped():
    from nbval.plugin import get_sanitize_patterns

    text = (ROOT / "tests" / "nbval_sanitize.cfg").read_bytes().decode("ascii")
    assert len(get_sanitize_patterns(text)) == sum(
        line.startswith("regex:") for line in text.splitlines()
    )
