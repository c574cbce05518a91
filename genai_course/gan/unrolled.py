"""Unrolling: the generator looks ahead at what the discriminator will be a few steps later."""

from collections.abc import Mapping, Sequence

import torch
from torch.func import functional_call

from genai_course.gan.losses import discriminator_loss
from genai_course.ranges import check_batches


def adam_update(
    weights: Mapping[str, torch.Tensor],
    slopes: Sequence[torch.Tensor],
    moments: Mapping[str, tuple[torch.Tensor, torch.Tensor]],
    step: float,
    rate: float,
    betas: tuple[float, float],
    epsilon: float = 1e-8,
) -> tuple[dict[str, torch.Tensor], dict[str, tuple[torch.Tensor, torch.Tensor]]]:
    """One step of Adam as a function: new weights and new moments, with the graph kept.

    Args:
        weights: Dict from name to tensor.
        slopes: Gradient of each weight, in the same order.
        moments: Dict from name to the pair of running means of the slope and of its square.
        step: Number of this step, counted from 1.
        rate: Learning rate.
        betas: The two decay rates.
        epsilon: Keeps the division finite.

    Returns:
        New weights and new moments, as dicts.

    Source:
        Kingma and Ba (2015), arXiv:1412.6980, Algorithm 1.
    Shown in: notebooks/08_mode_collapse_fixes.ipynb.
    """
    new_weights, new_moments = {}, {}
    for (name, weight), slope in zip(weights.items(), slopes, strict=True):
        first, second = moments[name]
        first = betas[0] * first + (1 - betas[0]) * slope
        second = betas[1] * second + (1 - betas[1]) * slope.square()
        size = (second / (1 - betas[1] ** step) + 1e-16).sqrt() + epsilon  # sqrt has a slope at 0
        new_weights[name] = weight - rate * first / (1 - betas[0] ** step) / size
        new_moments[name] = first, second
    return new_weights, new_moments


def look_ahead(
    discriminator: torch.nn.Module,
    optimizer: torch.optim.Optimizer,
    x_real: torch.Tensor,
    x_fake: torch.Tensor,
    num_steps: int,
    scale: float = 1.0,
) -> dict[str, torch.Tensor]:
    """Return the weights that the discriminator would have after more steps on these samples.

    The discriminator itself is left as it is. The new weights remember how they came about, so a
    loss computed with them has a gradient with respect to x_fake through every step.

    Args:
        discriminator: Module from samples to logits.
        optimizer: Its Adam; rates and moments are read, nothing is changed.
        x_real: Real samples.
        x_fake: Generated samples, with their graph.
        num_steps: Steps to look ahead, K.
        scale: Factor of the loss, the number of networks in a stack.

    Returns:
        Dict of weights for `torch.func.functional_call`.

    Raises:
        ValueError: If x_real and x_fake are not samples (..., N, d) of one space.

    Source:
        Metz, Poole, Pfau and Sohl-Dickstein (2017), arXiv:1611.02163, Section 2.2.
    Shown in: notebooks/08_mode_collapse_fixes.ipynb.
    """
    check_batches("(..., N, d)", x_real=x_real, x_fake=x_fake)
    group, weights = optimizer.param_groups[0], dict(discriminator.named_parameters())
    state = {name: optimizer.state[weight] for name, weight in weights.items()}
    moments = {name: (s["exp_avg"].clone(), s["exp_avg_sq"].clone()) for name, s in state.items()}
    done = int(next(iter(state.values()))["step"])
    for step in range(done + 1, done + 1 + num_steps):
        real_logits = functional_call(discriminator, weights, (x_real,))
        fake_logits = functional_call(discriminator, weights, (x_fake,))
        loss = scale * discriminator_loss(real_logits.flatten(), fake_logits.flatten())
        slopes = torch.autograd.grad(loss, list(weights.values()), create_graph=True)
        weights, moments = adam_update(
            weights, slopes, moments, step, group["lr"], group["betas"], group["eps"]
        )
    return weights
