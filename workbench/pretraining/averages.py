"""What is shipped is an average: how slowly it follows a training, and what it needs at the end."""

import torch

from genai_course.training.averaging import renew_statistics

AVERAGE_DECAY = 0.999


def settled(average, layers, inputs_of=lambda z: z):
    """Give an averaged generator the statistics that belong to its weights.

    Args:
        average: The generator; has `latent_dim`.
        layers: The part of it that holds the statistics.
        inputs_of: Maps z (4000, latent_dim) to what the layers are fed.
    """
    z = torch.randn(4000, average.latent_dim, generator=torch.Generator().manual_seed(0))
    renew_statistics(layers, inputs_of(z).to(next(average.parameters()).device))
    return average
