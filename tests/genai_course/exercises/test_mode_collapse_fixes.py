"""Exercises of notebook 08: the reference passes, the stub does not, each wrong answer is named."""

import pytest
import torch
from exercise_bank import assert_named, assert_right, assert_stub
from torch.nn import functional as F

from genai_course.exercises import mode_collapse_fixes as exercise

bce = F.binary_cross_entropy_with_logits


def slope_at(critic, x, **options):
    x = x.clone().detach().requires_grad_(True)
    return torch.autograd.grad(outputs=critic(x), inputs=x,
                               grad_outputs=torch.ones(len(x), 1), **options)[0]  # fmt: skip


def gp_right(critic, x_real, x_fake, mix):
    slope = slope_at(critic, x_fake + mix * (x_real - x_fake), create_graph=True)
    return ((torch.sqrt((slope**2).sum(1)) - 1) ** 2).mean()


def gp_on_real(critic, x_real, x_fake, mix):
    slope = slope_at(critic, x_real, create_graph=True)
    return ((slope.norm(2, dim=1) - 1) ** 2).mean()


def gp_one_mix(critic, x_real, x_fake, mix):
    a = mix[0].item()
    slope = slope_at(critic, a * x_real + (1 - a) * x_fake, create_graph=True)
    return ((slope.norm(2, dim=1) - 1) ** 2).mean()


def gp_no_root(critic, x_real, x_fake, mix):
    slope = slope_at(critic, mix * x_real + (1 - mix) * x_fake, create_graph=True)
    return (((slope**2).sum(1) - 1) ** 2).mean()


def gp_wrong_axis(critic, x_real, x_fake, mix):
    slope = slope_at(critic, mix * x_real + (1 - mix) * x_fake, create_graph=True)
    return ((slope.norm(2, dim=0) - 1) ** 2).mean()


def gp_whole_batch(critic, x_real, x_fake, mix):
    slope = slope_at(critic, mix * x_real + (1 - mix) * x_fake, create_graph=True)
    return (slope.norm() - 1) ** 2


def gp_no_graph(critic, x_real, x_fake, mix):
    slope = slope_at(critic, mix * x_real + (1 - mix) * x_fake)
    return ((slope.norm(2, dim=1) - 1) ** 2).mean()


def gp_target_zero(critic, x_real, x_fake, mix):
    slope = slope_at(critic, mix * x_real + (1 - mix) * x_fake, create_graph=True)
    return (slope**2).sum(1).mean()


def gp_one_sided(critic, x_real, x_fake, mix):
    slope = slope_at(critic, mix * x_real + (1 - mix) * x_fake, create_graph=True)
    return F.relu(slope.norm(2, dim=1) - 1).square().mean()


def ls(a, b, c, halves=(0.5, 0.5), squeeze=False, reduce=torch.mean):
    def attempt(real, fake):
        if squeeze:
            real, fake = 1 / (1 + torch.exp(-real)), 1 / (1 + torch.exp(-fake))
        d_loss = halves[0] * (reduce((real - b) ** 2) + reduce((fake - a) ** 2))
        return d_loss, halves[1] * reduce((fake - c) ** 2)

    return attempt


def pack_loss(real, fake):
    return bce(real, torch.ones_like(real)) + bce(fake, torch.zeros_like(fake))


def in_order(x, pack):
    return torch.stack([x[i : i + pack].reshape(-1) for i in range(0, len(x), pack)])


def pack_right(d, x_real, x_fake, pack):
    return pack_loss(d(in_order(x_real, pack)), d(in_order(x_fake, pack)))


def pack_mixed(d, x_real, x_fake, pack):
    a = torch.zeros_like(x_real)
    b = torch.zeros_like(x_real)
    a[0::2], a[1::2] = x_real[: len(a) // 2], x_fake[: len(a) // 2]
    b[0::2], b[1::2] = x_fake[: len(a) // 2], x_real[: len(a) // 2]
    return pack_loss(d(in_order(a, pack)), d(in_order(b, pack)))


def pack_transposed(d, x_real, x_fake, pack):
    width = pack * x_real.shape[1]
    return pack_loss(d(x_real.t().reshape(-1, width)), d(x_fake.t().reshape(-1, width)))


def pack_copies(d, x_real, x_fake, pack):
    return pack_loss(d(torch.cat([x_real] * pack, 1)), d(torch.cat([x_fake] * pack, 1)))


def pack_swapped(d, x_real, x_fake, pack):
    return pack_loss(d(in_order(x_fake, pack)), d(in_order(x_real, pack)))


def pack_not(d, x_real, x_fake, pack):
    return pack_loss(d(x_real), d(x_fake))


def augmented(change_real, change_fake_d, change_fake_g, stop=True, cut=False):
    def attempt(d, x_real, x_fake, augment):
        real = augment(x_real) if change_real else x_real
        for_d = x_fake.detach() if stop else x_fake
        fake = augment(for_d) if change_fake_d else for_d
        shown = augment(x_fake) if change_fake_g else x_fake
        if cut:
            shown = shown.detach()
        d_loss = pack_loss(d(real), d(fake))
        fooled = d(shown)
        return d_loss, bce(fooled, torch.ones_like(fooled))

    return attempt


def held(expression):
    def attempt(multiplier, real, fake, rho):
        return expression(multiplier, real, fake, rho)

    return attempt


def second(x):
    return (x * x).mean()


WRONG = [
    ("GRADIENT_PENALTY", gp_on_real, "real images only"),
    ("GRADIENT_PENALTY", gp_one_mix, "one and the same number"),
    ("GRADIENT_PENALTY", gp_no_root, "square root is missing"),
    ("GRADIENT_PENALTY", gp_wrong_axis, "over the samples instead of the coordinates"),
    ("GRADIENT_PENALTY", gp_whole_batch, "one norm of the whole batch"),
    ("GRADIENT_PENALTY", gp_no_graph, "a mere number"),
    ("GRADIENT_PENALTY", gp_target_zero, "target is 0"),
    ("GRADIENT_PENALTY", gp_one_sided, "only slopes above 1"),
    ("ZERO_ONE", ls(-1, 1, 0), "the labels -1, 1, 0"),
    ("ZERO_ONE", ls(0, 1, 0), "wants the label 0"),
    ("ZERO_ONE", ls(1, 0, 0), "real and fake are swapped"),
    ("ZERO_ONE", ls(0, 1, 0.5), "wants 1/2"),
    ("ZERO_ONE", ls(0, 1, 1, squeeze=True), "through a sigmoid"),
    ("ZERO_ONE", ls(0, 1, 1, halves=(1, 1)), "halves are missing"),
    ("ZERO_ONE", ls(0, 1, 1, reduce=torch.sum), "summed over the batch"),
    ("PACKING", pack_mixed, "mixed real and fake points"),
    ("PACKING", pack_transposed, "coordinates of many points"),
    ("PACKING", pack_copies, "every pack holds one point three times"),
    ("PACKING", pack_swapped, "swapped in the loss"),
    ("PACKING", pack_not, "did not pack"),
    ("AUGMENTATION", augmented(True, False, False), "leaks"),
    ("AUGMENTATION", augmented(True, True, False), "not in its own"),
    ("AUGMENTATION", augmented(False, True, True), "only the generated images"),
    ("AUGMENTATION", augmented(True, True, True, stop=False), "a detach is missing"),
    ("AUGMENTATION", augmented(True, True, True, cut=True), "no gradient reaches"),
    ("AUGMENTATION", augmented(False, False, False), "plain GAN"),
    (
        "MULTIPLIER",
        held(lambda m, r, f, rho: m - rho * ((second(r) + second(f)) / 2 - 1)),
        "the wrong way",
    ),
    ("MULTIPLIER", held(lambda m, r, f, rho: m + rho * (second(r) + second(f) - 1)), "its half"),
    (
        "MULTIPLIER",
        held(lambda m, r, f, rho: m + rho * ((r.var(correction=0) + f.var(correction=0)) / 2 - 1)),
        "use variances",
    ),
    (
        "MULTIPLIER",
        held(lambda m, r, f, rho: rho * ((second(r) + second(f)) / 2 - 1).reshape(1)),
        "forgets what it was",
    ),
    ("MULTIPLIER", held(lambda m, r, f, rho: m + rho * (second(r) + second(f)) / 2), "to 0"),
]
RIGHT = [
    ("GRADIENT_PENALTY", gp_right),
    ("ZERO_ONE", ls(0, 1, 1)),
    ("PACKING", pack_right),
    ("AUGMENTATION", augmented(True, True, True)),
    ("MULTIPLIER", held(lambda m, r, f, rho: m + rho * ((second(r) + second(f)) / 2 - 1))),
]


@pytest.mark.parametrize("name, attempt", RIGHT, ids=[name for name, _ in RIGHT])
def test_a_right_answer_passes(name, attempt):
    assert_right(getattr(exercise, name), attempt)


@pytest.mark.parametrize("item", exercise.EXERCISES, ids=lambda e: e.number)
def test_the_reference_passes_and_the_stub_does_not(item):
    assert_right(item, item.reference)
    assert_stub(item)


@pytest.mark.parametrize("name, attempt, naming", WRONG, ids=[w[2] for w in WRONG])
def test_a_wrong_answer_gets_its_own_sentence(name, attempt, naming):
    assert_named(getattr(exercise, name), attempt, naming)


@pytest.mark.parametrize("item", exercise.EXERCISES, ids=lambda e: e.number)
def test_every_mistake_is_named_by_itself_and_tried_above(item):
    own = [sentence for name, _, sentence in WRONG if getattr(exercise, name) is item]
    assert len(item.mistakes) == len(own) >= 4
    for mistake in item.mistakes:
        assert mistake.sentence in item.verdict(mistake.wrong)


def test_the_checks_print_the_verdict(capsys):
    for check in (
        exercise.check_gradient_penalty,
        exercise.check_zero_one,
        exercise.check_packing,
        exercise.check_augmentation,
        exercise.check_find_the_bug,
    ):
        check(lambda *arguments: None)
    assert capsys.readouterr().out.count("not done yet") == 5
