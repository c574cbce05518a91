"""Figures of notebook 07 show what they are given."""

import pytest
import torch

from genai_course.data import ring_centres
from genai_course.plots import mode_collapse as plots
from genai_course.plots import mode_collapse_fixes
from genai_course.plots.plane import LIMIT

CENTRES = ring_centres(8, 2.0)


def test_ring_frames_have_a_row_for_each_game_and_a_column_for_each_time():
    games = {name: CENTRES[:5].expand(3, 5, 2) for name in ("fast", "slow")}
    figure = plots.ring_frames(games, [100, 200, 300], CENTRES)
    axes = figure.axes
    assert len(axes) == 6
    assert [a.get_title() for a in axes[:3]] == ["step 100", "step 200", "step 300"]
    assert [axes[0].get_ylabel(), axes[3].get_ylabel()] == ["fast", "slow"]


def test_a_frame_keeps_samples_from_far_away_inside():
    figure = plots.one_frame(torch.tensor([[50.0, -50.0]]), CENTRES, torch.ones(8) / 8, "far")
    dots = figure.axes[0].lines[1]
    assert max(dots.get_xdata().max(), -dots.get_ydata().min()) <= LIMIT + 1e-6  # float32
    heights = [bar.get_height() for bar in figure.axes[1].patches]
    assert heights == pytest.approx([12.5] * 8)


def test_timelines_are_drawn_with_time_to_the_right():
    shares = torch.zeros(4, 8)
    shares[:, 2] = 1
    figure = plots.mode_timelines({"one": shares, "two": shares}, [10, 20, 30, 40])
    image = figure.axes[0].images[0]
    assert image.get_array().shape == (8, 4)
    assert image.get_extent() == [5.0, 45.0, -0.5, 7.5]
    assert image.get_array()[2].tolist() == [1, 1, 1, 1]


def test_suspects_have_a_mark_for_each_seed():
    reports = {"a": [{"modes_kept": 1}] * 5, "b": [{"modes_kept": 8}] * 5}
    figure = plots.suspects(reports, {"a": "freezes", "b": "covers"})
    marks = [line for line in figure.axes[0].lines if len(line.get_xdata())]
    assert len(marks) == 10
    assert [t.get_text() for t in figure.axes[0].get_yticklabels()] == ["b", "a"]
    assert round(sum(m.get_xdata()[0] for m in marks[:5]) / 5, 6) == 8  # b is drawn first, below


def test_each_verdict_has_a_mark_of_its_own_and_a_line_of_the_legend():
    words = ["freezes", "hops", "spreads", "covers"]
    reports = {word: [{"modes_kept": 4}] for word in words}
    axes = plots.suspects(reports, {word: word for word in words}).axes[0]
    drawn = [line.get_marker() for line in axes.lines if len(line.get_xdata())]
    assert len({*drawn}) == 4 and drawn[::-1] == [plots.MARKS[word][0] for word in words]
    assert [text.get_text() for text in axes.get_legend().get_texts()] == words
    assert plots.MARKS["spreads"] == mode_collapse_fixes.MARKS["spreads"]  # one word, one mark


def test_digits_over_time_name_their_steps():
    figure = plots.digits_over_time([torch.zeros(4, 1, 28, 28)] * 2, [100, 200])
    assert [a.get_ylabel() for a in figure.axes] == ["step 100", "step 200"]
