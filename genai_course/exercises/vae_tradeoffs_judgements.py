"""Exercises 11.2 and 11.4: which numbers may be compared, and which of two models is better."""

import torch

from genai_course.exercises.engine import Exercise, Mistake

# 11.2 -----------------------------------------------------------------------------------------

# A report is (k of the bound, what the pixels were, which test images); k = 1 is the ELBO.
PAIRS = {
    "two -ELBOs, dynamic": ((1, "dynamic", "all"), (1, "dynamic", "all")),
    "two L_500, dynamic": ((500, "dynamic", "all"), (500, "dynamic", "all")),
    "two L_500, static": ((500, "static", "all"), (500, "static", "all")),
    "an -ELBO and an L_500": ((1, "dynamic", "all"), (500, "dynamic", "all")),
    "an L_500 and an L_5000": ((500, "dynamic", "all"), (5000, "dynamic", "all")),
    "static and dynamic": ((500, "static", "all"), (500, "dynamic", "all")),
    "static and dynamic -ELBO": ((1, "static", "all"), (1, "dynamic", "all")),
    "two L_500 of grey pixels": ((500, "grey", "all"), (500, "grey", "all")),
    "two -ELBOs of grey pixels": ((1, "grey", "all"), (1, "grey", "all")),
    "-ELBOs, grey and dynamic": ((1, "grey", "all"), (1, "dynamic", "all")),
    "-ELBOs, dynamic and grey": ((1, "dynamic", "all"), (1, "grey", "all")),
    "-ELBOs, grey and static": ((1, "grey", "all"), (1, "static", "all")),
    "other test images": ((500, "dynamic", "first 100"), (500, "dynamic", "all")),
}


def _observe_pairs(attempt):
    return {f"'{name}: comparable'": attempt(*pair) for name, pair in PAIRS.items()}


def _as_drawn(k, pixels):
    """The mean of the ELBO over binary draws is the ELBO of the grey image."""
    return "dynamic" if (k, pixels) == (1, "grey") else pixels


def _comparable(bounds=lambda a, b: a == b, pixels=_as_drawn, images=True, grey=False):
    def attempt(a, b):
        (k_a, pixels_a, images_a), (k_b, pixels_b, images_b) = a, b
        seen = pixels(k_a, pixels_a), pixels(k_b, pixels_b)
        nothing = not grey and "grey" in seen and max(k_a, k_b) > 1
        same_images = images_a == images_b or not images
        return bool(bounds(k_a, k_b) and seen[0] == seen[1] and same_images and not nothing)

    return attempt


COMPARABLE = Exercise(
    number="11.2",
    title="Judge: which of these numbers may be compared?",
    asks="`attempt(a, b)`, each (k, pixels, images), returns True or False.",
    observe=_observe_pairs,
    reference=_comparable(),
    praise="the same bound, of the same pixels, on the same images",
    mistakes=(
        Mistake(
            _comparable(bounds=lambda a, b: True),
            "you compare bounds of different k.",
            "a larger k gives a better number for the same model.",
            "Ask for the same k.",
        ),
        Mistake(
            _comparable(bounds=lambda a, b: (a == 1) == (b == 1)),
            "you tell -ELBO from NLL, but two NLLs of different k are not alike either.",
            "500 samples give a lower bound than 5000, for the same model.",
            "Ask for the same k.",
        ),
        Mistake(
            _comparable(pixels=lambda k, p: "dynamic" if p == "static" else _as_drawn(k, p)),
            "you compare a fixed binary draw with draws that are made anew.",
            "one fixed draw can be learnt by heart: another task, another number.",
            "Static goes with static only.",
        ),
        Mistake(
            _comparable(grey=True),
            "you compare importance weights of grey pixels; those estimate no likelihood.",
            "over grey images p(x|z) does not integrate to one.",
            "With k > 1 and grey pixels the answer is no.",
        ),
        Mistake(
            _comparable(pixels=lambda k, pixels: pixels),
            "you refuse the -ELBO of grey pixels beside that of dynamic draws.",
            "at k = 1 the loss is linear in the pixels.",
            "The grey -ELBO is the mean over dynamic draws: compare it with those.",
        ),
        Mistake(
            _comparable(pixels=lambda k, pixels: object() if pixels == "grey" else pixels),
            "you refuse grey pixels altogether; their -ELBO has a meaning.",
            "at k = 1 the loss is linear in the pixels.",
            "Only with k > 1 are grey pixels comparable with nothing.",
        ),
        Mistake(
            _comparable(images=False),
            "you compare numbers of different test images.",
            "images differ by far more than models.",
            "Ask for the same images.",
        ),
    ),
)

# 11.4 -----------------------------------------------------------------------------------------


def _losses(gain, spread, count=400, few=False):
    """-L_500 of two models on the same images: b is better by `gain` nats in the mean."""
    numbers = torch.Generator().manual_seed(count)
    hard = 90 + 25 * torch.randn(count, generator=numbers, dtype=torch.double)
    x = torch.linspace(-1, 1, count, dtype=torch.double)
    x = (x > 0.8).double() if few else x.roll(count // 3)
    return hard, hard - gain - spread * (x - x.mean()) / x.std()


CONTESTS = {  # the losses, then the images that each training decoded
    "a difference that only pairs show": (_losses(1.0, 3.0), 10, 10),
    "the same, the other way": (_losses(-1.0, 3.0), 10, 10),
    "a difference that anybody would see": (_losses(8.0, 3.0), 10, 10),
    "two standard errors": (_losses(0.3, 3.0), 10, 10),
    "half a standard deviation": (_losses(1.5, 3.0, count=25), 10, 10),
    "large, but by chance": (_losses(3.0, 12.0, count=25), 10, 10),
    "a winner with three times the budget": (_losses(1.0, 3.0), 10, 30),
    "a winner with a third of the budget": (_losses(1.0, 3.0), 30, 10),
    "a with three times the budget wins": (_losses(-1.0, 3.0), 30, 10),
    "three times the budget and no difference": (_losses(0.1, 3.0), 10, 30),
    "better on few images, but by much": (_losses(1.5, 5.0, few=True), 10, 10),
}


def _observe_contests(attempt):
    return {
        f"the verdict on '{name}'": attempt(*losses, cost_a, cost_b)
        for name, (losses, cost_a, cost_b) in CONTESTS.items()
    }


def _paired(a, b):
    return 3 * (a - b).std() / len(a) ** 0.5


def _budget(cost_winner, cost_loser):
    return cost_winner <= cost_loser


def _winner(noise=_paired, fair=_budget, better=lambda a, b: (a - b).mean(), fair_first=False):
    def attempt(losses_a, losses_b, cost_a, cost_b):
        lead = better(losses_a, losses_b)
        name, cost, other = ("b", cost_b, cost_a) if lead > 0 else ("a", cost_a, cost_b)
        if fair_first and not fair(cost, other):
            return "unfair"
        if lead.abs() <= noise(losses_a, losses_b):
            return "open"
        return name if fair(cost, other) else "unfair"

    return attempt


WINNER = Exercise(
    number="11.4",
    title="Judge: is one of two models shown to be better?",
    asks="`attempt(losses_a, losses_b, cost_a, cost_b)` returns 'a', 'b', 'open' or 'unfair'.",
    observe=_observe_contests,
    reference=_winner(),
    praise="differences image by image, their error, and who had more to spend",
    mistakes=(
        Mistake(
            _winner(noise=lambda a, b: 3 * ((a.var() + b.var()) / len(a)).sqrt()),
            "you compare two means with the spread of images, which both models share.",
            "the images are the same: take differences image by image.",
            "The error is (losses_a - losses_b).std() / sqrt(N).",
        ),
        Mistake(
            _winner(noise=lambda a, b: _paired(a, b) / 3),
            "you allow one standard error; one comparison in three of equals exceeds that.",
            "two standard errors are no proof.",
            "Ask for more than three.",
        ),
        Mistake(
            _winner(noise=lambda a, b: 0.0),
            "you name a winner whatever the error is.",
            "a mean of N differences has a standard error.",
            "Return 'open' within three of them.",
        ),
        Mistake(
            _winner(noise=lambda a, b: 3 * (a - b).std()),
            "you ask for three standard deviations, and no number of images would ever do.",
            "the mean of N differences is known better than one of them.",
            "Divide by sqrt(N).",
        ),
        Mistake(
            _winner(fair=lambda winner, loser: True),
            "you do not ask what each training cost.",
            "three times the steps may be all the difference.",
            "Say 'unfair' if the winner had more.",
        ),
        Mistake(
            _winner(fair=lambda winner, loser: winner == loser),
            "you refuse a winner that had less to spend than the loser.",
            "would an equal budget have made it worse?",
            "Say 'unfair' only if the winner had more.",
        ),
        Mistake(
            _winner(fair_first=True),
            "you say 'unfair' where no difference is shown at all.",
            "what is there to explain by the budget?",
            "Ask for the difference first.",
        ),
        Mistake(
            _winner(better=lambda a, b: (b - a).mean()),
            "you chose the larger loss.",
            "-L_500 estimates -log p(x): small is good.",
            "The smaller mean wins.",
        ),
        Mistake(
            _winner(better=lambda a, b: (a - b).median()),
            "you let the typical image decide; the log-likelihood of a test set is a sum.",
            "a few images can carry most of a difference.",
            "Compare means.",
        ),
    ),
)
