"""The judge: a small digit classifier that may also say "this is not a digit".

It measures samples: how many can be read, which digits they are, how many classes occur. A plain
classifier must answer with one of the ten digits whatever it is shown; one that was tried called
salt-and-pepper noise an 8 with confidence 1.00. The judge has an eleventh class, trained on the
families of `negatives.py`. Its weights ship with the course; `make judge` trains them anew.

The judge is a measuring instrument with a bias of its own: its numbers compare models judged by
the same judge on the same data set, and nothing else. Look at the pictures as well.
Functions take a `judge`, and `images` of shape (N, 1, 28, 28) with values in [0, 1].
"""

import torch
from torch import nn

from genai_course.evaluation.judge_batches import in_batches
from genai_course.models.weights_file import card_of, content_of, fill
from genai_course.reproducibility import check_device

NUM_DIGITS = 10
NOT_A_DIGIT = 10
READABLE_ABOVE = 0.9
DATA_NAMES = ("mnist", "digits")


class Judge(nn.Module):
    """A convolutional classifier of 28x28 images: ten digits and "not a digit".

    About 61,000 parameters. `features` gives the 64 numbers just before the last layer, in which
    images that look alike lie close together; `forward` gives the logits, class 10 the reject.

    Shown in: notebooks/02_measuring_generators.ipynb.
    """

    def __init__(self) -> None:
        super().__init__()
        self.convolutions = nn.Sequential(
            nn.Conv2d(1, 16, kernel_size=5, stride=2, padding=2, bias=False),  # 28x28 => 14x14
            nn.BatchNorm2d(16),
            nn.ReLU(),
            nn.Conv2d(16, 32, kernel_size=3, padding=1, bias=False),
            nn.MaxPool2d(2),  # 14x14 => 7x7, early: it saves the layers below work
            nn.BatchNorm2d(32),
            nn.ReLU(),
            nn.Conv2d(32, 64, kernel_size=3, padding=1, bias=False),
            nn.MaxPool2d(2),  # 7x7 => 3x3
            nn.BatchNorm2d(64),
            nn.ReLU(),
        )
        self.to_features = nn.Linear(64 * 3 * 3, 64)
        self.to_logits = nn.Linear(64, NUM_DIGITS + 1)

    def features(self, x: torch.Tensor) -> torch.Tensor:
        """Map images x in [0, 1], shape (N, 1, 28, 28), to features, shape (N, 64)."""
        return torch.relu(self.to_features(self.convolutions(x).flatten(1)))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Map images x in [0, 1], shape (N, 1, 28, 28), to logits, shape (N, 11)."""
        return self.to_logits(self.features(x))


def class_probabilities(judge: Judge, images: torch.Tensor) -> torch.Tensor:
    """Return what the judge thinks of each image.

    Args:
        judge: A `Judge`, on any device.
        images: Shape (N, 1, 28, 28), values in [0, 1].

    Returns:
        Probabilities, shape (N, 11), on the device of the images; column 10 is "not a digit".

    Raises:
        ValueError: If the images have another shape or another range, or there is none.

    Shown in: notebooks/02_measuring_generators.ipynb.
    """
    return in_batches(judge, judge.forward, images).softmax(dim=1)


def predicted_class(judge: Judge, images: torch.Tensor) -> torch.Tensor:
    """Return the most probable class of each image, shape (N,): 0 to 9, or 10 for no digit.

    Shown in: notebooks/02_measuring_generators.ipynb.
    """
    return class_probabilities(judge, images).argmax(dim=1)


def judge_verdicts(judge: Judge, images: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Return the most probable class of each image and whether it can be read, both (N,).

    An image counts as readable when the most probable class is a digit and its probability
    exceeds 0.9. Of real test digits about 98 in 100 do.

    Shown in: notebooks/02_measuring_generators.ipynb.
    """
    probability, verdict = class_probabilities(judge, images).max(dim=1)
    return verdict, (verdict != NOT_A_DIGIT) & (probability > READABLE_ABOVE)


def readable(judge: Judge, images: torch.Tensor) -> torch.Tensor:
    """Return which images can be read, shape (N,), boolean; see `judge_verdicts`.

    Shown in: notebooks/02_measuring_generators.ipynb.
    """
    return judge_verdicts(judge, images)[1]


def readable_share(judge: Judge, images: torch.Tensor) -> float:
    """Return the share of images that can be read, a number from 0 to 1.

    Shown in: notebooks/02_measuring_generators.ipynb.
    """
    return readable(judge, images).float().mean().item()


def class_histogram(judge: Judge, images: torch.Tensor) -> torch.Tensor:
    """Return how many readable images there are of each digit, shape (10,), integers.

    Shown in: notebooks/02_measuring_generators.ipynb.
    """
    verdict, can_be_read = judge_verdicts(judge, images)
    return torch.bincount(verdict[can_be_read], minlength=NUM_DIGITS)


def count_classes(judge: Judge, images: torch.Tensor, minimum_share: float = 0.01) -> int:
    """Return how many of the ten digits occur among the images.

    Args:
        judge: A `Judge`.
        images: Shape (N, 1, 28, 28), values in [0, 1].
        minimum_share: A digit occurs when its readable images make up at least this share of
            all the images, unreadable ones included; above 0, at most 1.

    Raises:
        ValueError: If minimum_share is not above 0 and at most 1.

    Shown in: notebooks/02_measuring_generators.ipynb.
    """
    if not 0 < minimum_share <= 1:
        raise ValueError(f"minimum_share is {minimum_share}, wanted above 0 and at most 1")
    share = class_histogram(judge, images) / len(images)
    return int((share >= minimum_share).sum())


def judge_features(judge: Judge, images: torch.Tensor) -> torch.Tensor:
    """Return the judge's 64 features of each image, shape (N, 64), for distances between sets.

    Shown in: notebooks/02_measuring_generators.ipynb.
    """
    return in_batches(judge, judge.features, images)


def load_judge(data_name: str, device: torch.device | str = "cpu") -> Judge:
    """Return the trained judge of a data set, ready for use.

    The file holds plain numbers only, so loading it runs no code; it is compared with the checksum
    on its card first, and its tensors with the shapes of the network.

    Args:
        data_name: "mnist" or "digits".
        device: Where to put the judge.

    Raises:
        PretrainedError: If the file or its card is missing, damaged or of another network.
        ValueError: If the name is unknown, or there is no such device.

    Plumbing: reads the weights from a file.
    """
    if data_name not in DATA_NAMES:
        wanted = " or ".join(repr(name) for name in DATA_NAMES)
        raise ValueError(f"there is no judge for {data_name!r}, wanted {wanted}")
    check_device(device)
    name = f"judge_{data_name}"
    judge = fill(Judge(), content_of(name), card_of(name), f"{name}.safetensors")
    # twice as fast on a CPU
    return judge.to(device, memory_format=torch.channels_last)  # type: ignore[call-overload]
