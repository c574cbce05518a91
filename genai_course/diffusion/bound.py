"""The variational bound of a diffusion model: what each step costs, in nats."""

from torch import Tensor


def step_weights(alpha_bar: Tensor) -> Tensor:
    """Return the factor of |noise - predicted noise|^2 in the bound, of steps 2 to T: (T - 1,).

    It is half of the signal-to-noise ratio before the step over that after it, less 1.

    Args:
        alpha_bar: The schedule, shape (T + 1,).

    Source:
        Kingma, Salimans, Poole and Ho (2021), arXiv:2107.00630, Equation 14.
    Shown in: notebooks/14_diffusion.ipynb.
    """
    ratio = alpha_bar[1:] / (1 - alpha_bar[1:])  # signal to noise, of steps 1 to T
    return 0.5 * (ratio[:-1] / ratio[1:] - 1)
