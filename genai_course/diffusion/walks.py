"""What a sampler passes through on its way from noise to data.

Plumbing: it watches the sampler of `sampling`, and computes nothing of its own.
"""

from collections.abc import Sequence

from torch import Tensor

from genai_course.diffusion.predictions import Predict
from genai_course.diffusion.sampling import draw_samples

Moment = tuple[int, Tensor, Tensor]  # a step t, x_t and the predicted image


def moments_of_walk(
    predict: Predict, start: Tensor, steps: Sequence[int], alpha_bar: Tensor, eta: float = 1.0
) -> list[Moment]:
    """Draw samples and keep every moment of their walk.

    Args:
        predict, start, steps, alpha_bar, eta: What `draw_samples` takes.

    Returns:
        For each call of the network the step t, x_t and x_hat, on the CPU; and, last, the step 0
        with the samples in the place of both.

    Raises:
        ValueError: If start is empty or no floats.
    """
    seen: list[Moment] = []

    def watched(x_t, t):
        x_hat, noise_hat = predict(x_t, t)
        seen.append((t, x_t.cpu(), x_hat.cpu()))
        return x_hat, noise_hat

    samples = draw_samples(watched, start, steps, alpha_bar, eta).cpu()
    return [*seen, (0, samples, samples)]
