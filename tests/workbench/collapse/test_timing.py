"""Time is taken in turns, and a missed speed is told."""

import itertools
from dataclasses import replace
from types import SimpleNamespace

import pytest

from genai_course.collapse.scoreboard import load_scoreboard
from workbench.collapse import timing
from workbench.collapse.scoreboard import parse

pytestmark = pytest.mark.usefixtures("one_thread")


def test_time_is_taken_in_turns(tmp_path, monkeypatch, capsys):
    took = itertools.accumulate(itertools.cycle([0.0, 3.0, 0.0, 1.0]))  # first each warms up
    clock = SimpleNamespace(process_time=lambda: next(took), perf_counter=lambda: 0.0)
    monkeypatch.setattr(timing, "time", clock)
    arguments = ["--rows", "none", "PacGAN2", "--seeds", "1", "--out", str(tmp_path / "x.json")]
    options = parse(arguments)
    timing.measure_time(options, rounds=2, count=1)
    rows = load_scoreboard(tmp_path / "x.json").stored["timing"]["rows"]
    told = {row: (own["cpu_seconds"], own["times_none"]) for row, own in rows.items()}
    assert told == {"none": (1000, 1), "PacGAN2": (3000, 3)}
    assert "times none" in capsys.readouterr().out


def test_a_missed_speed_is_told_by_the_exit_code(tmp_path, monkeypatch, capsys):
    options = parse(["--out", str(tmp_path / "x.json")])
    train, took = timing.train_ensemble, iter([0.015, 0.01])  # for two of 3,000 steps

    def timed(*words, **options):
        return replace(train(*words, **options), seconds=next(took))

    monkeypatch.setattr(timing, "train_ensemble", timed)
    assert timing.measure_speed(options, steps=2) == 1
    assert "22.5 s" in (said := capsys.readouterr().out) and "MISSED" in said
    assert timing.measure_speed(options, steps=2) == 0
    assert "15.0 s" in (said := capsys.readouterr().out) and "MISSED" not in said
