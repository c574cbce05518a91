"""Figures of notebook 16 show the numbers that they are given."""

import matplotlib.pyplot as plt
import pytest
import torch

from genai_course.plots import sequences as figures


@pytest.fixture(autouse=True)
def close_figures():
    yield
    plt.close("all")


def drawn(line):
    return [list(axis) for axis in (line.get_xdata(), line.get_ydata())]


def test_bits_stand_at_their_order_and_other_models_are_level_lines():
    figure = figures.bits_by_order([6.5, 4.0, 1.0], [6.5, 4.2, 3.0], {"GPT": 2.5, "shipped": 2.0})
    axes = figure.axes[0]
    own, held_out, *others = axes.lines
    assert drawn(own) == [[0, 1, 2], [6.5, 4.0, 1.0]]
    assert drawn(held_out) == [[0, 1, 2], [6.5, 4.2, 3.0]]
    assert [set(line.get_ydata()) for line in others] == [{2.5}, {2.0}]
    labels = [text.get_text() for text in axes.get_legend().get_texts()]
    assert labels == [
        *("n-gram, its own text", "n-gram, held out"),
        *("GPT, held out", "shipped, held out"),
    ]
    assert len({line.get_color() for line in axes.lines}) == 4 and axes.get_ylim()[0] == 0


def test_a_row_of_weights_is_the_letter_that_looks():
    weights = torch.tensor([[1.0, 0.0, 0.0], [0.75, 0.25, 0.0], [0.5, 0.0, 0.5]])
    axes = figures.who_looks_where(weights, "a \n").axes[0]
    assert torch.equal(torch.as_tensor(axes.images[0].get_array()), weights)
    for labels in (axes.get_xticklabels(), axes.get_yticklabels()):
        assert [text.get_text() for text in labels] == ["a", "␣", "¶"]
    assert axes.images[0].get_clim() == (0, 1)
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("letter looked at", "letter that looks")


def test_bars_are_of_the_likeliest_letters_of_the_first():
    p, q = torch.tensor([0.1, 0.6, 0.3]), torch.tensor([0.2, 0.3, 0.5])
    figure = figures.next_letters({"p $": p, "q": q, "r": p, "s": q}, "x y")
    panels = figure.axes
    assert [panel.get_title() for panel in panels] == ["p $", "q", "r", "s", "", ""]
    for panel, values in zip(panels, (p, q), strict=False):
        heights = [bar.get_height() for bar in panel.patches]
        assert heights == pytest.approx(values[[1, 2, 0]].tolist())
        assert [text.get_text() for text in panel.get_xticklabels()] == ["␣", "y", "x"]
    assert [panel.axison for panel in panels] == [True] * 4 + [False] * 2
    figure.savefig("/dev/null", format="png")  # a sign of formulas in a title is a letter


def test_of_a_large_alphabet_some_letters_are_drawn():
    letters = "".join(map(chr, range(97, 123)))
    panel = figures.next_letters({"p": torch.arange(26) / 325}, letters).axes[0]
    assert [text.get_text() for text in panel.get_xticklabels()] == [*letters[:13:-1]]
    assert len(panel.patches) == figures.BARS


def test_waves_stand_one_below_the_other_and_each_note_has_its_error():
    waves = {"string": torch.tensor([0.0, 0.5, -0.5]), "WaveNet": torch.tensor([0.25, 0.0, 1.0])}
    left, right = figures.waves_and_pitches(waves, 4000, [0.1, -0.7]).axes
    assert [line.get_label() for line in left.lines] == ["string", "WaveNet"]
    for row, (line, wave) in enumerate(zip(left.lines, waves.values(), strict=True)):
        assert list(line.get_xdata()) == [0.0, 0.25, 0.5]
        assert list(line.get_ydata()) == pytest.approx((wave - 2 * row).tolist())
    assert drawn(right.lines[0]) == [[1, 2], [0.1, -0.7]]
    band = right.patches[0].get_extents().transformed(right.transData.inverted())
    assert (band.y0, band.y1) == pytest.approx((-0.5, 0.5))
    assert right.get_ylim() == (-1, 1)


def test_a_pitch_that_is_far_off_is_still_in_sight():
    right = figures.waves_and_pitches({"string": torch.zeros(3)}, 4000, [0.1, -12.0]).axes[1]
    low, high = right.get_ylim()
    assert low < -12 and high > 12
