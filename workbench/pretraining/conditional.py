"""How the shipped conditional models of notebook 12 are trained."""

import copy

import torch

from genai_course.conditional.discriminators import ProjectionDiscriminator
from genai_course.conditional.networks import ConditionalGenerator, ConditionalVAE, one_hot
from genai_course.conditional.steps import (
    conditional_discriminator_step,
    conditional_generator_step,
    conditional_vae_step,
)
from genai_course.data import to_signed_range
from genai_course.layers import initialise_weights
from genai_course.training.averaging import update_average
from genai_course.training.precision import in_fastest
from workbench.pretraining.averages import AVERAGE_DECAY, settled
from workbench.pretraining.training import Training


def adversarial(device, **arguments):
    """Notebook 12's generator against its projection discriminator, averaged weights."""
    players = ConditionalGenerator(**arguments), ProjectionDiscriminator()
    generator, discriminator = (
        initialise_weights(player).to(device, memory_format=torch.channels_last)
        for player in players
    )
    average = copy.deepcopy(generator)
    adam_g, adam_d = (
        torch.optim.Adam(player.parameters(), lr=1e-3, betas=(0.0, 0.99), fused=True)
        for player in (generator, discriminator)
    )
    fast = in_fastest(generator, device), in_fastest(discriminator, device)

    def step(images, labels, progress):
        x_signed = to_signed_range(images)
        losses = conditional_discriminator_step(*fast, adam_d, x_signed, labels)
        losses |= conditional_generator_step(*fast, adam_g, labels)
        update_average(average, generator, AVERAGE_DECAY)
        return losses

    networks = {"generator": generator, "discriminator": discriminator, "average": average}
    optimizers = {"generator": adam_g, "discriminator": adam_d}

    def result():
        return settled(average, average.layers, lambda z: _with_labels(z, average.num_classes))

    return Training(networks, optimizers, step, result)


def autoencoder(device, **arguments):
    """Notebook 12's conditional autoencoder on labels, averaged weights."""
    vae = ConditionalVAE(**arguments).to(device)
    average = copy.deepcopy(vae)
    adam = torch.optim.Adam(vae.parameters(), lr=1e-3, fused=True)

    def step(images, labels, progress):
        losses = conditional_vae_step(vae, adam, images, one_hot(labels))
        update_average(average, vae, AVERAGE_DECAY)
        return losses

    return Training({"vae": vae, "average": average}, {"vae": adam}, step, lambda: average)


def _with_labels(z, num_classes):
    """Put one-hot labels beside z, all labels alike."""
    return torch.cat((z, one_hot(torch.arange(len(z)) % num_classes, num_classes)), dim=1)
