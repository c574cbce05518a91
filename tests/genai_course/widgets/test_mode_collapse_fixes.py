"""The widget that trains on the ring: choices, a button and a picture that follows."""

import pytest
import torch

from genai_course.collapse.fixes import TOO_FAST
from genai_course.collapse.objectives import WASSERSTEIN, fisher
from genai_course.collapse.penalties import R1, R2, GradientPenalty
from genai_course.widgets import mode_collapse_fixes as fixes
from genai_course.widgets.mode_collapse_fixes import (
    LOSSES,
    PENALTIES,
    chosen_recipe,
    ring_trainer,
    training_pictures,
)

PNG = b"\x89PNG"


pytestmark = pytest.mark.usefixtures("one_thread")


def test_the_first_choices_are_the_fast_disease():
    assert ring_trainer(num_steps=2, every=2).recipe == TOO_FAST


def test_choices_become_a_recipe():
    recipe = chosen_recipe("wasserstein", "gradient penalty", 2, 1e-3, 1e-4)
    assert recipe.losses == WASSERSTEIN and recipe.pack == 2
    assert recipe.penalties == (GradientPenalty(0.1),)
    assert (recipe.rate_generator, recipe.rate_discriminator) == (1e-3, 1e-4)
    assert chosen_recipe("hinge", "R1 and R2", 1, 1e-3, 1e-3).penalties == (R1(0.1), R2(0.1))
    assert chosen_recipe("fisher", "no penalty", 1, 1e-3, 1e-3).losses == fisher(1e-2)
    with pytest.raises(ValueError, match="wanted one of"):
        chosen_recipe("unheard of", "no penalty", 1, 1e-3, 1e-3)


def test_a_picture_before_the_first_step_and_every_so_often():
    pictures = list(training_pictures(TOO_FAST, num_steps=6, every=2))
    assert len(pictures) == 4 and all(p.startswith(PNG) for p in pictures)
    assert len(set(pictures)) == 4
    assert pictures == list(training_pictures(TOO_FAST, num_steps=6, every=2))  # one seed


@pytest.mark.parametrize("loss", LOSSES)
def test_every_choice_can_be_trained(loss):
    for penalty in PENALTIES:
        recipe = chosen_recipe(loss, penalty, 2, 3e-3, 1e-4)
        assert len(list(training_pictures(recipe, num_steps=2, every=1))) == 3


def test_pressing_train_shows_every_picture_and_gives_the_button_back():
    box, shown, busy = ring_trainer(num_steps=4, every=2), [], []
    first = box.picture.value
    box.picture.observe(
        lambda change: (shown.append(change["new"]), busy.append(box.button.disabled)), "value"
    )
    box.choices["pack"].value = 2
    box.button.click()
    assert len(shown) >= 2 and bytes(shown[-1]) != bytes(first)
    assert all(busy) and not box.button.disabled


def test_a_training_that_fails_gives_the_button_back(monkeypatch):
    box = ring_trainer(num_steps=4, every=2)

    def broken(*arguments, **options):
        raise RuntimeError("stopped")

    monkeypatch.setattr(fixes, "one_round", broken)
    with pytest.raises(RuntimeError, match="stopped"):
        box.train()
    assert not box.button.disabled


def test_an_overflow_is_shown_and_does_not_raise(monkeypatch):
    def overflow(recipe, problem, players, streams, share_left):
        with torch.no_grad():
            next(players.generator.parameters()).fill_(float("nan"))

    monkeypatch.setattr(fixes, "one_round", overflow)
    assert len(list(training_pictures(TOO_FAST, num_steps=2, every=1))) == 3


def test_its_text_is_short_and_always_the_same():
    box = ring_trainer(num_steps=2, every=2)
    assert repr(box) == "RingLab(loss, penalty, pack, rate_generator, rate_discriminator)"
