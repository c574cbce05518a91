"""The two networks of each of the S games, and the optimisers that move them."""

from torch import Tensor, nn

from genai_course.collapse.fixes import Recipe
from genai_course.collapse.problems import Problem
from genai_course.collapse.streams import Streams
from genai_course.gan.stacked import draw_weights, stacked_mlp


class Players:
    """Generator and discriminator of S games with their optimisers.

    Args:
        generator, discriminator: Stacked networks.
        recipe: A `Recipe`: its rates and its optimiser.

    Attributes:
        memory: Dict of whatever a loss of the discriminator remembers from step to step.
    """

    def __init__(self, generator: nn.Module, discriminator: nn.Module, recipe: Recipe) -> None:
        self.generator, self.discriminator = generator, discriminator
        self.rates = recipe.rate_generator, recipe.rate_discriminator
        self.generator_optimizer = recipe.optimizer(generator.parameters(), self.rates[0])
        self.discriminator_optimizer = recipe.optimizer(discriminator.parameters(), self.rates[1])
        self.memory: dict = {}
        self._weights = [list(network.parameters()) for network in (generator, discriminator)]

    def set_rates(self, factor: float) -> None:
        """Set both learning rates to factor times their first value."""
        for optimizer, rate in zip(self._optimizers(), self.rates, strict=True):
            optimizer.param_groups[0]["lr"] = factor * rate

    def _optimizers(self):
        return self.generator_optimizer, self.discriminator_optimizer

    def step_generator(self, loss: Tensor) -> None:
        """Move the generators one step down their loss; discriminators stay."""
        _step(self._weights[0], self.generator_optimizer, loss)

    def step_discriminator(self, loss: Tensor) -> None:
        """Move the discriminators one step down their loss; generators stay."""
        _step(self._weights[1], self.discriminator_optimizer, loss)


def _step(weights, optimizer, loss):
    # backward lays each slope out in memory as its weight is. What `torch.autograd.grad` returns
    # may be laid out transposed, as after a penalty, and a fused optimiser would misread it.
    optimizer.zero_grad()
    loss.backward(inputs=weights)
    optimizer.step()


def make_players(recipe: Recipe, problem: Problem, streams: Streams) -> Players:
    """Build the networks of all games on a problem, their weights drawn from the streams, and the
    optimisers of a recipe.
    """
    sizes = [problem.latent_dim] + [problem.width_generator] * problem.depth_generator
    generator = stacked_mlp(len(streams), [*sizes, problem.data_dim], problem.activation)
    draw_weights(generator, streams.generators)
    discriminator = recipe.discriminator(problem, streams, recipe.pack)
    return Players(generator.to(streams.device), discriminator.to(streams.device), recipe)
