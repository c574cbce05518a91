"""The losses that others proposed for the two players, one pair for each proposal.

Every function takes `real_logits` and `fake_logits`, or the `real_values` and `fake_values` of a
critic, shape (..., N, 1) or (N,), and returns a 0-d mean; a generator loss that needs no real
values takes only the fake ones. A shape that would broadcast, an empty batch and integers are
refused; a NaN comes out as one.
"""

from torch import Tensor
from torch.nn import functional as F

from genai_course.ranges import check_batches


def smoothed_discriminator_loss(
    real_logits: Tensor, fake_logits: Tensor, real_target: float = 0.9
) -> Tensor:
    """Cross-entropy with the real_target 0.9 instead of 1 for real data, and 0 for generated data.

    Raises:
        ValueError: If a batch is not one number a sample.
    Source:
        Salimans et al. (2016), arXiv:1606.03498, Section 3.4 (one-sided label smoothing).
    Shown in: notebooks/08_mode_collapse_fixes.ipynb.
    """
    check_batches(real_logits=real_logits, fake_logits=fake_logits)
    on_real = real_target * F.softplus(-real_logits) + (1 - real_target) * F.softplus(real_logits)
    return on_real.mean() + F.softplus(fake_logits).mean()


def least_squares_discriminator_loss(
    real_values: Tensor, fake_values: Tensor, fake_label: float = -1.0, real_label: float = 1.0
) -> Tensor:
    """Half the mean squared distances of real values from real_label, b = 1, and of fake ones from
    fake_label, a = -1.

    Raises:
        ValueError: If a batch is not one number a sample.
    Source:
        Mao et al. (2017), arXiv:1611.04076, equation 2.
    Shown in: notebooks/08_mode_collapse_fixes.ipynb.
    """
    check_batches(real_values=real_values, fake_values=fake_values)
    on_real = (real_values - real_label).square().mean()
    return (on_real + (fake_values - fake_label).square().mean()) / 2


def least_squares_generator_loss(fake_values: Tensor, wanted_label: float = 0.0) -> Tensor:
    """Half the mean squared distance of fake values from wanted_label, c = 0.

    Raises:
        ValueError: If a batch is not one number a sample.
    Source:
        Mao et al. (2017), arXiv:1611.04076, equation 2.
    Shown in: notebooks/08_mode_collapse_fixes.ipynb.
    """
    check_batches(fake_values=fake_values)
    return (fake_values - wanted_label).square().mean() / 2


def hinge_discriminator_loss(real_logits: Tensor, fake_logits: Tensor) -> Tensor:
    """Push real logits above 1 and fake ones below -1, and no further.

    Raises:
        ValueError: If a batch is not one number a sample.
    Source:
        Miyato et al. (2018), arXiv:1802.05957, Section 4.
    Shown in: notebooks/08_mode_collapse_fixes.ipynb.
    """
    check_batches(real_logits=real_logits, fake_logits=fake_logits)
    return F.relu(1 - real_logits).mean() + F.relu(1 + fake_logits).mean()


def hinge_generator_loss(fake_logits: Tensor) -> Tensor:
    """Minus the mean fake logit.

    Raises:
        ValueError: If a batch is not one number a sample.
    Source:
        Miyato et al. (2018), arXiv:1802.05957, Section 4.
    Shown in: notebooks/08_mode_collapse_fixes.ipynb.
    """
    check_batches(fake_logits=fake_logits)
    return -fake_logits.mean()


def relativistic_discriminator_loss(real_logits: Tensor, fake_logits: Tensor) -> Tensor:
    """Ask of each pair which one is real: only the difference of the two logits counts.

    Raises:
        ValueError: If there is not one number for each of a pair of samples.
    Source:
        Jolicoeur-Martineau (2019), arXiv:1807.00734; Huang et al. (2024), arXiv:2501.05441,
        Section 2.
    Shown in: notebooks/08_mode_collapse_fixes.ipynb.
    """
    check_batches(same=True, real_logits=real_logits, fake_logits=fake_logits)
    return F.softplus(fake_logits - real_logits).mean()


def relativistic_generator_loss(real_logits: Tensor, fake_logits: Tensor) -> Tensor:
    """The same question with the roles exchanged: the fake of a pair wants to look more real.

    Raises:
        ValueError: If there is not one number for each of a pair of samples.
    Source:
        Jolicoeur-Martineau (2019), arXiv:1807.00734; Huang et al. (2024), arXiv:2501.05441,
        Section 2.
    Shown in: notebooks/08_mode_collapse_fixes.ipynb.
    """
    check_batches(same=True, real_logits=real_logits, fake_logits=fake_logits)
    return F.softplus(real_logits - fake_logits).mean()


def fisher_constraint(real_values: Tensor, fake_values: Tensor) -> Tensor:
    """Half the sum of the two second moments, which the Fisher critic must keep at 1.

    Returns:
        Shape (..., 1): one number for each network of a stack.

    Raises:
        ValueError: If a batch is not (..., N, 1), or the stacks differ.
    Source:
        Mroueh and Sercu (2017), arXiv:1705.09675, Section 2.
    Shown in: notebooks/08_mode_collapse_fixes.ipynb.
    """
    check_batches("(..., N, 1)", real_values=real_values, fake_values=fake_values)
    return (real_values.square().mean(dim=-2) + fake_values.square().mean(dim=-2)) / 2


def fisher_critic_loss(
    real_values: Tensor, fake_values: Tensor, multiplier: Tensor | float, rho: float
) -> Tensor:
    """Minus the augmented Lagrangian of the constrained difference of means.

    Args:
        real_values: Critic on real data, shape (..., N, 1).
        fake_values: Critic on generated data, shape (..., N, 1).
        multiplier: The Lagrange multiplier lambda, shape (..., 1); it moves by
            lambda + rho * (constraint - 1) after each step.
        rho: Weight of the quadratic penalty.

    Returns:
        The loss of all networks, a 0-d mean.

    Source:
        Mroueh and Sercu (2017), arXiv:1705.09675, equation 9.
    Shown in: notebooks/08_mode_collapse_fixes.ipynb.
    """
    excess = fisher_constraint(real_values, fake_values) - 1
    gap = real_values.mean(dim=-2) - fake_values.mean(dim=-2)
    return -(gap - multiplier * excess - rho / 2 * excess.square()).mean()


def feature_matching_loss(real_features: Tensor, fake_features: Tensor) -> Tensor:
    """Squared distance between the mean features of real and of generated data.

    Args:
        real_features: Hidden layer of the discriminator, shape (..., N, width).
        fake_features: The same of generated data.

    Returns:
        A 0-d mean over the networks.

    Raises:
        ValueError: If the features differ in more than N, or there are none.
    Source:
        Salimans et al. (2016), arXiv:1606.03498, Section 3.1.
    Shown in: notebooks/08_mode_collapse_fixes.ipynb.
    """
    check_batches("(..., N, d)", real=real_features, fake=fake_features)
    gap = real_features.mean(dim=-2) - fake_features.mean(dim=-2)
    return gap.square().sum(dim=-1).mean()
