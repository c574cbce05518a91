"""Exercises of notebook 04: the steps of the game; sampling and judgements stand elsewhere."""

from torch.nn import functional as F

from genai_course.exercises.engine import Exercise, Mistake
from genai_course.exercises.gan_judgements import BLAME, SICK
from genai_course.exercises.gan_players import play
from genai_course.exercises.gan_samples import DRAW_IMAGES
from genai_course.gan.losses import discriminator_loss, generator_loss

# 4.1 ------------------------------------------------------------------------------------------


def _fake(generator, count):
    return generator(generator.sample_prior(count))


def _discriminator_update(loss_of, *, detach=True, zero=True, step=True):
    """Build an answer to 4.1 from a loss of (discriminator, x_real, x_fake)."""

    def attempt(generator, discriminator, optimizer, x_real):
        x_fake = _fake(generator, len(x_real))
        loss = loss_of(discriminator, x_real, x_fake.detach() if detach else x_fake)
        if zero:
            optimizer.zero_grad()
        loss.backward()
        if step:
            optimizer.step()
        return loss

    return attempt


def _right_loss(discriminator, x_real, x_fake):
    return discriminator_loss(discriminator(x_real), discriminator(x_fake))


def _swapped_loss(discriminator, x_real, x_fake):
    return discriminator_loss(discriminator(x_fake), discriminator(x_real))


def _squashed_loss(discriminator, x_real, x_fake):
    return discriminator_loss(discriminator(x_real).sigmoid(), discriminator(x_fake).sigmoid())


def _summed_loss(discriminator, x_real, x_fake):
    real_logits, fake_logits = discriminator(x_real), discriminator(x_fake)
    return F.softplus(-real_logits).sum() + F.softplus(fake_logits).sum()


def _fake_half(discriminator, x_real, x_fake):
    return F.softplus(discriminator(x_fake)).mean()


def _halved_loss(discriminator, x_real, x_fake):
    return _right_loss(discriminator, x_real, x_fake) / 2


DISCRIMINATOR_STEP = Exercise(
    number="4.1",
    title="The discriminator's update from memory",
    asks="`attempt(generator, discriminator, optimizer, x_real)` returns the loss.",
    observe=lambda attempt: play(attempt, moves="discriminator"),
    reference=_discriminator_update(_right_loss),
    praise="the discriminator moves and the generator is left alone",
    without=("discriminator_step",),
    mistakes=(
        Mistake(
            _discriminator_update(_right_loss, detach=False),
            "the loss is right, but its gradient ran into the generator: you forgot the detach.",
            "the discriminator's update needs the pictures, not the way they were made.",
            "Use generator(z).detach().",
        ),
        Mistake(
            _discriminator_update(_swapped_loss),
            "the labels are swapped: you reward the discriminator for calling real images fake.",
            "check the order of the two arguments of discriminator_loss.",
            "The logits of the real images come first.",
        ),
        Mistake(
            _discriminator_update(_squashed_loss),
            "you put a sigmoid before a loss that expects logits, so it is applied twice.",
            "the softplus inside the loss already holds the logarithm of a sigmoid.",
            "Pass discriminator(x) as it is.",
        ),
        Mistake(
            _discriminator_update(_summed_loss),
            "you summed over the batch instead of averaging, so the step grows with its size.",
            "a loss should not depend on how many images are in the batch.",
            "Use mean() in place of sum().",
        ),
        Mistake(
            _discriminator_update(_right_loss, zero=False),
            "the gradient of an earlier batch was still there and was added: zero_grad is missing.",
            "backward adds to .grad, it does not replace it.",
            "Call optimizer.zero_grad() before loss.backward().",
        ),
        Mistake(
            _discriminator_update(_fake_half),
            "half of the loss is missing: the discriminator never sees a real image.",
            "it would learn to call everything fake.",
            "Add the term of the real logits, as discriminator_loss does.",
        ),
        Mistake(
            _discriminator_update(_halved_loss),
            "your loss is half of what it should be: you averaged the two terms instead of adding.",
            "the value of the game is a sum of two expectations.",
            "At logits of zero the loss is log 4, not log 2.",
        ),
        Mistake(
            _discriminator_update(lambda *given: -_right_loss(*given)),
            "the sign is turned: each step makes the discriminator worse.",
            "discriminator_loss is a loss already; an optimiser goes downhill.",
            "Use it without a minus.",
        ),
        Mistake(
            _discriminator_update(_right_loss, step=False),
            "the loss is right, but the discriminator did not move: when the optimiser steps there "
            "is no gradient, or it never steps.",
            "zero_grad, backward, step.",
            "Check that all three are there, in this order.",
        ),
    ),
)


# 4.5 ------------------------------------------------------------------------------------------


def _update(optimizer, loss):
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()


def _mended(generator, discriminator, optimizer_d, optimizer_g, x_real):
    x_fake = _fake(generator, len(x_real))
    d_loss = _right_loss(discriminator, x_real, x_fake.detach())
    _update(optimizer_d, d_loss)
    g_loss = generator_loss(discriminator(x_fake))
    _update(optimizer_g, g_loss)
    return d_loss, g_loss


def _generator_stays(generator, discriminator, optimizer_d, optimizer_g, x_real):
    x_fake = _fake(generator, len(x_real)).detach()
    d_loss = _right_loss(discriminator, x_real, x_fake)
    _update(optimizer_d, d_loss)
    g_loss = generator_loss(discriminator(x_fake))
    _update(optimizer_g, g_loss)
    return d_loss, g_loss


def _judged_by_the_old(generator, discriminator, optimizer_d, optimizer_g, x_real):
    g_loss = generator_loss(discriminator(_fake(generator, len(x_real))))
    optimizer_g.zero_grad()
    g_loss.backward()
    d_loss = _right_loss(discriminator, x_real, _fake(generator, len(x_real)).detach())
    _update(optimizer_d, d_loss)
    optimizer_g.step()
    return d_loss, g_loss


def _generator_first(generator, discriminator, optimizer_d, optimizer_g, x_real):
    g_loss = generator_loss(discriminator(_fake(generator, len(x_real))))
    _update(optimizer_g, g_loss)
    d_loss = _right_loss(discriminator, x_real, _fake(generator, len(x_real)).detach())
    _update(optimizer_d, d_loss)
    return d_loss, g_loss


def _leftover_gradients(generator, discriminator, optimizer_d, optimizer_g, x_real):
    x_fake = _fake(generator, len(x_real))
    d_loss = _right_loss(discriminator, x_real, x_fake.detach())
    d_loss.backward()
    optimizer_d.step()
    g_loss = generator_loss(discriminator(x_fake))
    _update(optimizer_g, g_loss)
    return d_loss, g_loss


def _both_move(generator, discriminator, optimizer_d, optimizer_g, x_real):
    x_fake = _fake(generator, len(x_real))
    d_loss = _right_loss(discriminator, x_real, x_fake.detach())
    _update(optimizer_d, d_loss)
    g_loss = generator_loss(discriminator(x_fake))
    optimizer_d.zero_grad()
    _update(optimizer_g, g_loss)
    optimizer_d.step()
    return d_loss, g_loss


FIND_THE_BUG = Exercise(
    number="4.5",
    title="Find the bug: a generator that does not learn",
    asks="`attempt(generator, discriminator, optimizer_d, optimizer_g, x_real)`.",
    observe=lambda attempt: play(attempt, moves="both"),
    reference=_mended,
    praise="both players move, one after the other",
    mistakes=(
        Mistake(
            _generator_stays,
            "the generator still does not move: its loss is computed from detached images.",
            "detach is for the discriminator's loss only.",
            "Keep x_fake, and detach it only where the discriminator's loss is computed.",
        ),
        Mistake(
            _generator_first,
            "the generator moves first; it should answer to the discriminator of this batch.",
            "the discriminator's update comes first.",
            "Swap the two blocks.",
        ),
        Mistake(
            _judged_by_the_old,
            "the generator's gradient comes from the discriminator as it was before its update.",
            "compute the generator's loss after optimizer_d.step().",
            "Call discriminator(x_fake) anew for the generator's loss.",
        ),
        Mistake(
            _leftover_gradients,
            "the generator's backward leaves gradients in the discriminator, and the next step of "
            "the discriminator uses them: its zero_grad is missing.",
            "run two steps and look at the discriminator's gradients in between.",
            "Call optimizer_d.zero_grad() before d_loss.backward().",
        ),
        Mistake(
            _both_move,
            "the discriminator moves twice, the second time in the generator's favour.",
            "each loss moves one player.",
            "Call optimizer_d.step() once, after d_loss.backward().",
        ),
    ),
)

EXERCISES = (DISCRIMINATOR_STEP, SICK, DRAW_IMAGES, BLAME, FIND_THE_BUG)
check_discriminator_step = DISCRIMINATOR_STEP.check
check_sick = SICK.check
check_draw_images = DRAW_IMAGES.check
check_blame = BLAME.check
check_find_the_bug = FIND_THE_BUG.check
