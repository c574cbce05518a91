"""Fidelity and diversity apart: who lies in whose neighbourhood, in the space of features.

Each real image gets a ball that reaches to its k-th nearest real neighbour; the balls together
stand for "where real images are". All distances are Euclidean, and computed block by block, so
that 10,000 against 10,000 images need little memory.
"""

import torch

from genai_course.ranges import check_finite_numbers, check_neighbours, check_points


def neighbour_radii(features: torch.Tensor, k: int) -> torch.Tensor:
    """Distance of each row of features (N, d) to its k-th nearest other row, shape (N,).

    A row is not its own neighbour. Doubles on the CPU.

    Args:
        features: Points, shape (N, d).
        k: Which neighbour, 1 for the nearest.

    Returns:
        Distances, shape (N,).

    Raises:
        ValueError: If there are not more than k rows, k is below 1, or a value is not finite.

    Shown in: notebooks/02_measuring_generators.ipynb.
    """
    check_points(features)
    check_neighbours(len(features), k)
    points, radii = features.detach().cpu().double(), []
    for start in range(0, len(points), 250):
        distances = torch.cdist(points[start : start + 250], points)
        distances.diagonal(start).fill_(torch.inf)  # a point is not its own neighbour
        radii.append(distances.topk(k, dim=1, largest=False).values[:, -1])
    return torch.cat(radii)


def count_in_balls(
    centres: torch.Tensor, radii: torch.Tensor, points: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor]:
    """Count who lies where: points in each ball, shape (N,), and balls over each point, (M,).

    Args:
        centres: Shape (N, d).
        radii: Shape (N,); a point at exactly this distance is inside.
        points: Shape (M, d).

    Returns:
        Integers, shapes (N,) and (M,).

    Raises:
        ValueError: If points or centres differ in d, or a value is not finite.

    Shown in: notebooks/02_measuring_generators.ipynb.
    """
    check_points(centres, points)
    check_finite_numbers(radii, "radii")
    centres, points = (x.detach().cpu().double() for x in (centres, points))
    points_in_ball, balls_over_point = [], torch.zeros(len(points), dtype=torch.long)
    for block, radius in zip(centres.split(250), radii.split(250), strict=True):
        inside = torch.cdist(block, points) <= radius[:, None]  # (block, M)
        points_in_ball.append(inside.sum(dim=1))
        balls_over_point += inside.sum(dim=0)
    return torch.cat(points_in_ball), balls_over_point


def precision_recall(real: torch.Tensor, fake: torch.Tensor, k: int = 3) -> tuple[float, float]:
    """Share of fakes among the real ones, and share of real images among the fakes.

    Equal distributions do not give 1: what they give depends on the dimension, so measure it.

    Args:
        real: Features of real images, shape (N, d), N above k.
        fake: Features of generated images, shape (M, d), M above k.
        k: Which neighbour sets the size of the balls.

    Returns:
        Precision (fidelity) and recall (diversity), two numbers from 0 to 1.

    Raises:
        ValueError: If there are too few rows, they differ in d, or a value is not finite.

    Source:
        Kynkäänniemi et al. (2019), arXiv:1904.06991.
    Shown in: notebooks/02_measuring_generators.ipynb.
    """
    _, real_balls_over_fake = count_in_balls(real, neighbour_radii(real, k), fake)
    _, fake_balls_over_real = count_in_balls(fake, neighbour_radii(fake, k), real)
    precision = (real_balls_over_fake > 0).double().mean().item()
    recall = (fake_balls_over_real > 0).double().mean().item()
    return precision, recall


def density_coverage(real: torch.Tensor, fake: torch.Tensor, k: int = 5) -> tuple[float, float]:
    """How crowded with real balls the fakes are, and which share of the real balls holds a fake.

    Equal distributions give a density of 1 and a coverage of `expected_coverage`, on average and
    in any dimension. Density may exceed 1.

    Args:
        real: Features of real images, shape (N, d), N above k.
        fake: Features of generated images, shape (M, d).
        k: Which neighbour sets the size of the balls.

    Returns:
        Density (fidelity), 0 or more, and coverage (diversity), from 0 to 1.

    Raises:
        ValueError: If there are too few rows, they differ in d, or a value is not finite.

    Source:
        Naeem et al. (2020), arXiv:2002.09797.
    Shown in: notebooks/02_measuring_generators.ipynb.
    """
    fakes_in_ball, balls_over_fake = count_in_balls(real, neighbour_radii(real, k), fake)
    density = balls_over_fake.double().mean().item() / k
    coverage = (fakes_in_ball > 0).double().mean().item()
    return density, coverage


def expected_coverage(num_real: int, num_fake: int, k: int = 5) -> float:
    """Coverage to expect of equal distributions: 1 - 2^-k in the limit of many, equally many.

    Args:
        num_real, num_fake: Numbers of images, num_real above k.
        k: As in `density_coverage`.

    Returns:
        A number from 0 to 1.

    Raises:
        ValueError: If there are not more than k real images.

    Source:
        Naeem et al. (2020), arXiv:2002.09797.
    Shown in: notebooks/02_measuring_generators.ipynb.
    """
    check_neighbours(num_real, k)
    missed = 1.0
    for i in range(1, k + 1):  # none of the k nearest of all the others is a fake
        missed *= (num_real - i) / (num_fake + num_real - i)
    return 1 - missed
