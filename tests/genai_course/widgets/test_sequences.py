"""What is typed, and the letters that may come next."""

import pytest
import torch

from genai_course.sequences.sampling import with_temperature
from genai_course.widgets import sequences
from genai_course.widgets.sequences import next_letter_explorer

LETTERS = "abc "


@pytest.fixture
def asked():
    return []


@pytest.fixture
def shown(monkeypatch):
    """What the picture is given: (title, probabilities), the last one last."""
    pictures, usual = [], sequences.next_letters

    def watched(ways, letters):
        assert letters == LETTERS
        pictures.extend(ways.items())
        return usual(ways, letters)

    monkeypatch.setattr(sequences, "next_letters", watched)
    return pictures


def answer(text):
    return (torch.arange(1.0, 5.0) + len(text)) / (10 + 4 * len(text))


@pytest.fixture
def explorer(asked, shown):
    def next_letter(text):
        asked.append(text)
        return answer(text)

    return next_letter_explorer(next_letter, "ab", LETTERS, most=5)


def test_it_begins_with_the_prompt_as_it_is(explorer, asked, shown):
    assert asked == ["ab"] and explorer.png.startswith(b"\x89PNG")
    assert shown[0][0] == "after 'ab', temperature 1"
    torch.testing.assert_close(shown[0][1], answer("ab"))
    assert repr(explorer) == "PictureWithSliders(prompt, temperature)"


def test_typing_asks_again_and_the_temperature_changes_the_answer(explorer, asked, shown):
    before = explorer.png
    explorer.sliders["prompt"].value = "abc"
    assert asked[-1] == "abc" and explorer.png != before
    explorer.sliders["temperature"].value = 0.5
    assert shown[-1][0] == "after 'abc', temperature 0.5"
    torch.testing.assert_close(shown[-1][1], with_temperature(answer("abc"), 0.5))
    explorer.sliders["prompt"].value = "ab"
    explorer.sliders["temperature"].value = 1.0
    assert explorer.png == before


@pytest.mark.parametrize(
    ("typed", "known"), [("aXb$", "ab"), ("", "a"), ("ÄÖ", "a"), ("abc abc", "c abc")]
)
def test_strange_letters_are_left_out_and_of_a_long_text_the_end_counts(
    explorer, asked, typed, known
):
    explorer.sliders["prompt"].value = typed
    assert asked[-1] == known


def test_any_letter_of_the_course_may_be_typed():
    texts = []

    def next_letter(text):
        texts.append(text)
        return torch.full((96,), 1 / 96)

    explorer = next_letter_explorer(next_letter)
    explorer.sliders["prompt"].value = "a $5 and $6 \\frac _ ^ { }"
    assert texts == ["The value of th", "a $5 and $6 \\frac _ ^ { }"]
    explorer.sliders["prompt"].value = "x" * 70
    assert texts[-1] == "x" * 64
