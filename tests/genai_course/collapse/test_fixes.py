"""A cure changes what its name says and nothing else, for both diseases."""

import json

import pytest

from genai_course.collapse.fixes import FIXES, TOO_FAST, TOO_SLOW, described, with_fix
from genai_course.collapse.penalties import R1, Clip, GradientPenalty
from genai_course.collapse.views import augmented, untouched

MAY_CHANGE = {
    "none": set(),
    "AdamW": {"optimizer"},
    "RMSprop": {"optimizer"},
    "balanced rates": {"rate_generator", "rate_discriminator"},
    "two time scales (D 4x)": {"rate_discriminator"},
    "beta1 = 0": {"optimizer"},
    "label smoothing": {"losses"},
    "instance noise": {"see_real", "see_fake"},
    "minibatch std dev": {"discriminator"},
    "minibatch discrimination": {"discriminator"},
    "feature matching": {"losses"},
    "5 discriminator steps": {"discriminator_steps"},
    "unrolled (5)": {"judge"},
    "PacGAN2": {"pack"},
    "PacGAN4": {"pack"},
    "LSGAN": {"losses"},
    "WGAN, clipping": {"losses", "after_step", "optimizer"},
    "WGAN-GP": {"losses", "penalties"},
    "Fisher GAN": {"losses"},
    "spectral norm + hinge": {"losses", "discriminator"},
    "R1": {"penalties"},
    "relativistic + R1 + R2": {"losses", "penalties"},
    "DiffAugment": {"see_real", "see_fake"},
    "plain augmentation": {"see_real"},
}


def test_every_cure_is_in_the_list_of_what_it_may_change():
    assert set(FIXES) == set(MAY_CHANGE)
    assert next(iter(FIXES)) == "none"


@pytest.mark.parametrize("name", MAY_CHANGE)
@pytest.mark.parametrize("disease", [TOO_FAST, TOO_SLOW], ids=["fast", "slow"])
def test_a_cure_changes_what_its_name_says(name, disease):
    before, after = described(disease), described(with_fix(disease, name))
    changed = {key for key in before if before[key] != after[key]}
    assert changed <= MAY_CHANGE[name]
    assert bool(changed) == (name != "none")


def test_the_diseases_are_opposite():
    assert TOO_FAST.rate_discriminator == pytest.approx(10 * TOO_FAST.rate_generator)
    assert TOO_SLOW.rate_generator == pytest.approx(10 * TOO_SLOW.rate_discriminator)


@pytest.mark.parametrize("disease, rate", [(TOO_FAST, 3e-3), (TOO_SLOW, 1e-3)])
def test_balancing_gives_the_slower_player_the_rate_of_the_faster(disease, rate):
    recipe = with_fix(disease, "balanced rates")
    assert (recipe.rate_generator, recipe.rate_discriminator) == (rate, rate)


@pytest.mark.parametrize("disease", [TOO_FAST, TOO_SLOW])
def test_two_time_scales_make_the_discriminator_four_times_as_fast(disease):
    recipe = with_fix(disease, "two time scales (D 4x)")
    assert recipe.rate_generator == disease.rate_generator
    assert recipe.rate_discriminator == pytest.approx(4 * disease.rate_generator)


def test_published_numbers():
    assert with_fix(TOO_FAST, "PacGAN4").pack == 4
    assert with_fix(TOO_FAST, "PacGAN2").pack == 2
    assert with_fix(TOO_FAST, "unrolled (5)").judge.steps == 5
    assert with_fix(TOO_FAST, "5 discriminator steps").discriminator_steps == 5
    assert with_fix(TOO_FAST, "WGAN-GP").penalties == (GradientPenalty(0.1),)
    assert with_fix(TOO_FAST, "R1").penalties == (R1(0.1),)
    assert with_fix(TOO_FAST, "WGAN, clipping").after_step == Clip(0.1)
    both, real_only = (with_fix(TOO_FAST, n) for n in ("DiffAugment", "plain augmentation"))
    assert (both.see_real, both.see_fake) == (augmented, augmented)
    assert (real_only.see_real, real_only.see_fake) == (augmented, untouched)


def test_an_unknown_cure_is_named():
    with pytest.raises(ValueError, match="'magic'"):
        with_fix(TOO_FAST, "magic")


def test_a_description_is_plain_data_and_tells_every_cure_from_the_others():
    """By it a stored cell is recognised: no address of an object, no function without a name."""
    told = [json.dumps(described(with_fix(TOO_FAST, name))) for name in FIXES]
    assert len(set(told)) == len(FIXES)
    assert not [one for one in told if " at 0x" in one or "<" in one]
