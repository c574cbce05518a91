"""Three things that a network may predict, noise, image or v, and how one gives the others."""

from collections.abc import Callable

from torch import Tensor, nn

from genai_course.diffusion.schedules import signal_and_noise
from genai_course.ranges import check_batches

Predict = Callable[[Tensor, int], tuple[Tensor, Tensor]]  # from x_t and t to image and noise


def v_target(x: Tensor, noise: Tensor, t: Tensor | int, alpha_bar: Tensor) -> Tensor:
    """Return v = signal * noise - sigma * x: the mixture of both that x_t does not show.

    Args:
        x: Clean samples, shape (N, ...).
        noise: Noise of the same shape.
        t: Step of each sample, an integer or shape (N,).
        alpha_bar: The schedule, shape (T + 1,).

    Raises:
        ValueError: If x and noise differ in shape, are none or no floats.

    Source:
        Salimans and Ho (2022), arXiv:2202.00512, Appendix D.
    Shown in: notebooks/14_diffusion.ipynb.
    """
    check_batches("(N, ...)", same=True, x=x, noise=noise)
    signal, sigma = signal_and_noise(alpha_bar, t, x)
    return signal * noise - sigma * x


def from_v(v: Tensor, x_t: Tensor, t: Tensor | int, alpha_bar: Tensor) -> tuple[Tensor, Tensor]:
    """Return the image and the noise that belong to a predicted v.

    Args:
        v: Prediction of v, the shape of x_t.
        x_t: Noisy samples, shape (N, ...).
        t: Step of each sample, an integer or shape (N,).
        alpha_bar: The schedule, shape (T + 1,).

    Returns:
        x_hat and noise_hat, each of the shape of x_t.

    Raises:
        ValueError: If v and x_t differ in shape, are none or no floats.

    Shown in: notebooks/14_diffusion.ipynb.
    """
    check_batches("(N, ...)", same=True, v=v, x_t=x_t)
    signal, sigma = signal_and_noise(alpha_bar, t, x_t)
    return signal * x_t - sigma * v, sigma * x_t + signal * v


def from_noise(
    noise_hat: Tensor, x_t: Tensor, t: Tensor | int, alpha_bar: Tensor
) -> tuple[Tensor, Tensor]:
    """Return the image that belongs to a predicted noise, and that noise.

    Args:
        noise_hat: Prediction of the noise, the shape of x_t.
        x_t: Noisy samples, shape (N, ...).
        t: Step of each sample, an integer or shape (N,).
        alpha_bar: The schedule, shape (T + 1,).

    Returns:
        x_hat and noise_hat, each of the shape of x_t.

    Raises:
        ValueError: If noise_hat and x_t differ in shape, are none or no floats.

    Shown in: notebooks/14_diffusion.ipynb.
    """
    check_batches("(N, ...)", same=True, noise_hat=noise_hat, x_t=x_t)
    signal, sigma = signal_and_noise(alpha_bar, t, x_t)
    return (x_t - sigma * noise_hat) / signal, noise_hat


def predictor(network: nn.Module, alpha_bar: Tensor) -> Predict:
    """Return what a sampler calls: from x_t and a step t to the image and the noise.

    Args:
        network: Predicts v; maps x_t (N, ...) and times (N,) in (0, 1] to predictions like x_t.
        alpha_bar: The schedule, shape (T + 1,), that the network was trained on.

    Shown in: notebooks/14_diffusion.ipynb.
    """

    def predict(x_t, t):
        time = x_t.new_full((len(x_t),), t / (len(alpha_bar) - 1))
        return from_v(network(x_t, time), x_t, t, alpha_bar)

    return predict
