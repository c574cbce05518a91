"""Exercises of notebook 08: a penalty, packing, augmentation, and two judgements of tables."""

import torch

from genai_course.exercises.answers import gradients
from genai_course.exercises.engine import Exercise, Mistake
from genai_course.exercises.mode_collapse_fixes_judgements import FAIR, SHOWN
from genai_course.gan.losses import discriminator_loss, generator_loss
from genai_course.gan.stacked import pack_samples

# 8.1 ------------------------------------------------------------------------------------------


def _penalised(attempt):
    """Run an attempt at the penalty on a curved critic; its value and its gradient are seen."""
    weight = torch.tensor([[0.5, -1.0, 2.0], [1.0, 0.3, -0.4]], requires_grad=True)
    x_real = torch.tensor([[1.0, 0.0, 2.0], [0.5, 1.0, -1.0], [2.0, -1.0, 0.0], [0.0, 1.0, 1.0]])
    x_fake = x_real.flip(0) * torch.tensor([0.5, -1.0, 2.0]) - 0.3
    mix = torch.tensor([[0.1], [0.9], [0.4], [0.6]])
    penalty = attempt(
        lambda x: torch.tanh(x @ weight.T).sum(dim=1, keepdim=True), x_real, x_fake, mix
    )
    slope = gradients(penalty, weight)[0]
    return {"the penalty": penalty, "its gradient in the critic's weights": slope}


def _penalty(places=None, size=None, mean=None, graph=True):
    """Build an answer to 8.1 from the places, the size of a slope and the mean over them."""
    places = places or (lambda x_real, x_fake, mix: mix * x_real + (1 - mix) * x_fake)
    size = size or (lambda slope: slope.norm(dim=1))
    mean = mean or (lambda sizes: (sizes - 1).square().mean())

    def attempt(critic, x_real, x_fake, mix):
        x = places(x_real, x_fake, mix).detach().requires_grad_()
        (slope,) = torch.autograd.grad(critic(x).sum(), x, create_graph=graph)
        return mean(size(slope))

    return attempt


GRADIENT_PENALTY = Exercise(
    number="8.1",
    title="The gradient penalty from memory",
    asks="the gradient penalty.",
    observe=_penalised,
    reference=_penalty(),
    without=("gradient_penalty",),
    praise="one slope for each mixed pair, each pulled towards 1, and a graph to learn from",
    mistakes=(
        Mistake(
            _penalty(places=lambda x_real, x_fake, mix: x_real),
            "the slope is measured on real images only: that is where R1 measures it.",
            "the penalty of WGAN-GP looks between real and generated samples.",
            "Use x = mix * x_real + (1 - mix) * x_fake.",
        ),
        Mistake(
            _penalty(places=lambda x_real, x_fake, mix: mix[:1] * x_real + (1 - mix[:1]) * x_fake),
            "all pairs are mixed with one and the same number.",
            "mix has one row for each pair.",
            "Multiply by mix as it is; it broadcasts over the coordinates.",
        ),
        Mistake(
            _penalty(size=lambda slope: slope.square().sum(dim=1)),
            "the square root is missing: you compare the squared slope with 1.",
            "a slope of 2 should cost (2 - 1)^2 = 1, not (4 - 1)^2 = 9.",
            "Use slope.norm(dim=1).",
        ),
        Mistake(
            _penalty(size=lambda slope: slope.norm(dim=0)),
            "you summed over the samples instead of the coordinates.",
            "each sample has a slope of its own, a vector with as many numbers as a sample.",
            "The norm runs over dim=1.",
        ),
        Mistake(
            _penalty(size=lambda slope: slope.norm().reshape(1)),
            "you took one norm of the whole batch, so a flat place may hide a steep one.",
            "each sample has a slope of its own.",
            "Use slope.norm(dim=1), then square and average.",
        ),
        Mistake(
            _penalty(graph=False),
            "the value is right, but it is a mere number: the critic cannot learn from it.",
            "the penalty is a gradient that must itself be differentiated.",
            "Pass create_graph=True to torch.autograd.grad.",
        ),
        Mistake(
            _penalty(mean=lambda sizes: sizes.square().mean()),
            "your target is 0, so the best critic would be flat everywhere.",
            "the critic that measures W1 has slope 1.",
            "Average (norm - 1) squared.",
        ),
        Mistake(
            _penalty(mean=lambda sizes: (sizes - 1).clamp(min=0).square().mean()),
            "you punish only slopes above 1; the paper's penalty pulls flat places up as well.",
            "yours is the one-sided penalty, which the same paper mentions and does not use.",
            "Leave the clamp out.",
        ),
    ),
)

# 8.3 ------------------------------------------------------------------------------------------


def _packed(attempt):
    """Let an attempt pack six real and six fake points in threes for a fixed critic."""
    x_real = torch.arange(12.0).reshape(6, 2) / 4
    x_fake = torch.tensor([[0.5, -0.5]]).repeat(6, 1) + 0.1 * torch.arange(6.0).unsqueeze(1)
    weight = torch.tensor([[1.0], [-0.4], [0.3], [0.7], [-1.1], [0.2]])

    def discriminator(packs):
        if packs.shape[-1] != 6:
            raise ValueError(f"a pack has {packs.shape[-1]} numbers, wanted 3 points of 2 numbers")
        return packs @ weight

    return {"the loss": attempt(discriminator, x_real, x_fake, 3)}


def _packing(make):
    def attempt(discriminator, x_real, x_fake, pack):
        real, fake = make(x_real, x_fake, pack), make(x_fake, x_real, pack)
        return discriminator_loss(discriminator(real), discriminator(fake))

    return attempt


def _half_and_half(x, other, pack):
    mixed = torch.stack((x, other), dim=1).flatten(0, 1)[: len(x)]
    return pack_samples(mixed, pack)


PACKING = Exercise(
    number="8.3",
    title="A discriminator that sees three points at once",
    asks="a packed discriminator's loss.",
    observe=_packed,
    reference=_packing(lambda x, other, pack: pack_samples(x, pack)),
    praise="each pack is all real or all fake, and gets one verdict",
    mistakes=(
        Mistake(
            _packing(_half_and_half),
            "you mixed real and fake points in one pack, which has no right label.",
            "a pack is a sample of the product of one distribution with itself.",
            "Pack the real points among themselves, and the fake ones among themselves.",
        ),
        Mistake(
            _packing(lambda x, other, pack: x.T.reshape(-1, pack * x.shape[1])),
            "your packs hold coordinates of many points instead of whole points.",
            "a row of the pack is point, point, point.",
            "Use pack_samples(x, pack), or x.reshape(-1, pack * d).",
        ),
        Mistake(
            _packing(lambda x, other, pack: x.repeat(1, pack)),
            "every pack holds one point three times, so there is no variety to see in it.",
            "all packs would look collapsed, real ones too.",
            "Put different points side by side.",
        ),
        Mistake(
            lambda discriminator, x_real, x_fake, pack: discriminator_loss(
                discriminator(pack_samples(x_fake, pack)), discriminator(pack_samples(x_real, pack))
            ),
            "real and fake are swapped in the loss.",
            "the logits of the real packs come first.",
            "Call discriminator_loss(real_logits, fake_logits).",
        ),
        Mistake(
            lambda discriminator, x_real, x_fake, pack: discriminator_loss(
                discriminator(x_real), discriminator(x_fake)
            ),
            "you did not pack at all.",
            "the discriminator wants three points of two numbers in a row.",
            "Use pack_samples(x, pack).",
        ),
    ),
)

# 8.4 ------------------------------------------------------------------------------------------


def _augmented(attempt):
    """Let an attempt compute both losses with a change that is another one at each call."""
    x_real = torch.tensor([[1.0, 2.0], [0.5, -1.0]])
    weight = torch.tensor([0.8, -0.3], requires_grad=True)
    theta = torch.tensor([0.4, -0.2], requires_grad=True)
    x_fake = torch.tensor([[1.0, 1.0], [2.0, -1.0]]) * theta
    d_loss, g_loss = attempt(lambda x: (x * weight).sum(dim=1), x_real, x_fake, lambda x: 2 * x + 1)
    in_d, in_g = gradients(d_loss, theta, weight), gradients(g_loss, theta, weight)
    return {
        "the discriminator's loss": d_loss,
        "the generator's loss": g_loss,
        "the gradient of the discriminator's loss in the generator": in_d[0],
        "the gradient of the discriminator's loss in the discriminator": in_d[1],
        "the gradient of the generator's loss in the generator": in_g[0],
        "the gradient of the generator's loss in the discriminator": in_g[1],
    }


def _augmenting(real=True, fake=True, by_generator=True, detach=True, cut=False):
    def attempt(discriminator, x_real, x_fake, augment):
        for_d = x_fake.detach() if detach else x_fake
        real_logits = discriminator(augment(x_real) if real else x_real)
        fake_logits = discriminator(augment(for_d) if fake else for_d)
        shown = augment(x_fake) if by_generator else x_fake
        shown = shown.detach() if cut else shown
        loss = discriminator_loss(real_logits, fake_logits)
        return loss, generator_loss(discriminator(shown))

    return attempt


AUGMENTATION = Exercise(
    number="8.4",
    title="Augmentation that does not leak",
    asks="both losses with an augmentation.",
    observe=_augmented,
    reference=_augmenting(),
    praise="whatever the discriminator sees is changed, and the gradient passes through the change",
    mistakes=(
        Mistake(
            _augmenting(fake=False, by_generator=False),
            "only the real images are changed, so the changed ones become what the generator "
            "imitates: the augmentation leaks.",
            "the generator can only copy what the discriminator calls real.",
            "Change the generated images as well, in both losses.",
        ),
        Mistake(
            _augmenting(by_generator=False),
            "the generator's images are changed in the discriminator's loss, but not in its own.",
            "the discriminator would judge pictures of a kind that it was never shown.",
            "Use augment(x_fake) in the generator's loss too.",
        ),
        Mistake(
            _augmenting(real=False),
            "only the generated images are changed: the generator learns to undo the change.",
            "real and generated images must go through the same change.",
            "Use augment(x_real).",
        ),
        Mistake(
            _augmenting(detach=False),
            "the discriminator's loss reaches back into the generator: a detach is missing.",
            "its update needs the images, not how they were made.",
            "Use augment(x_fake.detach()) in the discriminator's loss.",
        ),
        Mistake(
            _augmenting(cut=True),
            "no gradient reaches the generator: you detached its images.",
            "the change must be differentiable just because the gradient has to pass it.",
            "In the generator's loss use augment(x_fake) without detach.",
        ),
        Mistake(
            _augmenting(real=False, fake=False, by_generator=False),
            "nothing is changed: this is the plain GAN.",
            "every image that the discriminator sees goes through augment.",
            "Use augment in three places.",
        ),
    ),
)

EXERCISES = (GRADIENT_PENALTY, FAIR, PACKING, AUGMENTATION, SHOWN)
check_gradient_penalty = GRADIENT_PENALTY.check
check_fair = FAIR.check
check_packing = PACKING.check
check_augmentation = AUGMENTATION.check
check_shown = SHOWN.check
