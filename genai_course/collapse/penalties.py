"""What keeps a discriminator from growing steep: penalties in its loss, limits on its weights."""

from dataclasses import dataclass

import torch

from genai_course.collapse.streams import Streams
from genai_course.gan.penalties import gradient_penalty, r1_penalty


@dataclass(frozen=True)
class Judged:
    """Real and generated samples, shape (S, n, data_dim), and what the discriminator says of them.

    The logits have shape (S, n / pack, 1), and their graph reaches the samples.
    """

    x_real: torch.Tensor
    x_fake: torch.Tensor
    real_logits: torch.Tensor
    fake_logits: torch.Tensor


# ---- what is added to the loss: functions of (judged, discriminator, streams) ----
@dataclass(frozen=True)
class R1:
    """Half of gamma times the mean squared slope at real samples."""

    gamma: float

    def __call__(
        self, judged: Judged, discriminator: torch.nn.Module, streams: Streams
    ) -> torch.Tensor:
        return self.gamma / 2 * r1_penalty(judged.real_logits, judged.x_real)


@dataclass(frozen=True)
class R2:
    """Half of gamma times the mean squared slope at generated samples."""

    gamma: float

    def __call__(
        self, judged: Judged, discriminator: torch.nn.Module, streams: Streams
    ) -> torch.Tensor:
        return self.gamma / 2 * r1_penalty(judged.fake_logits, judged.x_fake)


@dataclass(frozen=True)
class GradientPenalty:
    """Squared distance of the slope from 1, between real and generated samples."""

    weight: float

    def __call__(
        self, judged: Judged, discriminator: torch.nn.Module, streams: Streams
    ) -> torch.Tensor:
        mix = streams.uniform(judged.x_real.shape[1], 1)
        return self.weight * gradient_penalty(discriminator, judged.x_real, judged.x_fake, mix)


# ---- what is done to the weights after a step: functions of the discriminator ----
def leave(discriminator: torch.nn.Module) -> None:
    """Leave the weights of the discriminator where the step has put them."""


@dataclass(frozen=True)
class Clip:
    """Move each weight into the interval from -limit to limit."""

    limit: float

    @torch.no_grad()
    def __call__(self, discriminator: torch.nn.Module) -> None:
        for weight in discriminator.parameters():
            weight.clamp_(-self.limit, self.limit)
