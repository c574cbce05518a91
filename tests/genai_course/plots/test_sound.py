"""A sound on the page: its samples, its description, and the same bytes again."""

import base64
import html
import io
import re
import wave

import pytest
import torch

from genai_course.plots import sound
from genai_course.plots.sound import hear


@pytest.fixture
def shown(monkeypatch):
    """What was displayed."""
    found = []
    monkeypatch.setattr(sound, "display", lambda data, raw: found.append(data))
    return found


def samples(data):
    """The rate and the samples of the player in a displayed text."""
    text = re.search(r'src="data:audio/wav;base64,([^"]+)"', data["text/html"])[1]
    with wave.open(io.BytesIO(base64.b64decode(text))) as file:
        assert (file.getnchannels(), file.getsampwidth()) == (1, 2)
        frames = torch.frombuffer(bytearray(file.readframes(file.getnframes())), dtype=torch.int16)
        return file.getframerate(), frames


def test_what_is_heard_are_the_samples_with_the_loudest_at_full_level(shown):
    hear(torch.tensor([0.0, 0.25, -0.5, 0.125]), 4000, "A click.")
    rate, heard = samples(shown[0])
    assert rate == 4000
    assert heard.tolist() == pytest.approx([0, 16383, -32767, 8191], abs=2)
    assert shown[0]["text/plain"] == "<a sound of 4 samples>"
    assert 'aria-label="A click."' in shown[0]["text/html"]


def test_the_same_sound_is_the_same_bytes_and_a_longer_one_is_small(shown):
    tone = torch.linspace(0, 900, 16_000).sin()
    hear(tone, 4000, "A tone.")
    hear(tone, 4000, "A tone.")
    assert shown[0] == shown[1] and len(shown[0]["text/html"]) < 50_000
    assert html.unescape(shown[0]["text/html"]) == shown[0]["text/html"]


@pytest.mark.parametrize("alt", ["", "  ", 'A "click".'])
def test_a_sound_needs_a_description(alt, shown):
    with pytest.raises(ValueError, match="say in one sentence what is heard"):
        hear(torch.ones(4), 4000, alt)
    assert shown == []


@pytest.mark.parametrize("shape", [(0,), (2, 3), (sound.LONGEST + 1,)])
def test_no_sound_and_one_that_is_too_long_are_refused(shape, shown):
    with pytest.raises(ValueError, match="wanted 1 to 24000 samples"):
        hear(torch.ones(shape), 4000, "Nothing.")
    assert shown == []
