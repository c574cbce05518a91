"""The losses of a Wasserstein GAN, whose critic gives values that are no logits.

`real_values` and `fake_values` have the shape (..., N, 1) or (N,); the result is a 0-d mean.
"""

from torch import Tensor

from genai_course.ranges import check_batches


def wasserstein_critic_loss(real_values: Tensor, fake_values: Tensor) -> Tensor:
    """Minus the difference of the means, which a 1-Lipschitz critic makes the distance W1.

    Raises:
        ValueError: If a batch is not one number a sample.
    Source:
        Arjovsky, Chintala and Bottou (2017), arXiv:1701.07875, equation 2.
    Shown in: notebooks/08_mode_collapse_fixes.ipynb.
    """
    check_batches(real_values=real_values, fake_values=fake_values)
    return fake_values.mean() - real_values.mean()


def wasserstein_generator_loss(fake_values: Tensor) -> Tensor:
    """Minus the mean value that the critic gives to generated samples.

    Raises:
        ValueError: If a batch is not one number a sample.
    Source:
        Arjovsky, Chintala and Bottou (2017), arXiv:1701.07875, Algorithm 1.
    Shown in: notebooks/08_mode_collapse_fixes.ipynb.
    """
    check_batches(fake_values=fake_values)
    return -fake_values.mean()
