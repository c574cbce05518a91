"""Choose loss, penalty, packing and learning rates, press train, and watch the ring."""

from collections.abc import Iterator

import torch
from ipywidgets import Button, HBox, Image, Layout, SelectionSlider, VBox

from genai_course.collapse.fixes import Recipe
from genai_course.collapse.game import one_round
from genai_course.collapse.objectives import (
    HINGE,
    LEAST_SQUARES,
    NON_SATURATING,
    RELATIVISTIC,
    WASSERSTEIN,
    fisher,
)
from genai_course.collapse.penalties import R1, R2, GradientPenalty
from genai_course.collapse.players import make_players
from genai_course.collapse.problems import RING_RADIUS, RING_SIGMA, ring
from genai_course.collapse.streams import Streams
from genai_course.data import ring_centres
from genai_course.evaluation.modes import mode_report
from genai_course.plots.common import png_bytes
from genai_course.plots.mode_collapse_fixes import one_ring

LOSSES = {
    "non_saturating": NON_SATURATING,
    "least_squares": LEAST_SQUARES,
    "hinge": HINGE,
    "wasserstein": WASSERSTEIN,
    "relativistic": RELATIVISTIC,
    "fisher": fisher(1e-2),
}
PENALTIES = {
    "no penalty": (),
    "R1": (R1(0.1),),
    "R1 and R2": (R1(0.1), R2(0.1)),
    "gradient penalty": (GradientPenalty(0.1),),
}
RATES = (1e-4, 3e-4, 1e-3, 3e-3)


def chosen_recipe(
    loss: str, penalty: str, pack: int, rate_generator: float, rate_discriminator: float
) -> Recipe:
    """Return the recipe that the choices of the widget name.

    Raises:
        ValueError: If the loss or the penalty is not on offer.
    """
    if loss not in LOSSES or penalty not in PENALTIES:
        raise ValueError(f"{loss=}, {penalty=}; wanted one of {(*LOSSES,)} and {(*PENALTIES,)}")
    return Recipe(
        losses=LOSSES[loss],
        penalties=PENALTIES[penalty],
        pack=pack,
        rate_generator=rate_generator,
        rate_discriminator=rate_discriminator,
    )


def training_pictures(
    recipe: Recipe, num_steps: int = 2000, every: int = 200, seed: int = 0
) -> Iterator[bytes]:
    """Train one GAN on the ring of 8 and yield PNG bytes before the first step and every so often.

    Args:
        recipe: A `Recipe`.
        num_steps: Steps of the generator.
        every: Steps between two pictures.
        seed: Seed of weights, data and noise.
    """
    problem, streams = ring(), Streams([seed])
    players, look = make_players(recipe, problem, streams), Streams([seed + 10_000])
    z = look.normal(500, problem.latent_dim)
    for step in range(num_steps + 1):
        if step % every == 0:
            yield _picture(players.generator, z, step)
        if step < num_steps:
            one_round(recipe, problem, players, streams, share_left=1 - step / num_steps)


@torch.no_grad()
def _picture(generator, z, step):
    samples, centres = generator(z)[0], ring_centres(8, RING_RADIUS)
    if not samples.isfinite().all():
        return png_bytes(one_ring(torch.zeros(0, 2), centres, f"step {step}: overflow"))
    report = mode_report(samples, centres, RING_SIGMA)
    title = f"step {step}: {report['modes_kept']} modes, {100 * report['quality']:.0f} % on a mode"
    return png_bytes(one_ring(samples, centres, title))


class RingLab(VBox):
    """Five choices, a button and a picture; its text form is short and always the same.

    Sliders, since JupyterLab takes the keys of menus for itself; the space bar presses the button.

    Attributes:
        choices: Dict from an argument of `chosen_recipe` to its slider.
        button: Trains with what is chosen; the picture follows while it does.
        picture: The ipywidgets Image that shows the PNG bytes.
    """

    def __init__(self, num_steps: int, every: int) -> None:
        self.num_steps, self.every = num_steps, every
        rates = [(f"{rate:g}", rate) for rate in RATES]
        self.choices = {
            "loss": SelectionSlider(options=list(LOSSES), description="loss"),
            "penalty": SelectionSlider(options=list(PENALTIES), description="penalty"),
            "pack": SelectionSlider(options=(1, 2, 4), description="packing"),
            "rate_generator": SelectionSlider(options=rates, value=3e-4, description="rate G"),
            "rate_discriminator": SelectionSlider(options=rates, value=3e-3, description="rate D"),
        }
        self.button = Button(description="train")
        self.button.on_click(self.train)
        self.picture = Image(format="png", layout=Layout(width="300px"))
        super().__init__([HBox([VBox([*self.choices.values(), self.button]), self.picture])])
        self.picture.value = next(training_pictures(self.recipe, every=every))

    @property
    def recipe(self) -> Recipe:
        """What is chosen now."""
        return chosen_recipe(**{name: choice.value for name, choice in self.choices.items()})

    def train(self, button: Button | None = None) -> None:
        """Train from the beginning with what is chosen now and show every picture."""
        self.button.disabled = True
        try:
            for picture in training_pictures(self.recipe, self.num_steps, self.every):
                self.picture.value = picture
        finally:
            self.button.disabled = False

    def __repr__(self) -> str:
        return f"RingLab({', '.join(self.choices)})"


def ring_trainer(num_steps: int = 2000, every: int = 200) -> RingLab:
    """Return the widget; show it by making it the last line of a cell.

    Args:
        num_steps: Steps of a training, a few seconds for 2,000 on one quiet core.
        every: Steps between two pictures.
    """
    return RingLab(num_steps, every)
