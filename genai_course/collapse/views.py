"""What a discriminator is shown: functions of `x`, `problem`, `streams` and `share_left`."""

from dataclasses import dataclass

from torch import Tensor

from genai_course.collapse.problems import Problem
from genai_course.collapse.streams import Streams


def untouched(x: Tensor, problem: Problem, streams: Streams, share_left: float) -> Tensor:
    """Show the samples as they are."""
    return x


def augmented(x: Tensor, problem: Problem, streams: Streams, share_left: float) -> Tensor:
    """Show the samples changed at random, as the problem says: turned or shifted."""
    return problem.augment(x, streams)


@dataclass(frozen=True)
class InstanceNoise:
    """Show the samples under noise that falls to 0 in the course of the training.

    Attributes:
        size: Standard deviation at the start, in units of the data's spread.
    """

    size: float

    def __call__(self, x: Tensor, problem: Problem, streams: Streams, share_left: float) -> Tensor:
        return x + self.size * problem.data_scale * share_left * streams.normal(*x.shape[1:])
