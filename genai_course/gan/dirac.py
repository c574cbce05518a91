"""Two numbers that play a GAN: the field that pulls them, and the steps that follow it.

The Dirac-GAN: real data are the number 0, the generator makes the number theta, and the
discriminator's logit at x is psi * x. A state is the pair (theta, psi) in the last dimension of a
tensor, so whole clouds of states move at once. A field maps a state to the direction in which
both players want to go; a step follows the field.
"""

from collections.abc import Callable

import torch
from torch import Tensor

from genai_course.ranges import check_batches


def dirac_field(state: Tensor, gamma: float = 0.0) -> Tensor:
    """Where both players of the Dirac-GAN want to go, each down its own loss.

    The generator minimises V, the discriminator minimises -V + gamma / 2 * psi ** 2, which is its
    loss with an R1 penalty.

    Args:
        state: theta and psi, shape (..., 2).
        gamma: Weight of the penalty, at least 0.

    Returns:
        Direction (of theta, of psi), shape (..., 2): minus the gradient of each player's loss.

    Source:
        Mescheder, Geiger and Nowozin (2018), arXiv:1801.04406 (the Dirac-GAN).
    Shown in: notebooks/06_game_dynamics.ipynb.
    """
    theta, psi = state.unbind(-1)
    says_real = torch.sigmoid(psi * theta)
    return torch.stack((psi * says_real, -theta * says_real - gamma * psi), dim=-1)


def wgan_gp_field(state: Tensor, weight: float = 0.0) -> Tensor:
    """The same two players with Wasserstein losses and a penalty that wants slope 1.

    The critic minimises theta * psi + weight * (|psi| - 1) ** 2, the generator -theta * psi.

    Args:
        state: theta and psi, shape (..., 2).
        weight: Weight of the penalty, at least 0; without it the game is bilinear.

    Returns:
        Direction (of theta, of psi), shape (..., 2).

    Source:
        Gulrajani et al. (2017), arXiv:1704.00028 (the penalty).
    Shown in: notebooks/06_game_dynamics.ipynb.
    """
    theta, psi = state.unbind(-1)
    pull_to_one = 2 * weight * (psi.abs() - 1) * psi.sign()
    return torch.stack((psi, -theta - pull_to_one), dim=-1)


def simultaneous_step(
    state: Tensor, field: Callable[[Tensor], Tensor], lr: float | Tensor
) -> Tensor:
    """Both players step at once; each answers what the other was.

    Args:
        state: theta and psi, shape (..., 2).
        field: Function from a state to a direction of the same shape.
        lr: Step size, or a tensor of two: the generator's and the discriminator's.

    Returns:
        The next state, shape (..., 2).

    Raises:
        ValueError: If the state is no pair of floating-point numbers.

    Shown in: notebooks/06_game_dynamics.ipynb.
    """
    check_batches("(..., 2)", state=state)
    return state + lr * field(state)


def alternating_step(
    state: Tensor, field: Callable[[Tensor], Tensor], lr: float | Tensor
) -> Tensor:
    """The discriminator steps first; the generator answers what the discriminator now is.

    Args:
        state: theta and psi, shape (..., 2).
        field: Function from a state to a direction of the same shape.
        lr: Step size, or a tensor of two: the generator's and the discriminator's.

    Returns:
        The next state, shape (..., 2).

    Raises:
        ValueError: If the state is no pair of floating-point numbers.

    Shown in: notebooks/06_game_dynamics.ipynb.
    """
    check_batches("(..., 2)", state=state)
    for player in (torch.tensor([0.0, 1.0]), torch.tensor([1.0, 0.0])):
        state = state + player * (lr * field(state))
    return state


def extragradient_step(state: Tensor, field: Callable[[Tensor], Tensor], lr: float) -> Tensor:
    """Look one step ahead, then step from here with the direction found there.

    Args:
        state: theta and psi, shape (..., 2).
        field: Function from a state to a direction of the same shape.
        lr: Step size.

    Returns:
        The next state, shape (..., 2).

    Raises:
        ValueError: If the state is no pair of floating-point numbers.

    Shown in: notebooks/06_game_dynamics.ipynb.
    """
    check_batches("(..., 2)", state=state)
    return state + lr * field(state + lr * field(state))


def momentum_step(
    memory: Tensor, field: Callable[[Tensor], Tensor], lr: float, beta: float
) -> Tensor:
    """Alternating steps with momentum: each player moves by a running sum of its directions.

    Args:
        memory: theta, psi and the last move of each, shape (4,).
        field: Function from a state to a direction.
        lr: Step size.
        beta: Share of the last move that is repeated; it may be negative.

    Returns:
        theta, psi and their moves after the step, shape (4,).

    Raises:
        ValueError: If the memory is not four floating-point numbers.

    Shown in: notebooks/06_game_dynamics.ipynb.
    """
    check_batches("(4,)", memory=memory)
    state, move = memory.split(2)
    for player in (torch.tensor([0.0, 1.0]), torch.tensor([1.0, 0.0])):
        move = move + player * ((beta - 1) * move + lr * field(state))
        state = state + player * move
    return torch.cat((state, move))


def follow(step: Callable[[Tensor], Tensor], state: Tensor, num_steps: int) -> Tensor:
    """Repeat a step and keep every state, the first one included.

    Args:
        step: Function from a state to the next one.
        state: The first state, any shape.
        num_steps: How often to step.

    Returns:
        The path, shape (num_steps + 1, ...).

    Shown in: notebooks/06_game_dynamics.ipynb.
    """
    path = [state]
    for _ in range(num_steps):
        path.append(step(path[-1]))
    return torch.stack(path)


def jacobian_at(function: Callable[[Tensor], Tensor], state: Tensor) -> Tensor:
    """The matrix of derivatives of a field or of a step at a state.

    Args:
        function: Maps a state to a tensor of the same shape.
        state: Where to differentiate, shape (n,).

    Returns:
        Row i, column j: derivative of result i by state j, shape (n, n).

    Shown in: notebooks/06_game_dynamics.ipynb.
    """
    return torch.autograd.functional.jacobian(function, state)


def spectral_radius(matrix: Tensor) -> Tensor:
    """The largest modulus of the eigenvalues: what a repeated step multiplies a distance by.

    Args:
        matrix: Square matrices, shape (..., n, n).

    Returns:
        Shape (...), at least 0; below 1 the step contracts, in the long run.

    Shown in: notebooks/06_game_dynamics.ipynb.
    """
    return torch.linalg.eigvals(matrix).abs().amax(dim=-1)
