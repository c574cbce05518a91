"""Widget of notebook 16: type the beginning of a text, see what may come next."""

from __future__ import annotations

from collections.abc import Callable

from ipywidgets import SelectionSlider, Text
from torch import Tensor

from genai_course.plots.common import png_bytes
from genai_course.plots.sequences import next_letters
from genai_course.sequences.sampling import with_temperature
from genai_course.sequences.text import LETTERS
from genai_course.widgets.common import PictureWithSliders, picture_with_sliders

TEMPERATURES = (0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 4.0)


def next_letter_explorer(
    next_letter: Callable[[str], Tensor],
    prompt: str = "The value of th",
    letters: str = LETTERS,
    most: int = 64,
) -> PictureWithSliders:
    """Return a field for a text and a slider for the temperature, above the likeliest next letters.

    Args:
        next_letter: Maps a text, of 1 to `most` letters, to probabilities of the letter after it,
            shape (K,), none of them 0.
        prompt: The text at the beginning.
        letters: The K letters; others that are typed are left out, and without any the text is the
            first of them.
        most: So many letters at the end of what is typed are handed on.
    """

    def draw(prompt, temperature):
        known = "".join(letter for letter in prompt if letter in letters)[-most:] or letters[0]
        p = with_temperature(next_letter(known), temperature)
        title = f"after {known[-20:]!r}, temperature {temperature:g}"
        return png_bytes(next_letters({title: p}, letters))

    sliders = {
        "prompt": Text(value=prompt, description="text"),
        "temperature": SelectionSlider(
            options=list(TEMPERATURES), value=1.0, description="temperature"
        ),
    }
    return picture_with_sliders(draw, sliders, width="400px")
