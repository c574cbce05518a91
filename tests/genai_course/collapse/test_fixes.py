"""A cure changes what its name says and nothing else, for both diseases."""

from dataclasses import asdict

import pytest

from genai_course.collapse.fixes import FIXES, TOO_FAST, TOO_SLOW, with_fix
from genai_course.collapse.game import OBJECTIVES

MAY_CHANGE = {
    "none": set(),
    "AdamW": {"optimizer"},
    "RMSprop": {"optimizer"},
    "balanced rates": {"rate_generator", "rate_discriminator"},
    "two time scales (D 4x)": {"rate_discriminator"},
    "beta1 = 0": {"beta1"},
    "label smoothing": {"loss"},
    "instance noise": {"noise"},
    "minibatch std dev": {"batch_layer"},
    "minibatch discrimination": {"batch_layer"},
    "feature matching": {"loss"},
    "5 discriminator steps": {"discriminator_steps"},
    "unrolled (5)": {"unroll"},
    "PacGAN2": {"pack"},
    "PacGAN4": {"pack"},
    "LSGAN": {"loss"},
    "WGAN, clipping": {"loss", "clip", "optimizer"},
    "WGAN-GP": {"loss", "gradient_penalty"},
    "Fisher GAN": {"loss", "fisher_rho"},
    "spectral norm + hinge": {"loss", "spectral"},
    "R1": {"r1"},
    "relativistic + R1 + R2": {"loss", "r1", "r2"},
    "DiffAugment": {"augment"},
    "plain augmentation": {"augment"},
}


def test_every_cure_is_in_the_list_of_what_it_may_change():
    assert set(FIXES) == set(MAY_CHANGE)
    assert next(iter(FIXES)) == "none"


@pytest.mark.parametrize("name", MAY_CHANGE)
@pytest.mark.parametrize("disease", [TOO_FAST, TOO_SLOW], ids=["fast", "slow"])
def test_a_cure_changes_what_its_name_says(name, disease):
    before, after = asdict(disease), asdict(with_fix(disease, name))
    changed = {key for key in before if before[key] != after[key]}
    assert changed <= MAY_CHANGE[name]
    assert bool(changed) == (name != "none")
    assert after["loss"] in OBJECTIVES


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
    assert with_fix(TOO_FAST, "unrolled (5)").unroll == 5
    assert with_fix(TOO_FAST, "5 discriminator steps").discriminator_steps == 5
    assert with_fix(TOO_FAST, "DiffAugment").augment == "both"
    assert with_fix(TOO_FAST, "plain augmentation").augment == "real_only"


def test_an_unknown_cure_is_named():
    with pytest.raises(ValueError, match="'magic'"):
        with_fix(TOO_FAST, "magic")
