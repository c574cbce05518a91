"""The course's own loops: data as one tensor, logits, fused Adam, no waiting for numbers."""

import torch

from genai_course.collapse.fixes import TOO_FAST
from genai_course.collapse.game import one_round
from genai_course.collapse.players import make_players
from genai_course.collapse.problems import ring
from genai_course.collapse.streams import Streams
from genai_course.data import load_images, to_signed_range
from genai_course.gan.losses import discriminator_loss
from genai_course.gan.steps import discriminator_step, generator_step
from genai_course.training import fit
from genai_course.training.averaging import update_average
from genai_course.training.precision import in_bfloat16
from genai_course.vae.steps import vae_step


def separate_step(generator, discriminator, optimizer, x_real):
    """Do one update of a discriminator with batch normalisation, as notebook 05 writes it.

    Real and generated pictures come in batches of their own. Normalised together they would be
    told apart by what is in the batch, and the generator, whose pictures come alone, would learn
    nothing.
    """
    x_fake = generator(generator.sample_prior(len(x_real))).detach()
    loss = discriminator_loss(discriminator(x_real), discriminator(x_fake))
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return {"discriminator_loss": loss.detach()}


def course_step(model, networks, bfloat16=False, average=None):
    """Return the course's step for these networks, a function of the batch.

    Args:
        model: A `Model`.
        networks: (vae,) or (generator, discriminator); their layout in memory is set here.
        bfloat16: Whether they compute in bfloat16.
        average: Copy of the generator that follows it slowly, or None.
    """
    networks = [network.to(memory_format=model.layout) for network in networks]
    optimizers = [
        torch.optim.Adam(network.parameters(), lr=rate, betas=model.betas, fused=True)
        for network, rate in zip(networks, model.rates, strict=True)
    ]
    seen = [in_bfloat16(network) if bfloat16 else network for network in networks]
    if len(seen) == 1:
        return lambda x: vae_step(*seen, *optimizers, x)
    of_discriminator = separate_step if model.separate else discriminator_step

    def step(x_real):
        losses = of_discriminator(*seen, optimizers[1], x_real)
        losses |= generator_step(*seen, optimizers[0], len(x_real))
        if average is not None:
            update_average(average, networks[0])
        return losses

    return step


def play(model, networks, data_name, device, turns, bfloat16=False, average=None):
    """Train for ever by `fit`; `turns.batch_done()` waits when a turn is over."""
    if model.games > 1:
        return play_ring(model, device, turns)
    images = load_images(data_name, "train")[0].to(device)
    if model.signed:
        images = to_signed_range(images)
    step = course_step(model, networks, bfloat16, average)
    turns.operations_of(lambda: step(images[: model.batch_size]))

    def step_and_wait(x):
        losses = step(x)
        turns.batch_done()
        return losses

    turns.begin()
    fit(step_and_wait, images, num_epochs=10**6, batch_size=model.batch_size)


def play_ring(model, device, turns):
    """Train all games side by side for ever."""
    problem, streams = ring(), Streams(range(model.games), device)
    players = make_players(TOO_FAST, problem, streams)
    turns.operations_of(lambda: one_round(TOO_FAST, problem, players, streams))
    turns.begin()
    while True:
        one_round(TOO_FAST, problem, players, streams)
        turns.batch_done()
