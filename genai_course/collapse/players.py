"""The two networks of each of the S games, and the optimisers that move them."""

import torch
from torch.nn.utils import parametrize

from genai_course.gan.minibatch import MinibatchDiscrimination, MinibatchStdDev
from genai_course.gan.stacked import StackedDiscriminator, StackedLinear, draw_weights, stacked_mlp

KERNELS = 8  # of minibatch discrimination


class Players:
    """Generator and discriminator of S games with their optimisers."""

    def __init__(self, generator, discriminator, recipe):
        self.generator, self.discriminator = generator, discriminator
        self.rates = recipe.rate_generator, recipe.rate_discriminator
        self.generator_optimizer = make_optimizer(recipe, generator, self.rates[0])
        self.discriminator_optimizer = make_optimizer(recipe, discriminator, self.rates[1])
        self.multiplier = 0.0
        self._weights = [list(network.parameters()) for network in (generator, discriminator)]

    def set_rates(self, factor):
        """Set both learning rates to that part of their first value."""
        for optimizer, rate in zip(self._optimizers(), self.rates, strict=True):
            optimizer.param_groups[0]["lr"] = factor * rate

    def _optimizers(self):
        return self.generator_optimizer, self.discriminator_optimizer

    def step_generator(self, loss):
        """Move the generators one step down their losses; discriminators stay."""
        _step(self._weights[0], self.generator_optimizer, loss)

    def step_discriminator(self, loss):
        """Move the discriminators one step down their losses; generators stay."""
        _step(self._weights[1], self.discriminator_optimizer, loss)


def _step(weights, optimizer, loss):
    # backward lays each slope out in memory as its weight is. What `torch.autograd.grad` returns
    # may be laid out transposed, as after a penalty, and a fused optimiser would misread it.
    optimizer.zero_grad()
    loss.backward(inputs=weights)
    optimizer.step()


def make_optimizer(recipe, network, rate):
    """Return the optimiser that the recipe names.

    Raises:
        ValueError: If the name is none of "adam", "adamw", "rmsprop".
    """
    betas, weights = (recipe.beta1, recipe.beta2), network.parameters()
    if recipe.optimizer == "adam":
        return torch.optim.Adam(weights, rate, betas=betas, fused=True)
    if recipe.optimizer == "adamw":
        return torch.optim.AdamW(weights, rate, betas=betas, weight_decay=0.01, fused=True)
    if recipe.optimizer == "rmsprop":
        return torch.optim.RMSprop(weights, rate, foreach=True)
    raise ValueError(f"optimizer is {recipe.optimizer!r}, wanted 'adam', 'adamw' or 'rmsprop'")


def make_players(recipe, problem, streams):
    """Build the networks of all games, their weights drawn from the streams, and optimisers."""
    networks = len(streams)
    sizes = [problem.latent_dim] + [problem.width_generator] * problem.depth_generator
    generator = stacked_mlp(networks, [*sizes, problem.data_dim], problem.activation)
    layer, extra = _batch_layer(recipe, problem, networks)
    discriminator = StackedDiscriminator(
        networks,
        problem.data_dim,
        width=problem.width_discriminator,
        depth=problem.depth_discriminator,
        pack=recipe.pack,
        batch_layer=layer,
        extra=extra,
        activation=problem.activation,
    )
    draw_weights(generator, streams.generators)
    draw_weights(discriminator, streams.generators)
    if recipe.batch_layer == "discrimination":  # last, so that all else is drawn as without it
        with torch.no_grad():
            noise = streams.normal(*layer.projection.shape[1:])
            layer.projection.copy_(noise * problem.width_discriminator**-0.5)
    if recipe.spectral:
        for layer in [m for m in discriminator.modules() if isinstance(m, StackedLinear)]:
            parametrize.register_parametrization(layer, "weight", StackedSpectralNorm(layer.weight))
    return Players(generator.to(streams.device), discriminator.to(streams.device), recipe)


def _batch_layer(recipe, problem, networks):
    if recipe.batch_layer == "stddev":
        return MinibatchStdDev(group_size=8), 1
    if recipe.batch_layer == "discrimination":
        width = problem.width_discriminator
        return MinibatchDiscrimination(networks, width, kernels=KERNELS, dims=3), KERNELS
    return None, 0


class StackedSpectralNorm(torch.nn.Module):
    """Divide each weight matrix of a stack by an estimate of its largest singular value.

    One step of power iteration at each use while training, as Miyato et al. (2018),
    arXiv:1802.05957, Algorithm 1; notebook 05 derives it.
    """

    def __init__(self, weight):
        super().__init__()
        ones = torch.ones(weight.shape[0], weight.shape[2], 1)
        self.register_buffer("v", ones / ones.norm(dim=1, keepdim=True))
        self.register_buffer("u", torch.zeros(weight.shape[0], weight.shape[1], 1))
        for _ in range(10):
            self._iterate(weight)

    @torch.no_grad()
    def _iterate(self, weight):
        self.u = torch.nn.functional.normalize(weight @ self.v, dim=1)
        self.v = torch.nn.functional.normalize(weight.mT @ self.u, dim=1)

    def forward(self, weight):
        """Map weights (S, inputs, outputs) to weights of spectral norm about 1."""
        if self.training:
            self._iterate(weight)
        return weight / (self.u.mT @ weight @ self.v)
