"""Offline data: the 1797 real handwritten digits that ship with scikit-learn, laid out like MNIST.

They were written by 13 people and stored as 8x8 counts from 0 to 16 (Alpaydin and Kaynak, 1998,
UCI optical recognition of handwritten digits, its test part; CC BY 4.0). Here they are redrawn at
28x28, so results on them cannot be compared with results on MNIST. A writer may occur in both
splits, an original digit never does.
"""

import functools
import math

import torch
import torch.nn.functional as F

NUM_TRAIN = 20_000
TEST_PER_CLASS = 50
SEED = 0
FINE = 5  # fine pixels along one of the 8 stored pixels, before the warp to 28x28
BORDER = 2  # empty stored pixels around the digit
INK = (0.40, 0.66)  # share of a stored pixel covered: black below the first, white above the second


def load_digits_as_mnist(split: str) -> tuple[torch.Tensor, torch.Tensor]:
    """Load the offline data.

    Args:
        split: "train" for 20,000 images made from 1297 originals by small seeded rotations,
            shifts and scalings; "test" for 500 other originals, 50 a class, only redrawn.

    Returns:
        images, shape (N, 1, 28, 28), float32 in [0, 1], background 0; labels, shape (N,), int64.

    Raises:
        ValueError: If split is neither "train" nor "test".
    """
    if split not in ("train", "test"):
        raise ValueError(f"split is {split!r}, wanted 'train' or 'test'")
    images, labels = _build(split)
    return images.clone(), labels.clone()  # the kept copy must not change with the caller's


@functools.cache
def _build(split):
    counts, labels = _originals()
    train, test = split_indices(labels)
    chosen = train if split == "train" else test
    fine = _redraw(counts[chosen])
    if split == "test":
        return _warp(fine, _still(len(chosen))), labels[chosen]
    generator = torch.Generator().manual_seed(SEED)
    source = torch.arange(NUM_TRAIN) % len(chosen)
    source = source[torch.randperm(NUM_TRAIN, generator=generator)]
    moves = _random_moves(NUM_TRAIN, generator)
    pieces = [_warp(fine[s], m) for s, m in zip(source.split(2000), moves.split(2000), strict=True)]
    return torch.cat(pieces), labels[chosen][source]


def _originals():
    """Return the stored counts, shape (1797, 8, 8), float32 in [0, 1], and their labels."""
    from sklearn.datasets import load_digits

    stored = load_digits()
    counts = torch.from_numpy(stored.images).float() / 16
    return counts, torch.from_numpy(stored.target).long()


def split_indices(labels: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Return (train, test) indices of labels (N,) in a fixed shuffled order, 50 test entries a
    class.
    """
    order = torch.randperm(len(labels), generator=torch.Generator().manual_seed(SEED))
    one_hot = F.one_hot(labels[order])
    rank = (one_hot.cumsum(0) * one_hot).sum(1)  # 1 for the first of its class, 2 for the next
    return order[rank > TEST_PER_CLASS], order[rank <= TEST_PER_CLASS]


def _redraw(counts):
    """Draw smooth strokes from coverage counts (N, 8, 8): shape (N, 1, 60, 60), in [0, 1].

    A bicubic surface through the counts, smoothed a little and cut at half coverage, gives the
    outline of the pen stroke; the ramp between black and white is as narrow as in MNIST.
    """
    padded = F.pad(counts.unsqueeze(1), (BORDER,) * 4)
    surface = F.interpolate(padded, scale_factor=FINE, mode="bicubic", align_corners=False)
    offsets = torch.arange(-4, 5.0)
    weights = torch.exp(-(offsets**2) / (2 * (0.2 * FINE) ** 2))
    weights = weights / weights.sum()
    surface = F.conv2d(surface, weights.view(1, 1, 1, 9), padding=(0, 4))
    surface = F.conv2d(surface, weights.view(1, 1, 9, 1), padding=(4, 0))
    low, high = INK
    return ((surface - low) / (high - low)).clamp(0, 1)


def _still(count):
    """Return `count` moves (angle, scale of x, scale of y, shift of x, shift of y) of nothing."""
    return torch.tensor([0.0, 1.0, 1.0, 0.0, 0.0]).repeat(count, 1)


def _random_moves(count, generator):
    """Draw moves: up to 12 degrees, 12 percent in size, 1 pixel of 28 in place."""
    spread = torch.tensor([math.radians(12), 0.12, 0.12, 1.0, 1.0])
    return _still(count) + (2 * torch.rand(count, 5, generator=generator) - 1) * spread


def _warp(fine, moves):
    """Bring fine drawings (N, 1, S, S) to (N, 1, 28, 28): a digit 20 high, its mass centred."""
    side = fine.shape[-1]
    position = (torch.arange(side) + 0.5) * 2 / side - 1
    mass = fine.sum((1, 2, 3))
    centre_x = (fine.sum((1, 2)) * position).sum(1) / mass
    centre_y = (fine.sum((1, 3)) * position).sum(1) / mass
    angle, scale_x, scale_y, shift_x, shift_y = moves.unbind(1)
    zoom = 28 / 20 * 8 / (8 + 2 * BORDER)  # the output's half width, in those of the drawing
    cos, sin = angle.cos() * zoom, angle.sin() * zoom
    rows = [cos / scale_x, -sin / scale_x, centre_x - shift_x * zoom / 14]
    rows += [sin / scale_y, cos / scale_y, centre_y - shift_y * zoom / 14]
    theta = torch.stack(rows, 1).view(-1, 2, 3)
    grid = F.affine_grid(theta, (len(fine), 1, 28, 28), align_corners=False)
    return F.grid_sample(fine, grid, align_corners=False).clamp(0, 1)
