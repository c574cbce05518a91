"""A dictionary of vectors that is learnt, by a loss or by averages, and two cures of collapse."""

import torch
from torch import nn
from torch.nn import functional as F

from genai_course.pairing import check_index
from genai_course.ranges import check_batches


def perplexity(index: torch.Tensor, num_codes: int) -> torch.Tensor:
    """Return exp(entropy) of how often each entry is used: how many entries are in use.

    It is 1 where one entry serves for all, and num_codes where all are used equally often.

    Args:
        index: Chosen entries, integers in 0..num_codes - 1, of any shape.
        num_codes: Entries of the codebook.

    Returns:
        0-d tensor, in [1, num_codes].

    Raises:
        ValueError: If there is no index, or one is not in 0..num_codes - 1.

    Shown in: notebooks/13_latent_codes.ipynb.
    """
    if index.numel() == 0:
        raise ValueError("there are no codes, wanted one or more")
    flat = index.flatten()
    check_index(flat, flat, range(num_codes))  # type: ignore[arg-type]
    share = torch.bincount(flat, minlength=num_codes) / len(flat)
    return (-torch.xlogy(share, share).sum()).exp()


class Codebook(nn.Module):
    """Entries that a loss moves, and a running count of how often each one is chosen.

    Args:
        num_codes: Entries K.
        code_dim: Length d of an entry.
        decay: Weight of the past in the counts, 0 to below 1.
        restart_below: Restart entries with less than this part of the mean count; 0 for never.

    Source:
        van den Oord, Vinyals and Kavukcuoglu (2017), arXiv:1711.00937, Section 3.
    Shown in: notebooks/13_latent_codes.ipynb.
    """

    counts: torch.Tensor

    def __init__(
        self, num_codes: int, code_dim: int, decay: float = 0.95, restart_below: float = 0.0
    ) -> None:
        super().__init__()
        self.entries = nn.Parameter(torch.randn(num_codes, code_dim))
        self.register_buffer("counts", torch.ones(num_codes))
        self.decay, self.restart_below = decay, restart_below

    @torch.no_grad()
    def start_from(self, z_e: torch.Tensor) -> None:
        """Put the entries, in place, on different vectors of the encoder, drawn at random.

        Args:
            z_e: What the encoder returns, shape (N, code_dim), N at least num_codes.

        Raises:
            ValueError: If these are no vectors of code_dim numbers, or too few.
        """
        check_batches("(N, d)", z_e=z_e, entries=self.entries)
        if len(z_e) < len(self.entries):
            raise ValueError(f"there are {len(z_e)} vectors, wanted {len(self.entries)} or more")
        self.entries.copy_(z_e[torch.randperm(len(z_e))[: len(self.entries)].to(z_e.device)])

    @torch.no_grad()
    def update(self, z_e: torch.Tensor, index: torch.Tensor) -> None:
        """Count, in place, which entries were chosen, and restart what is hardly ever used.

        Args:
            z_e: What the encoder returned, shape (N, code_dim).
            index: Chosen entries, shape (N,).

        Raises:
            ValueError: If z_e are no vectors of code_dim numbers, or index does not name an entry
                for each of them.
        """
        check_batches("(N, d)", z_e=z_e, entries=self.entries)
        check_index(index, z_e, self.entries)
        self._average(z_e, F.one_hot(index.long(), len(self.entries)).to(z_e.dtype))
        unused = self.counts < self.restart_below * self.counts.mean()
        anywhere = torch.randint(len(z_e), (int(unused.sum()),)).to(z_e.device)
        self.entries[unused] = z_e[anywhere]
        self.counts[unused] = self.counts.mean()

    def _average(self, z_e, chosen):
        """Take the choices of a batch, one-hot rows (N, num_codes), into the counts."""
        self.counts.lerp_(chosen.sum(dim=0), 1 - self.decay)


class AveragedCodebook(Codebook):
    """Entries that no loss moves: each is the running mean of the vectors that chose it.

    With decay 0 one update is one step of k-means. An entry that nobody chooses stays.

    Args:
        num_codes: Entries K.
        code_dim: Length d of an entry.
        decay: Weight of the past in counts and sums, 0 to below 1.
        restart_below: Restart entries with less than this part of the mean count; 0 for never.

    Source:
        van den Oord, Vinyals and Kavukcuoglu (2017), arXiv:1711.00937, equations 6 to 8.
    Shown in: notebooks/13_latent_codes.ipynb.
    """

    def __init__(
        self, num_codes: int, code_dim: int, decay: float = 0.95, restart_below: float = 0.0
    ) -> None:
        super().__init__(num_codes, code_dim, decay, restart_below)
        self.entries.requires_grad_(False)

    def _average(self, z_e, chosen):
        """Move the entries as well, each to the mean of its vectors so far, later ones first."""
        sums = (self.counts[:, None] * self.entries).lerp(chosen.T @ z_e, 1 - self.decay)
        super()._average(z_e, chosen)
        used = self.counts > 0  # with decay 0 others have neither sum nor count
        self.entries[used] = sums[used] / self.counts[used, None]
