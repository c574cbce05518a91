"""The straight line between a sample and its noise, and the velocity along it.

Time runs from t = 0, data, to t = 1, noise: x_t = (1 - t) x_0 + t noise. `t` is one number, or one
for each sample, shape (N,). A sampler goes against it, from 1 to 0.
"""

from torch import Tensor

from genai_course.ranges import check_batches


def per_sample(t: Tensor | float, x: Tensor) -> Tensor | float:
    """Return times shaped to multiply samples: (N, 1, ..., 1) where there is one for each.

    Args:
        t: One number, or one for each sample, shape (N,).
        x: Samples, shape (N, ...).

    Shown in: notebooks/15_flow_matching.ipynb.
    """
    many = isinstance(t, Tensor) and t.ndim
    return t.view(-1, *[1] * (x.ndim - 1)) if many else t  # type: ignore[union-attr]


def straight_path(x: Tensor, noise: Tensor, t: Tensor | float) -> Tensor:
    """Return x_t, the point of the straight line from x to noise at time t.

    Args:
        x: Clean samples x_0, shape (N, ...).
        noise: Where the lines end, the shape of x.
        t: Time, 0 to 1, one number or shape (N,).

    Raises:
        ValueError: If x and noise differ in shape, are none or no floats.

    Source:
        Liu, Gong and Liu (2023), arXiv:2209.03003, Section 2.1; Lipman et al. (2023),
        arXiv:2210.02747, Equation 20, with the time turned round.
    Shown in: notebooks/15_flow_matching.ipynb.
    """
    check_batches("(N, ...)", same=True, x=x, noise=noise)
    t = per_sample(t, x)
    return (1 - t) * x + t * noise


def line_velocity(x: Tensor, noise: Tensor) -> Tensor:
    """Return noise - x, the velocity of x_t on its own line, the same at all times.

    Args:
        x: Clean samples x_0, shape (N, ...).
        noise: Where the lines end, the shape of x.

    Raises:
        ValueError: If x and noise differ in shape, are none or no floats.

    Source:
        Liu, Gong and Liu (2023), arXiv:2209.03003, Equation 1.
    Shown in: notebooks/15_flow_matching.ipynb.
    """
    check_batches("(N, ...)", same=True, x=x, noise=noise)
    return noise - x


def ends_of_line(velocity: Tensor, x_t: Tensor, t: Tensor | float) -> tuple[Tensor, Tensor]:
    """Return both ends of the line through x_t with this velocity: the image and the noise.

    Args:
        velocity: Velocity at x_t, the shape of x_t.
        x_t: Points at time t, shape (N, ...).
        t: Time, 0 to 1, one number or shape (N,).

    Returns:
        x_hat and noise_hat, each of the shape of x_t.

    Raises:
        ValueError: If velocity and x_t differ in shape, are none or no floats.

    Shown in: notebooks/15_flow_matching.ipynb.
    """
    check_batches("(N, ...)", same=True, velocity=velocity, x_t=x_t)
    t = per_sample(t, x_t)
    return x_t - t * velocity, x_t + (1 - t) * velocity


def velocity_of_score(score: Tensor, x_t: Tensor, t: Tensor | float) -> Tensor:
    """Return the mean velocity at x_t that belongs to the slope of the log-density there.

    Args:
        score: Gradient of log q(x_t), the shape of x_t.
        x_t: Points at time t, shape (N, ...).
        t: Time, 0 to below 1, one number or shape (N,).

    Raises:
        ValueError: If score and x_t differ in shape, are none or no floats.

    Shown in: notebooks/15_flow_matching.ipynb.
    """
    check_batches("(N, ...)", same=True, score=score, x_t=x_t)
    t = per_sample(t, x_t)
    return -(x_t + t * score) / (1 - t)


def score_of_velocity(velocity: Tensor, x_t: Tensor, t: Tensor | float) -> Tensor:
    """Return the slope of the log-density at x_t that belongs to the mean velocity there.

    Args:
        velocity: Mean velocity at x_t, the shape of x_t.
        x_t: Points at time t, shape (N, ...).
        t: Time, above 0 to 1, one number or shape (N,).

    Raises:
        ValueError: If velocity and x_t differ in shape, are none or no floats.

    Shown in: notebooks/15_flow_matching.ipynb.
    """
    check_batches("(N, ...)", same=True, velocity=velocity, x_t=x_t)
    t = per_sample(t, x_t)
    return -(x_t + (1 - t) * velocity) / t
