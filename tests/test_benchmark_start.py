"""What a learner waits for is counted to the first figure and no further; goals are judged."""

import nbformat
import pytest

FIGURE = (
    "from IPython.display import display\n"
    "import base64, time\n"
    "display({'image/png': base64.b64encode(b'dot').decode()}, raw=True)"
)


@pytest.fixture(scope="module")
def start(load_benchmark):
    return load_benchmark("speed_start")


def a_notebook(path, *sources):
    cells = [nbformat.v4.new_code_cell(source) for source in sources]
    notebook = nbformat.v4.new_notebook(cells=cells)
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3"}
    nbformat.write(notebook, path)
    return path


def test_the_clock_runs_from_the_kernel_to_the_first_figure(start, tmp_path):
    sources = ("import time; time.sleep(1.5)", FIGURE, "time.sleep(60)")
    assert 1.5 < start.seconds_to_figure(a_notebook(tmp_path / "some.ipynb", *sources)) < 30


def test_a_notebook_without_a_figure_is_not_measured(start, tmp_path):
    with pytest.raises(ValueError, match=r"bare\.ipynb has no figure"):
        start.seconds_to_figure(a_notebook(tmp_path / "bare.ipynb", "print(1)"))


def test_an_import_does_not_count_torch_unless_torch_is_asked_for(start, tmp_path, monkeypatch):
    (tmp_path / "torch.py").write_text("import time; time.sleep(0.4)\n")  # stands in for torch
    (tmp_path / "slow.py").write_text("import torch, time; time.sleep(0.2)\n")
    monkeypatch.setattr(start, "ROOT", tmp_path)
    assert 0.2 <= start.import_seconds("slow") < 0.4 <= start.import_seconds("torch") < 5


@pytest.mark.parametrize(("imported", "shown", "missed"), [(0.1, 5, 0), (0.3, 5, 7), (0.1, 9, 2)])
def test_goals_are_judged_by_the_median(start, monkeypatch, capsys, imported, shown, missed):
    lucky = iter([0.0] * 8 + [imported] * 8 + [99.0] * 8)
    monkeypatch.setattr(start, "import_seconds", lambda module: next(lucky))
    waits = iter([0.0, shown, 99.0] * 2)
    monkeypatch.setattr(start, "seconds_to_figure", lambda path: next(waits))
    stored, found = start.run(3)
    assert found == missed
    assert capsys.readouterr().out.count("MISSED") == missed
    assert set(stored["imports"].values()) == {imported} == {stored["torch"]}
    assert set(stored["figures"].values()) == {shown}
