"""What must be quick is held against a yardstick in turns, and judged by the median ratio."""

import itertools
from types import SimpleNamespace

import pytest

from workbench.speed import quick as quick_module


@pytest.fixture(scope="module")
def quick():
    return quick_module


def a_row(quick, work, yardstick, limit=3):
    return quick.Row("some work", "its yardstick", work, yardstick, limit)


@pytest.mark.parametrize("machine", [1.0, 50.0])
def test_work_and_yardstick_take_turns_and_the_median_ratio_counts(quick, monkeypatch, machine):
    """Two seconds for one, busier and busier; the first round, 99 for one, only warms up."""
    took = [[1, 99], [1, 2], [4, 8], [1, 7]]
    readings = itertools.accumulate(t * machine for pair in took for s in pair for t in (0, s))
    monkeypatch.setattr(quick, "time", SimpleNamespace(perf_counter=lambda: next(readings)))
    calls = []
    row = a_row(quick, lambda: calls.append("work"), lambda: calls.append("yardstick"))
    assert quick.ratio_of(row, rounds=3) == 2
    assert calls == ["yardstick", "work"] * 4


@pytest.mark.parametrize(("ratio", "missed"), [(2.9, 0), (3.1, 1)])
def test_a_limit_that_is_passed_is_said_and_counted(quick, monkeypatch, capsys, ratio, missed):
    monkeypatch.setattr(quick, "ratio_of", lambda row, rounds: ratio)
    stored, found = quick.run(1, [a_row(quick, None, None)])
    assert found == missed and capsys.readouterr().out.count("MISSED") == missed
    assert stored == {"some work": {"against": "its yardstick", "ratio": ratio, "limit": 3}}


def test_every_row_can_be_run(quick):
    rows = quick.metric_rows(count=300, num_images=30)
    assert len({row.title for row in rows}) == 5
    for row in rows:
        row.yardstick()
        row.work()


@pytest.mark.parametrize("there", [True, False])
def test_loading_is_measured_where_there_is_something_to_load(
    quick, monkeypatch, tmp_path, capsys, there
):
    monkeypatch.setattr(
        quick.mnist_files, "locate", lambda: SimpleNamespace(raw=tmp_path if there else None)
    )
    rows = [row.title for row in quick.loading_rows()]
    assert rows == ["digits, loaded again", *["MNIST, loaded and checked"] * there]
    assert ("MNIST is not on this machine" in capsys.readouterr().out) != there
