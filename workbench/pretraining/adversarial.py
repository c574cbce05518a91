"""How the shipped generators of notebooks 04 and 05 are trained."""

import copy

import torch

from genai_course.data import to_signed_range
from genai_course.gan.compact import CompactGenerator
from genai_course.gan.convolutional import ConvDiscriminator, ConvGenerator
from genai_course.gan.losses import discriminator_loss, generator_loss
from genai_course.gan.networks import Discriminator
from genai_course.gan.penalties import r1_penalty
from genai_course.gan.proposed_losses import hinge_discriminator_loss, hinge_generator_loss
from genai_course.layers import initialise_weights
from genai_course.training.averaging import update_average
from genai_course.training.precision import in_fastest
from workbench.pretraining.averages import AVERAGE_DECAY, settled
from workbench.pretraining.training import Training


def fully_connected(device, **arguments):
    """Notebook 04's game with a compact generator, and R1 in about every eighth step."""
    players = CompactGenerator(**arguments).to(device), Discriminator().to(device)
    losses = discriminator_loss, generator_loss
    return _game(players, device, losses, rate=5e-4, betas=(0.0, 0.99), r1=1.0)


def convolutional(device, **arguments):
    """Notebook 05's generator against a discriminator with spectral normalisation, hinge loss."""
    players = ConvGenerator(**arguments), ConvDiscriminator(spectral=True)
    players = [
        initialise_weights(player).to(device, memory_format=torch.channels_last)
        for player in players
    ]
    losses = hinge_discriminator_loss, hinge_generator_loss
    return _game(players, device, losses, rate=1e-3, betas=(0.5, 0.99))


def _game(players, device, losses, rate, betas, r1=0.0, every=8):
    generator, discriminator = players
    average = copy.deepcopy(generator)
    adam_g, adam_d = (
        torch.optim.Adam(player.parameters(), lr=rate, betas=betas, fused=True)
        for player in players
    )
    fast_g, fast_d = (in_fastest(player, device) for player in players)
    loss_d, loss_g = losses

    def step(images, labels, progress):
        x_real = to_signed_range(images)
        x_fake = fast_g(generator.sample_prior(len(x_real))).detach()
        first = loss = loss_d(*fast_d(torch.cat((x_real, x_fake))).chunk(2))
        if r1 and torch.rand(()).item() < 1 / every:  # as strong on average as in each step
            x_real.requires_grad_()
            loss = loss + every * r1 / 2 * r1_penalty(discriminator(x_real), x_real)
        _update(adam_d, loss, discriminator)
        last = loss_g(fast_d(fast_g(generator.sample_prior(len(x_real)))))
        _update(adam_g, last, generator)
        update_average(average, generator, AVERAGE_DECAY)
        return {"discriminator_loss": first, "generator_loss": last}

    networks = {"generator": generator, "discriminator": discriminator, "average": average}
    optimizers = {"generator": adam_g, "discriminator": adam_d}
    return Training(networks, optimizers, step, result=lambda: settled(average, average))


def _update(optimizer, loss, network):
    optimizer.zero_grad()
    loss.backward(inputs=list(network.parameters()))
    optimizer.step()
