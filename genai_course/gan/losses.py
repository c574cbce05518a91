"""The losses of the adversarial game: logits in, one mean loss in nats out, always by softplus.

A discriminator here returns logits a, not probabilities: D(x) = sigmoid(a). Then
-log D = softplus(-a) and -log(1 - D) = softplus(a), which neither overflow nor lose their gradient.
"""

import torch
from torch.nn import functional as F

from genai_course.ranges import check_finite_numbers


def discriminator_loss(real_logits: torch.Tensor, fake_logits: torch.Tensor) -> torch.Tensor:
    """What the discriminator minimises: minus the value V of the game, a mean over each batch.

    -mean log D(x) - mean log(1 - D(G(z))); two separate means, so batches may differ in size.
    It is log 4 = 1.386 where D is 1/2 everywhere.

    Args:
        real_logits: Logits of real data, shape (N, 1) or (N,).
        fake_logits: Logits of generated data, shape (M, 1) or (M,).

    Returns:
        The loss in nats, a 0-d tensor, at least 0.

    Raises:
        ValueError: If logits are not (N, 1) or (N,), are none, or, without a graph, not finite.

    Source:
        Goodfellow et al. (2014), arXiv:1406.2661, equation 1, with the sign turned.
    Shown in: notebooks/03_gan_minimax.ipynb.
    """
    check_logits(real_logits, "real_logits")
    check_logits(fake_logits, "fake_logits")
    return F.softplus(-real_logits).mean() + F.softplus(fake_logits).mean()


def generator_loss(fake_logits: torch.Tensor) -> torch.Tensor:
    """The non-saturating loss of the generator, -mean log D(G(z)).

    Its slope in a logit a is -(1 - sigmoid(a)): close to -1 where the discriminator is sure that
    a sample is fake, which is where a generator needs to learn most.

    Args:
        fake_logits: Logits of generated data, shape (N, 1) or (N,).

    Returns:
        The loss in nats, a 0-d tensor, at least 0.

    Raises:
        ValueError: If logits are not (N, 1) or (N,), are none, or, without a graph, not finite.

    Source:
        Goodfellow et al. (2014), arXiv:1406.2661, section 3.
    Shown in: notebooks/03_gan_minimax.ipynb.
    """
    check_logits(fake_logits, "fake_logits")
    return F.softplus(-fake_logits).mean()


def saturating_generator_loss(fake_logits: torch.Tensor) -> torch.Tensor:
    """The generator's side of the minimax game, mean log(1 - D(G(z))).

    Its slope in a logit a is -sigmoid(a): almost 0 where the discriminator is sure that a sample
    is fake, so learning stops there.

    Args:
        fake_logits: Logits of generated data, shape (N, 1) or (N,).

    Returns:
        The loss in nats, a 0-d tensor, at most 0.

    Raises:
        ValueError: If logits are not (N, 1) or (N,), are none, or, without a graph, not finite.

    Source:
        Goodfellow et al. (2014), arXiv:1406.2661, equation 1.
    Shown in: notebooks/03_gan_minimax.ipynb.
    """
    check_logits(fake_logits, "fake_logits")
    return -F.softplus(fake_logits).mean()


def check_logits(logits: torch.Tensor, name: str) -> None:
    """Refuse what cannot be a batch of logits, one number a sample.

    Logits with a graph may be anything: in a training it is `fit` that sees the first step with a
    value that is not finite, names it and puts the last good weights back.

    Args:
        logits: What a discriminator returned.
        name: What to call them.

    Raises:
        ValueError: If the shape is not (N, 1) or (N,) with N at least 1, or values without a graph
            are not finite.

    Shown in: notebooks/03_gan_minimax.ipynb.
    """
    shape = tuple(logits.shape)
    if len(shape) not in (1, 2) or shape[1:] not in ((), (1,)) or shape[0] == 0:
        raise ValueError(f"{name} has shape {shape}, wanted (N, 1) or (N,): one logit a sample")
    if not logits.requires_grad:  # in a training `fit` names the step at which they broke
        check_finite_numbers(logits, name)
