"""The pitch of tones that are known."""

import math

import pytest
import torch

from genai_course.sequences.pitch import autocorrelation, pitch, semitones


def tone(frequency, count=2000, rate=4000):
    angles = 2 * math.pi * frequency * torch.arange(count).double() / rate
    return 0.6 * angles.sin() + 0.3 * (2 * angles + 1).sin() + 0.2


@pytest.mark.parametrize("frequency", [123.4, 150.0, 201.7, 240.0])
def test_a_tone_has_its_own_pitch(frequency):
    assert pitch(tone(frequency), 4000, 100, 260) == pytest.approx(frequency, rel=0.003)


def test_autocorrelation_by_loops():
    wave = tone(130.0, 60)
    got = autocorrelation(wave, 9)
    flat = (wave - wave.mean()).tolist()
    for lag in range(9):
        early, late = flat[:51], flat[lag : lag + 51]
        product = sum(a * b for a, b in zip(early, late, strict=True))
        size = math.sqrt(sum(a * a for a in early) * sum(b * b for b in late))
        assert got[lag].item() == pytest.approx(product / size)


def test_semitones():
    assert semitones(220, 110) == pytest.approx(12) and semitones(100, 200) == pytest.approx(-12)
    assert semitones(110 * 2 ** (1 / 12), 110) == pytest.approx(1)


def test_short_sounds_are_refused():
    with pytest.raises(ValueError, match="wave has 20 samples, wanted more than 30"):
        autocorrelation(torch.rand(20), 30)
    with pytest.raises(ValueError, match=r"samples has shape \(2, 20\), wanted \(T,\)"):
        autocorrelation(torch.rand(2, 20), 3)
    with pytest.raises(ValueError, match="num_lags is 0, wanted 1 or more"):
        autocorrelation(torch.rand(20), 0)


def test_silence_has_no_pitch_and_frequencies_are_above_0_and_in_order():
    for silent in (torch.zeros(90), torch.full((90,), 0.3)):
        with pytest.raises(ValueError, match="all samples are alike, wanted a sound"):
            pitch(silent, 4000, 100, 260)
    with pytest.raises(ValueError, match="lowest is 260 and highest 100, wanted lowest below"):
        pitch(tone(150.0), 4000, 260, 100)
    with pytest.raises(ValueError, match="lowest is 0, wanted above 0"):
        pitch(tone(150.0), 4000, 0, 100)
    for pair in ((0, 220), (220, -1)):
        with pytest.raises(ValueError, match="(frequency is 0|target is -1), wanted above 0"):
            semitones(*pair)


def test_two_periods_that_agree_better_than_one_are_no_octave_below():
    """Every other period is a little different, so the sound repeats exactly after two."""
    generator = torch.Generator().manual_seed(0)
    period, change = torch.randn(2, 20, generator=generator).double()
    wave = torch.cat([period, period + 0.4 * change]).repeat(20)
    agreement = autocorrelation(wave, 45)
    assert 0.85 < agreement[20] < 0.98 and agreement[40] > 0.999
    assert pitch(wave, 4000, 95, 260) == pytest.approx(200, rel=0.02)
