"""Which noise goes with which sample: pairs of a batch that make its lines short."""

import torch
from scipy.optimize import linear_sum_assignment
from torch import Tensor

from genai_course.ranges import check_batches


def pair_by_transport(x: Tensor, noise: Tensor) -> Tensor:
    """Return the noise in another order, so that the squared lengths of all lines are least.

    Args:
        x: Samples, shape (N, d, ...).
        noise: As many noises, the shape of x.

    Returns:
        The noise, row by row the partner of x; the same rows, each once.

    Raises:
        ValueError: If x and noise differ in shape, are none or no floats.

    Source:
        Pooladian et al. (2023), arXiv:2304.14772, Section 3; Tong et al. (2024), arXiv:2302.00482,
        Section 3.
    Shown in: notebooks/15_flow_matching.ipynb.
    """
    check_batches("(N, d, ...)", same=True, x=x, noise=noise)
    squares = torch.cdist(x.flatten(1).double(), noise.flatten(1).double()).square()
    _, order = linear_sum_assignment(squares.cpu().numpy())
    return noise[torch.from_numpy(order).to(noise.device)]
