"""What the columns of the scoreboard try: disease, problem, length, and how it is measured."""

from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import torch

from genai_course.collapse.code_space import CodeSpace, train_code_space
from genai_course.collapse.digits_report import digits_report, few_images_report
from genai_course.collapse.fixes import TOO_FAST, TOO_SLOW
from genai_course.collapse.problems import (
    GRID_SIGMA,
    RING_RADIUS,
    RING_SIGMA,
    codes,
    few_images,
    grid,
    ring,
    ten_images,
)
from genai_course.collapse.readings import pixels
from genai_course.collapse.streams import Streams
from genai_course.data import grid_centres, load_images, ring_centres
from genai_course.evaluation.judge import judge_features, load_judge
from genai_course.evaluation.modes import mode_report
from genai_course.vae.networks import VAE

SPACE_STEPS = 3000  # of the VAE in whose space of codes the latent GAN plays


@dataclass(frozen=True)
class Trial:
    """What a column needs: the disease, the length of a run, and how its end is measured."""

    disease: object
    steps: int
    samples: int
    make: object  # function of the options that gives the problem and the report of samples


def _ring(options):
    centres = ring_centres(8, RING_RADIUS)
    return ring(), lambda samples: mode_report(samples, centres, RING_SIGMA)


def _grid(options):
    centres = grid_centres(5, 2.0)
    return grid(), lambda samples: mode_report(samples, centres, GRID_SIGMA)


@cache
def _digits(data_name):
    return load_images(data_name, "train"), load_images(data_name, "test")[0]


@cache
def code_space(data_name, folder):
    """Train the space of codes, or load it from the folder where an earlier run left it."""
    images = _digits(data_name)[0][0]
    path = Path(folder or ".") / f"code_space_{data_name}_{SPACE_STEPS}.pt"
    if folder and path.exists():
        vae = VAE(latent_dim=10)
        vae.load_state_dict(torch.load(path, weights_only=True))
        return CodeSpace(vae.eval().requires_grad_(False), images)
    space = train_code_space(images, num_steps=SPACE_STEPS)
    if folder:
        path.parent.mkdir(parents=True, exist_ok=True)
        torch.save(space.vae.state_dict(), path)
    return space


def _latent(options):
    judge, space = load_judge(options.data), code_space(options.data, options.keep)
    real = judge_features(judge, _digits(options.data)[1])

    def report(samples):
        return digits_report(judge, space.decode(samples), real)

    return codes(space.codes.to(options.device)), report


def _pixels(options):
    judge = load_judge(options.data)
    ten = ten_images(*_digits(options.data)[0])
    problem = few_images(ten)
    real = judge_features(judge, pixels(problem.draw(Streams([999]), 2000)[0]))

    def report(samples):
        seen = digits_report(judge, pixels(samples), real)
        names = ("classes", "readable", "frechet")
        return {**few_images_report(samples, ten), **{name: seen[name] for name in names}}

    return problem, report


HOPPING = replace(TOO_SLOW, decay=0.0)  # the rates stay, so that it goes on hopping to the end
TRIALS = {
    "ring_fast": Trial(TOO_FAST, 3000, 2500, _ring),
    "ring_slow": Trial(TOO_SLOW, 2000, 2500, _ring),
    "latent_slow": Trial(HOPPING, 1500, 1500, _latent),
    "pixel_fast": Trial(TOO_FAST, 2000, 1000, _pixels),
    "grid_fast": Trial(TOO_FAST, 3000, 2500, _grid),
    "grid_slow": Trial(TOO_SLOW, 3000, 2500, _grid),
}
