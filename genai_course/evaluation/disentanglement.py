"""Does each latent dimension follow one known factor? Mutual information, and the gap in it."""

import torch

from genai_course.ranges import check_points, check_rows


def mutual_information(codes: torch.Tensor, factors: torch.Tensor, bins: int = 16) -> torch.Tensor:
    """Estimate how much each latent dimension says about each factor, from histograms.

    Every column is cut into `bins` ranges with equally many entries, so its own entropy is
    log(bins); the estimate is divided by that.

    Args:
        codes: Posterior means, shape (N, latent_dim).
        factors: Known factors, shape (N, num_factors).
        bins: Ranges a column; N should be many times bins squared.

    Returns:
        Shares in [0, 1], shape (latent_dim, num_factors). Independent columns score about
        (bins - 1)^2 / (2 N log bins), not 0.

    Raises:
        ValueError: If there are fewer rows than bins, not as many codes as factors, or a value is
            not finite.

    Source:
        Chen, Li, Grosse and Duvenaud (2018), arXiv:1802.04942, Section 4.
    Shown in: notebooks/13_latent_codes.ipynb.
    """
    check_rows(codes, factors, least=bins)
    ranks = [t.argsort(dim=0).argsort(dim=0) * bins // len(t) for t in (codes, factors)]
    first, second = (torch.nn.functional.one_hot(r, bins).double() for r in ranks)
    joint = torch.einsum("nla,nfb->lfab", first, second) / len(codes)
    product = joint.sum(dim=3, keepdim=True) * joint.sum(dim=2, keepdim=True)
    information = torch.xlogy(joint, joint / product).sum(dim=(2, 3))
    return information / torch.tensor(bins).double().log()


def mutual_information_gap(information: torch.Tensor) -> torch.Tensor:
    """Return the MIG: for each factor, how far its best dimension is ahead of the second best.

    Args:
        information: Shape (latent_dim, num_factors), from `mutual_information`.

    Returns:
        0-d tensor, the mean over the factors, in [0, 1].

    Raises:
        ValueError: If there are fewer than two dimensions, or a value is not finite.

    Source:
        Chen, Li, Grosse and Duvenaud (2018), arXiv:1802.04942, Section 4.
    Shown in: notebooks/13_latent_codes.ipynb.
    """
    check_points(information, least=2)
    best, second = information.topk(2, dim=0).values
    return (best - second).mean()
