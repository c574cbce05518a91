"""Train, measure and store the shipped models: `make pretrained`.

Unfinished training lies in a folder of its own, from which a later call goes on; if the recipe has
changed since, it refuses to. It is removed when the model has been stored. Everything runs on the
GPU where there is one.
"""

import time
from pathlib import Path

from genai_course.claims import claim
from genai_course.commands.environment import ROOT
from genai_course.models.weights_file import WEIGHTS
from genai_course.reproducibility import choose_device, seed_everything
from genai_course.training.checkpoints import CheckpointError
from workbench.pretraining.recipes import RECIPES
from workbench.pretraining.store import make_card, pack, write
from workbench.pretraining.training import train


def main(names, folder=ROOT / ".pretraining", weights=WEIGHTS, recipes=RECIPES):
    """Make the models named, or all; return 0 if each is as good as its recipe demands.

    Args:
        names: Names of recipes; none means all.
        folder: Where unfinished training is kept.
        weights: Where the finished files go.
        recipes: What there is.
    """
    known = {recipe.name: recipe for recipe in recipes}
    unknown = [name for name in names if name not in known]
    if unknown:
        print(f"There is no recipe {unknown[0]!r}; there are: {', '.join(known)}.")
        return 1
    Path(folder).mkdir(parents=True, exist_ok=True)
    device = choose_device()
    stored = [make(known[name], folder, weights, device) for name in names or known]
    return 0 if all(stored) else 1


def make(recipe, folder, weights, device):
    """Train one model, or finish its training, measure and store it; return whether it is stored.

    Args:
        recipe: Which model.
        folder: Where its unfinished training is kept.
        weights: Where the finished files go.
        device: Where to train and measure.
    """
    path = Path(folder, f"{recipe.name}.pt")
    data = tuple(tensor.to(device) for tensor in recipe.source.load(recipe.arguments))
    seed_everything(recipe.seed)
    training = recipe.start(device, **recipe.arguments)
    try:
        model = train(training, data, recipe, path, reporter(recipe))
    except CheckpointError as error:
        print(f"{recipe.name} is not trained: in {path.parent}, {error}.")
        return False
    content = pack(model, recipe.stored)
    card = make_card(model, content, recipe, device, num_rows=len(data[0]))
    values = {name: entry["value"] for name, entry in card["metrics"].items()}
    good = all(values[name] >= bound for name, bound in recipe.at_least.items()) and all(
        values[name] <= bound for name, bound in recipe.at_most.items()
    )
    text = ", ".join(f"{name} {value}" for name, value in values.items())
    claim(f"the model {recipe.name} is as good as wanted", good, text)
    if good:
        write(weights, recipe.name, content, card)
        path.unlink(missing_ok=True)
    return good


def reporter(recipe, now=time.monotonic):
    """Return a function that prints one line a block: how far, which losses, how long still."""
    begun = []

    def report(done, losses):
        begun.append((now(), done))
        values = ", ".join(f"{name} {value:.3f}" for name, value in losses.items())
        line = f"{recipe.name}: step {done:,} of {recipe.steps:,}, {values}"
        if len(begun) > 1:
            (t0, first), (t1, last) = begun[0], begun[-1]
            minutes = (t1 - t0) / (last - first) * (recipe.steps - done) / 60
            line += f", about {minutes:.0f} min left"
        print(line, flush=True)

    return report
