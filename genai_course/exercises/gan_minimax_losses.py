"""Checks of notebook 03 that are about losses: the last two exercises."""

import torch
from torch.nn import functional as F

from genai_course.exercises.answers import gradients
from genai_course.exercises.engine import Exercise, Mistake
from genai_course.gan.losses import (
    discriminator_loss,
    generator_loss,
    saturating_generator_loss,
)

REAL = torch.tensor([[2.0], [-1.0], [0.5], [-0.3]])
FAKE = torch.tensor([[-0.5], [1.5], [-3.0], [0.2]])
SURE = torch.full((4, 1), -200.0)


def _observe_loss_of_fakes(attempt):
    logits = FAKE.clone().requires_grad_()
    return {"the gradient of the loss in the logits": gradients(attempt(logits), logits)[0]}


def _observe_mended_loss(attempt):
    real, fake = REAL.clone().requires_grad_(), FAKE.clone().requires_grad_()
    seen = _value_and_gradient(attempt(real, fake), {"real": real, "fake": fake})
    sure = SURE.clone().requires_grad_()
    extreme = _value_and_gradient(attempt(sure, FAKE), {"real -200": sure})
    return seen | {f"{name}, with a logit of -200": value for name, value in extreme.items()}


def _value_and_gradient(loss, logits):
    """The loss and its gradient in each batch of logits; zeros where it does not depend on them."""
    seen = {"the loss": loss}
    for name, gradient in zip(logits, gradients(loss, *logits.values()), strict=True):
        seen[f"the gradient in the {name} logits"] = gradient
    return seen


def _bce(real_logits, fake_logits, real_label=1.0, reduction="mean"):
    real = torch.full_like(real_logits, real_label)
    fake = torch.full_like(fake_logits, 1 - real_label)
    return F.binary_cross_entropy_with_logits(
        real_logits, real, reduction=reduction
    ) + F.binary_cross_entropy_with_logits(fake_logits, fake, reduction=reduction)


def _logarithms_by_hand(real_logits, fake_logits):
    real, fake = torch.sigmoid(real_logits), torch.sigmoid(fake_logits)
    return -real.log().mean() - (1 - fake).log().mean()


def _plain_bce(real_logits, fake_logits):
    real, fake = torch.sigmoid(real_logits), torch.sigmoid(fake_logits)
    return F.binary_cross_entropy(real, torch.ones_like(real)) + F.binary_cross_entropy(
        fake, torch.zeros_like(fake)
    )


def _sigmoid_twice(real_logits, fake_logits):
    return _bce(torch.sigmoid(real_logits), torch.sigmoid(fake_logits))


KL_LOSS = Exercise(
    "3.4",
    "a loss that follows KL(q || p)",
    _observe_loss_of_fakes,
    lambda a: -a.mean(),
    (
        Mistake(
            generator_loss,
            "this is the non-saturating loss; it follows KL(q || p) - 2 JSD.",
            "which other loss would bring the 2 JSD back?",
            "Add the saturating loss, then simplify log(1 - D) - log D in terms of the logit.",
        ),
        Mistake(
            saturating_generator_loss,
            "this is the saturating loss; it follows 2 JSD.",
            "what must be added to 2 JSD to give KL(q || p)?",
            "KL - 2 JSD is what the non-saturating loss follows; add the two losses.",
        ),
        Mistake(
            lambda a: generator_loss(a) - saturating_generator_loss(a),
            "the difference of the two losses follows KL(q || p) - 4 JSD.",
            "the JSD must cancel, not double.",
            "Take the sum.",
        ),
        Mistake(
            lambda a: a.mean(),
            "the sign is wrong: this pushes the logits of fakes down.",
            "log q - log p is minus the logit of D*.",
            "Put a minus before the mean.",
        ),
        Mistake(
            lambda a: -a.sum(),
            "the loss is a sum over the batch, so its gradient grows with the batch size.",
            "an expectation is estimated by a mean.",
            "Use mean() instead of sum().",
        ),
        Mistake(
            lambda a: -torch.sigmoid(a).mean(),
            "this is the mean of -D; KL needs log q - log p.",
            "which function of D is p / q?",
            "p / q = D / (1 - D), and its logarithm is the logit itself.",
        ),
    ),
    same_shape=True,
)

MENDED_LOSS = Exercise(
    "3.5",
    "the loss that never gets low",
    _observe_mended_loss,
    discriminator_loss,
    (
        Mistake(
            _sigmoid_twice,
            "a sigmoid is applied twice, by you and by binary_cross_entropy_with_logits.",
            "what does 'with logits' mean for its input?",
            "Hand the logits themselves to the function; drop the two sigmoids.",
        ),
        Mistake(
            lambda real, fake: _bce(real, fake, real_label=0.0),
            "the labels are swapped: real samples are taught to be fake.",
            "which label belongs to a real sample?",
            "Ones for real, zeros for fake.",
        ),
        Mistake(
            lambda real, fake: -discriminator_loss(real, fake),
            "this is V, the value, not the loss: the optimiser would make D worse.",
            "an optimiser goes down; which way does D want V to go?",
            "Turn the sign.",
        ),
        Mistake(
            lambda real, fake: _bce(real, fake, reduction="sum"),
            "samples are summed, not averaged.",
            "double the batch: the loss must stay where it is.",
            "Take the mean of each batch.",
        ),
        Mistake(
            lambda real, fake: discriminator_loss(real, fake) / 2,
            "the loss is halved: an undecided discriminator must get log 4, not log 2.",
            "V is the sum of two expectations.",
            "Leave out the division by 2.",
        ),
        Mistake(
            _logarithms_by_hand,
            "right for small logits, but at -200 the loss is infinite.",
            "the logarithm of a sigmoid has a safe form.",
            "Use softplus, or binary_cross_entropy_with_logits on the logits.",
        ),
        Mistake(
            _plain_bce,
            "right for small logits, but at -200 the loss is cut at 100 and its gradient is 0.",
            "drop the sigmoids, and choose the function that wants logits.",
            "Keep binary_cross_entropy_with_logits; only the sigmoids have to go.",
        ),
        Mistake(
            lambda real, fake: F.softplus(-real).mean(),
            "the discriminator sees only real samples.",
            "what would stop it from saying 1 always?",
            "Add the term of the fakes.",
        ),
    ),
    same_shape=True,
)
