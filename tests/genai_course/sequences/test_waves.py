"""Levels of samples, and strings against a plain loop and their theory."""

import math

import pytest
import torch

from genai_course.sequences.pitch import pitch, semitones
from genai_course.sequences.waves import (
    RATE,
    STRINGS,
    from_levels,
    mu_law,
    mu_law_back,
    pluck,
    to_levels,
)


def test_mu_law_by_hand_and_back():
    wave = torch.tensor([-1.0, -0.1, 0.0, 0.01, 0.5, 1.0]).double()
    wanted = [math.copysign(math.log(1 + 255 * abs(x)) / math.log(256), x) for x in wave.tolist()]
    assert mu_law(wave).tolist() == pytest.approx(wanted)
    torch.testing.assert_close(mu_law_back(mu_law(wave)), wave)
    torch.testing.assert_close(mu_law_back(mu_law(wave, 15.0), 15.0), wave)


def test_levels_are_met_again_and_none_is_left_out():
    index = torch.arange(64)
    assert torch.equal(to_levels(from_levels(index)), index)
    assert torch.equal(to_levels(from_levels(torch.arange(16), 16, 7.0), 16, 7.0), torch.arange(16))
    assert to_levels(torch.tensor([-3.0, -1.0, 1.0, 3.0])).tolist() == [0, 0, 63, 63]


def test_quiet_samples_have_smaller_errors():
    wave = torch.tensor([0.003, 0.9])
    errors = (from_levels(to_levels(wave)) - wave).abs()
    assert errors[0] < 0.001 and errors[1] < 0.08


def test_a_string_repeats_its_own_mean():
    torch.manual_seed(0)
    wave = pluck(5, 40, loss=0.9).double()
    assert wave.shape == (40,) and wave.abs().max() <= 1
    for t in range(6, 40):
        assert wave[t].item() == pytest.approx(0.45 * (wave[t - 5] + wave[t - 6]).item(), abs=1e-6)
    assert wave[5].item() == pytest.approx(0.9 * wave[0].item(), rel=1e-5)


@pytest.mark.parametrize("length", STRINGS)
def test_its_pitch_is_the_rate_by_length_and_a_half(length):
    torch.manual_seed(length)
    found = pitch(pluck(length, 2000)[400:], RATE, 110, 260)
    assert abs(semitones(found, RATE / (length + 0.5))) < 0.2


def test_the_strings_are_about_a_major_scale():
    scale = [semitones(32.5, length + 0.5) for length in STRINGS]
    assert scale == pytest.approx([0, 2, 4, 5, 7, 9, 11, 12], abs=0.6)


def test_no_samples_and_no_string_are_refused():
    with pytest.raises(ValueError, match="length is 1, wanted 2 or more"):
        pluck(1, 10)
    with pytest.raises(ValueError, match="num_samples is 0, wanted 1 or more"):
        pluck(5, 0)
    with pytest.raises(ValueError, match="loss is 0, wanted above 0"):
        pluck(5, 9, loss=0)
    for call in (mu_law, mu_law_back):
        with pytest.raises(ValueError, match="samples are of type int64, wanted floating-point"):
            call(torch.zeros(3).long())
        with pytest.raises(ValueError, match="gain is 0, wanted above 0"):
            call(torch.zeros(3), gain=0)


def test_what_is_no_sample_and_no_level_is_refused():
    with pytest.raises(ValueError, match=r"samples span \[-2.00, 0.50\], wanted \[-1, 1\]"):
        mu_law(torch.tensor([-2.0, 0.5]))
    with pytest.raises(ValueError, match="samples span .*nan"):
        to_levels(torch.tensor([0.5, math.nan]))
    assert to_levels(torch.tensor([-9.0, 9.0, math.inf])).tolist() == [0, 63, 63]
    for level in (-1, 64):
        with pytest.raises(ValueError, match=f"index runs from {level} to {level}, wanted 0 to 63"):
            from_levels(torch.tensor([level]))
