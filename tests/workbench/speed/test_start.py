"""What a learner waits for is counted to the first figure and no further; goals are judged."""

from types import SimpleNamespace

import nbformat
import pytest

from workbench.speed import start as start_module

FIGURE = (
    "from IPython.display import display\n"
    "import base64, time\n"
    "display({'image/png': base64.b64encode(b'dot').decode()}, raw=True)"
)


@pytest.fixture(scope="module")
def start():
    return start_module


def a_notebook(path, *sources):
    cells = [nbformat.v4.new_code_cell(source) for source in sources]
    notebook = nbformat.v4.new_notebook(cells=cells)
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3"}
    nbformat.write(notebook, path)
    return path


def test_the_clock_runs_from_the_kernel_to_the_first_figure(start, tmp_path, monkeypatch):
    """Each reading of the clock, each kernel and each cell leaves its mark, in order."""
    marks, readings = tmp_path / "marks", iter([10.0, 12.5])

    def mark(word):
        return f"print({word!r}, file=open({str(marks)!r}, 'a'))"

    class Client(start.NotebookClient):
        def setup_kernel(self, **words):
            exec(mark("kernel"))
            return super().setup_kernel(**words)

    def read_clock():
        exec(mark("clock"))
        return next(readings)

    monkeypatch.setattr(start, "NotebookClient", Client)
    monkeypatch.setattr(start, "time", SimpleNamespace(perf_counter=read_clock))
    sources = (mark("first"), f"{FIGURE}\n{mark('figure')}", mark("more"))
    assert start.seconds_to_figure(a_notebook(tmp_path / "some.ipynb", *sources)) == 2.5
    assert marks.read_text().split() == ["clock", "kernel", "first", "figure", "clock"]


def test_a_notebook_without_a_figure_is_not_measured(start, tmp_path):
    with pytest.raises(ValueError, match=r"bare\.ipynb has no figure"):
        start.seconds_to_figure(a_notebook(tmp_path / "bare.ipynb", "print(1)"))


def test_an_import_does_not_count_torch_unless_torch_is_asked_for(start, tmp_path, monkeypatch):
    clock = "import time; time.passed = 0; time.perf_counter = lambda: time.passed\n"
    (tmp_path / "sitecustomize.py").write_text(clock)  # each interpreter gets a clock of its own
    (tmp_path / "torch.py").write_text("import time; time.passed += 4\n")  # stands in for torch
    (tmp_path / "slow.py").write_text("import torch, time; time.passed += 2\n")
    monkeypatch.setattr(start, "ROOT", tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    assert (start.import_seconds("slow"), start.import_seconds("torch")) == (2, 4)


@pytest.mark.parametrize("machine", [1.0, 50.0])
@pytest.mark.parametrize(("imported", "shown", "missed"), [(0.1, 5, 0), (0.3, 5, 7), (0.1, 9, 2)])
def test_goals_are_judged_by_the_median_ratio(
    start, monkeypatch, capsys, machine, imported, shown, missed
):
    """As slow as the machine may be; one round is lucky, one is not."""
    rounds = iter([r for r in (0.01, 1.0, 99.0) for _ in (*start.IMPORTS, *start.NOTEBOOKS)])

    def importing(module):
        return 2 * machine if module == "torch" else next(rounds) * imported * machine

    monkeypatch.setattr(start, "import_seconds", importing)
    monkeypatch.setattr(start, "seconds_to_figure", lambda path: next(rounds) * shown * machine)
    stored, found = start.run(3)
    assert found == missed
    assert capsys.readouterr().out.count("MISSED") == missed
    assert set(stored["imports"].values()) == {imported * machine}
    assert set(stored["figures"].values()) == {shown * machine} and stored["torch"] == 2 * machine
