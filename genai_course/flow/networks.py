"""Networks that are told a label as well as the time: notebook 14's U-Net, and one for codes."""

from torch import Tensor, nn

from genai_course.diffusion.networks import TimeEmbedding, UNet


class TimeAndLabel(nn.Module):
    """Map times (N,) and labels (N,), as a pair, to vectors (N, width): a sum of two embeddings.

    Args:
        num_classes: Number of labels; one more, `num_classes` itself, says nothing.
        width: Length of the vectors.

    Source:
        Ho and Salimans (2022), arXiv:2207.12598, Section 3.2 (one network, with a label for none).
    Shown in: notebooks/15_flow_matching.ipynb.
    """

    def __init__(self, num_classes: int = 10, width: int = 64) -> None:
        super().__init__()
        self.time = TimeEmbedding(width)
        self.label = nn.Embedding(num_classes + 1, width)

    def forward(self, told: tuple[Tensor, Tensor]) -> Tensor:
        time, labels = told
        return self.time(time) + self.label(labels)


class LabelledUNet(nn.Module):
    """Map x_t (N, 1, 28, 28), times (N,) in [0, 1] and labels (N,) to predictions like x_t.

    Args:
        num_classes: Number of labels; `num_classes` itself is the label that says nothing.
        narrow: Feature maps at 14 x 14.
        wide: Feature maps at 7 x 7.

    Shown in: notebooks/15_flow_matching.ipynb.
    """

    def __init__(self, num_classes: int = 10, narrow: int = 16, wide: int = 32) -> None:
        super().__init__()
        self.num_classes = num_classes
        self.unet = UNet(narrow, wide)
        self.unet.time = TimeAndLabel(num_classes)  # type: ignore[assignment]  # told a pair

    def forward(self, x_t: Tensor, time: Tensor, labels: Tensor) -> Tensor:
        return self.unet(x_t, (time, labels))


class LabelledPoints(nn.Module):
    """Map points x_t (N, size), times (N,) in [0, 1] and labels (N,) to predictions like x_t.

    Args:
        size: Numbers in one point, such as a code of an autoencoder.
        num_classes: Number of labels; `num_classes` itself is the label that says nothing.
        width: Units of each of its three hidden layers.

    Shown in: notebooks/15_flow_matching.ipynb.
    """

    def __init__(self, size: int, num_classes: int = 10, width: int = 256) -> None:
        super().__init__()
        self.num_classes = num_classes
        self.told = TimeAndLabel(num_classes, width)
        self.enter = nn.Linear(size, width)
        self.layers = nn.Sequential(
            nn.SiLU(), nn.Linear(width, width), nn.SiLU(), nn.Linear(width, width), nn.SiLU(),
            nn.Linear(width, size),
        )  # fmt: skip

    def forward(self, x_t: Tensor, time: Tensor, labels: Tensor) -> Tensor:
        return self.layers(self.enter(x_t) + self.told((time, labels)))
