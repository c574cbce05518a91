"""The strict notebook run sees every planted fault, at the right cell, and nothing else."""

import base64
import io
import json
import os
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest
from PIL import Image

from workbench.notebooks.canonical import read
from workbench.notebooks.seal import store_seal
from workbench.planted.figure_edits import on_its_head
from workbench.suite.costs import costs_path, load_costs
from workbench.suite.watching import run

ROOT = Path(__file__).resolve().parents[3]
KILL = "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)"
SLEEP = "import time\ntime.sleep(3600)"
SWALLOW = f"try:\n    {SLEEP}\nexcept KeyboardInterrupt:\n    pass".replace("\nt", "\n    t")
DEAF = "while True:\n    try:\n        while True: pass\n    except KeyboardInterrupt: pass"
TALK = "import time\nfor i in range(12):\n    print(i)\n    time.sleep(0.5)"
WORK = "import time\nstart = time.process_time()\nwhile time.process_time() - start < {}: pass"
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


def drawn(top, bottom):
    """A picture of two grey levels, as base64 text."""
    buffer = io.BytesIO()
    picture = Image.new("L", (32, 32), bottom)
    picture.paste(top, (0, 0, 32, 12))
    picture.save(buffer, format="png")
    return base64.b64encode(buffer.getvalue()).decode()


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


ON_ITS_HEAD = on_its_head(drawn(0, 255))
TURNED = shown(**{"image/png": ON_ITS_HEAD, "text/plain": "<Figure>"})
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
    (
        "picture upside-down",
        cell(PICTURE.replace("iVBORw0KGgo=", drawn(0, 255)), TURNED),
        "the picture drawn now stands on its head",
    ),
    ("stops with an error", cell("raise ValueError('planted')"), "planted"),
]
DEAD = [cell("print(1)", printed("1\n")), cell(KILL), cell("a = 1"), cell("a = 2")]
IDLE = "for 3 seconds it has neither computed nor printed anything"
# notebook with limits of 3, 3 and 5 seconds: code of the cell that hangs, seconds stored for it,
# words that the failure must say
HUNG = {
    "sleeps": (SLEEP, 0.1, IDLE),
    "swallows": (SWALLOW, None, IDLE),
    "loops": ("while True: pass", None, "seconds of processor time, allowed 5"),
    "deaf": (DEAF, 0.1, "seconds of processor time, allowed 3; usual are 0.1"),
}
GETS_ON = [
    cell(TALK, printed("".join(f"{i}\n" for i in range(12)))),  # longer than 3 seconds, idle
    cell(WORK.format(5)),  # more than 3 seconds of processor time, less than 10 times 2.0
]


def strict_run(folder, *options):
    """Run the notebooks of a folder; return exit code, and messages by notebook and cell."""
    report = folder / "report.xml"
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "--nbval",
        "-p",
        "workbench.suite.strict",
    ]
    command += ["--color=no", "-p", "no:cacheprovider", f"--rootdir={folder}"]
    command += [f"--nbval-sanitize-with={ROOT / 'tests' / 'nbval_sanitize.cfg'}"]
    command += [f"--junitxml={report}", *options, "."]
    environment = os.environ | {"PYTHONUTF8": "1", "PYTHONPATH": str(ROOT)}
    done = run(command, cwd=folder, env=environment)
    messages = {}
    for case in ElementTree.parse(report).iter("testcase"):
        notebook = case.get("classname", "").rsplit(".ipynb", 1)[0]
        texts = [f"{e.tag}: {e.get('message')}\n{e.text}" for e in case if "system" not in e.tag]
        messages[notebook, int(case.get("name").split()[-1])] = "".join(texts)
    return done.returncode, messages


@pytest.fixture(scope="module")
def faulty(tmp_path_factory):
    folder = tmp_path_factory.mktemp("faulty")
    write(folder / "faulty.ipynb", [fault[1] for fault in FAULTS])
    notebook = read(folder / "faulty.ipynb")
    notebook.cells = [cell for cell in notebook.cells if ON_ITS_HEAD in str(cell.outputs)]
    store_seal(folder, "faulty.ipynb", notebook)
    write(folder / "dead.ipynb", DEAD)
    return strict_run(folder)


def costs_of(folder, name, seconds):
    """Store what the cells of a notebook cost."""
    path = costs_path(folder, f"{name}.ipynb")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(seconds), encoding="utf-8")


@pytest.fixture(scope="module")
def hung(tmp_path_factory):
    folder = tmp_path_factory.mktemp("hung")
    for name, (source, stored, _) in HUNG.items():
        cells = [cell("a = 1"), cell(source), cell("a = 3"), cell("open('ran', 'w')")]
        write(folder / f"{name}.ipynb", cells)
        costs_of(folder, name, {} if stored is None else {cells[1]["id"]: stored})
    write(folder / "gets_on.ipynb", GETS_ON)
    costs_of(folder, "gets_on", {GETS_ON[1]["id"]: 2.0})
    return folder, *strict_run(folder, "--cell-limits=3,3,5")


def test_the_untouched_notebook_is_green_though_masked_text_differs(tmp_path):
    write(tmp_path / "good.ipynb", GOOD)
    code, messages = strict_run(tmp_path)
    assert messages == {("good", i): "" for i in range(len(GOOD))}
    assert code == 0


@pytest.mark.parametrize("number", range(len(FAULTS)), ids=[f[0] for f in FAULTS])
def test_a_planted_fault_is_red(faulty, number):
    code, messages = faulty
    assert code == 1
    assert messages["faulty", number].startswith("failure")
    assert FAULTS[number][2] in messages["faulty", number]


def test_a_dead_kernel_is_red_at_its_cell(faulty):
    _, messages = faulty
    assert messages["dead", 0] == ""
    assert "kernel process died while this cell ran" in messages["dead", 1]
    for later in (2, 3):
        assert messages["dead", later].startswith("failure")  # not an expected failure
        assert "not run, because the kernel died in cell 1" in messages["dead", later]


@pytest.mark.parametrize("name", HUNG)
def test_a_hung_cell_is_red_says_why_and_nothing_runs_after_it(hung, name):
    folder, code, messages = hung
    assert code == 1
    assert messages[name, 0] == ""
    assert messages[name, 1].startswith("failure") and HUNG[name][2] in messages[name, 1]
    for later in (2, 3):
        assert messages[name, later].startswith("failure")
        assert "not run, because cell 1 hung" in messages[name, later]
    assert not (folder / "ran").exists()


def test_where_a_hung_cell_stood_is_shown(hung):
    _, _, messages = hung
    assert "KeyboardInterrupt" in messages["sleeps", 1] and "3600" in messages["sleeps", 1]


def test_a_cell_that_prints_or_computes_as_usual_does_not_hang(hung):
    _, _, messages = hung
    assert (messages["gets_on", 0], messages["gets_on", 1]) == ("", "")


def test_what_each_cell_costs_is_recorded_if_the_notebook_passes(tmp_path):
    cells = [cell(WORK.format(2)), cell("b = 2")]
    write(tmp_path / "good.ipynb", cells)
    write(tmp_path / "red.ipynb", [*cells, cell("print(7)", printed("8\n"))])
    strict_run(tmp_path, "--record-costs")
    costs = load_costs(tmp_path, "good.ipynb")
    assert list(costs) == [entry["id"] for entry in cells]
    assert 2 <= costs[cells[0]["id"]] < 10 and 0.1 <= costs[cells[1]["id"]] < 2
    assert load_costs(tmp_path, "red.ipynb") == {}


def test_every_run_in_this_project_is_strict(pytestconfig):
    assert pytestconfig.pluginmanager.hasplugin("workbench.suite.strict")
    assert pytestconfig.option.nbval_cell_timeout == float("inf")  # no clock
    assert pytestconfig.option.cell_limits == "120,300,1800"
    assert Path(pytestconfig.option.nbval_sanitize_with).name == "nbval_sanitize.cfg"


def test_the_sanitise_file_is_ascii_and_no_rule_is_dropped():
    from nbval.plugin import get_sanitize_patterns

    text = (ROOT / "tests" / "nbval_sanitize.cfg").read_bytes().decode("ascii")
    assert len(get_sanitize_patterns(text)) == sum(
        line.startswith("regex:") for line in text.splitlines()
    )
