"""A code from a dictionary: each vector is replaced by its nearest entry, gradients pass by."""

import torch

from genai_course.pairing import check_index
from genai_course.ranges import check_batches


def quantise(z_e: torch.Tensor, codebook: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Replace each vector by the nearest entry of a codebook, with a straight-through gradient.

    Forwards the result is the entry; backwards it counts as z_e, because choosing the nearest
    entry has slope zero almost everywhere.

    Args:
        z_e: What the encoder returns, shape (N, code_dim).
        codebook: Entries, shape (num_codes, code_dim).

    Returns:
        z_q, shape (N, code_dim), and the index of each entry, shape (N,).

    Raises:
        ValueError: If z_e and codebook are no vectors of one length, or there are none.

    Source:
        van den Oord, Vinyals and Kavukcuoglu (2017), arXiv:1711.00937, Section 3.
    Shown in: notebooks/13_latent_codes.ipynb.
    """
    check_batches("(N, d)", z_e=z_e, codebook=codebook)
    index = torch.cdist(z_e, codebook).argmin(dim=1)
    entry = codebook[index]
    return z_e + (entry - z_e).detach(), index


def codebook_loss(
    z_e: torch.Tensor, codebook: torch.Tensor, index: torch.Tensor, commitment: float = 0.25
) -> torch.Tensor:
    """What moves the entries to the codes, and the codes to their entries.

    The straight-through gradient gives the codebook nothing, so it needs a loss of its own.

    Args:
        z_e: What the encoder returns, shape (N, code_dim).
        codebook: Entries, shape (num_codes, code_dim).
        index: Chosen entries, integers in 0..num_codes - 1, shape (N,).
        commitment: Weight of the pull on the encoder.

    Returns:
        Squared distances, shape (N,).

    Raises:
        ValueError: If z_e and codebook are no vectors of one length, or there are none, or
            index does not name an entry for each code.

    Source:
        van den Oord, Vinyals and Kavukcuoglu (2017), arXiv:1711.00937, equation 3.
    Shown in: notebooks/13_latent_codes.ipynb.
    """
    check_batches("(N, d)", z_e=z_e, codebook=codebook)
    check_index(index, z_e, codebook)
    entry = codebook[index]
    to_codes = (entry - z_e.detach()).pow(2).sum(dim=1)
    to_entries = (entry.detach() - z_e).pow(2).sum(dim=1)
    return to_codes + commitment * to_entries
