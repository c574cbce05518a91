"""What the columns of the scoreboard try: the right disease, and all metrics of the column."""

from types import SimpleNamespace

import pytest
import torch

from genai_course.collapse.scoreboard import COLUMNS
from workbench.collapse import trials

pytestmark = pytest.mark.usefixtures("one_thread")


def test_every_column_has_a_trial_of_its_metrics():
    assert set(trials.TRIALS) == set(COLUMNS)
    options = SimpleNamespace(data="digits")
    for column in ("ring_fast", "grid_slow", "pixel_fast"):
        trial = trials.TRIALS[column]
        problem, report = trial.make(options)
        assert set(COLUMNS[column].metrics) <= set(report(torch.zeros(60, problem.data_dim)))


def test_the_diseases_are_where_the_columns_say():
    for column, trial in trials.TRIALS.items():
        ratio = trial.disease.rate_discriminator / trial.disease.rate_generator
        assert ratio == pytest.approx(10 if column.endswith("fast") else 0.1)


def test_the_code_space_is_kept_between_runs(tmp_path, monkeypatch):
    monkeypatch.setattr(trials, "SPACE_STEPS", 2)
    first = trials.code_space.__wrapped__("digits", str(tmp_path))
    monkeypatch.setattr(trials, "train_code_space", None)  # must not be called again
    second = trials.code_space.__wrapped__("digits", str(tmp_path))
    assert torch.equal(first.codes, second.codes)
