"""The runs behind the table of methods and rates: stored one by one, and not run twice."""

import json

import pytest

from genai_course.collapse.factorial import METRICS
from workbench.collapse import factorial


@pytest.fixture
def short(monkeypatch):
    monkeypatch.setattr(factorial, "SEEDS", (0, 1))
    monkeypatch.setattr(factorial, "NUM_STEPS", 3)
    monkeypatch.setattr(factorial, "NUM_SAMPLES", 50)
    # so early no sample is on a mode: let the report tell where the samples are
    where = lambda x, centres, sigma: dict.fromkeys(METRICS, x.abs().sum().item())  # noqa: E731
    monkeypatch.setattr(factorial, "mode_report", where)


def test_cells_are_stored_one_by_one_and_not_run_again(short, tmp_path, monkeypatch, capsys):
    path = tmp_path / "factorial.json"
    words = ["--methods", "none", "R1", "--rates", "both 1e-3"]
    assert factorial.main(words, path) == 0
    cells = json.loads(path.read_text())["cells"]
    assert {name: len(cells["R1"]["both 1e-3"]["metrics"][name]) for name in METRICS} == {
        name: 2 for name in METRICS
    }
    plain, penalised = (cells[name]["both 1e-3"]["metrics"]["kl"] for name in ("none", "R1"))
    assert plain[0] != plain[1] and plain[0] != penalised[0]  # other seeds, another method
    assert capsys.readouterr().out.count("on a mode") == 2
    ran = []
    monkeypatch.setattr(factorial, "run_cell", lambda *cell: ran.append(cell))
    factorial.main(words, path)
    assert ran == []
    monkeypatch.undo()


def test_other_settings_are_run_again(short, tmp_path, monkeypatch):
    path = tmp_path / "factorial.json"
    words = ["--methods", "none", "--rates", "both 1e-3"]
    factorial.main(words, path)
    monkeypatch.setattr(factorial, "NUM_STEPS", 4)
    factorial.main(words, path)
    cell = json.loads(path.read_text())["cells"]["none"]["both 1e-3"]
    assert cell["steps"] == 4 and cell["seeds"] == [0, 1]
