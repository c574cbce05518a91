"""Exercises of notebook 02: metrics from memory, each with the ways in which it goes wrong."""

import torch

from genai_course.evaluation.histogram import kl_floor, kl_to_uniform
from genai_course.evaluation.memorisation import nearest_distances
from genai_course.evaluation.neighbours import count_in_balls, neighbour_radii, precision_recall
from genai_course.exercises.engine import Exercise, Mistake
from genai_course.exercises.measuring_generators_judgements import LEAD, NEARER


def _normal(*shape, seed):
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(*shape, generator=generator, dtype=torch.float64)


# 2.1 ------------------------------------------------------------------------------------------

_COUNTS = {
    "the value at counts 50, 30, 20": torch.tensor([50.0, 30.0, 20.0]),
    "the value at counts 5, 0, 3, 2": torch.tensor([5.0, 0.0, 3.0, 2.0]),
}


def _observe_kl(attempt):
    return {what: attempt(counts) for what, counts in _COUNTS.items()}


def _reversed_kl(counts):
    shares = counts / counts.sum()
    return -(len(counts) * shares).log().mean() - kl_floor(len(counts), counts.sum())


def _kl_without_care(counts):
    shares = counts / counts.sum()
    excess = (shares * (len(counts) * shares).log()).sum()
    return excess - kl_floor(len(counts), counts.sum())


def _minus_entropy(counts):
    shares = counts / counts.sum()
    return torch.xlogy(shares, shares).sum() - kl_floor(len(counts), counts.sum())


EXCESS_KL = Exercise(
    number="2.1",
    title="Evenness, less its floor",
    asks="`attempt(counts)` returns KL to uniform less its floor, in nats.",
    observe=_observe_kl,
    reference=lambda counts: kl_to_uniform(counts) - kl_floor(len(counts), counts.sum().item()),
    praise="nats above what chance alone explains",
    mistakes=(
        Mistake(
            kl_to_uniform,
            "you forgot the floor: a perfectly even sampler would not score 0.",
            "what does chance alone give with N samples of K classes?",
            "Subtract (K - 1) / (2 N).",
        ),
        Mistake(
            lambda counts: kl_to_uniform(counts) - len(counts) / (2 * counts.sum()),
            "the floor has K - 1 in it, not K: the shares sum to 1, so one of them is not free.",
            "with a single class there is nothing to be uneven.",
            "Use (K - 1) / (2 N).",
        ),
        Mistake(
            lambda counts: kl_to_uniform(counts) - (len(counts) - 1) / counts.sum(),
            "your floor is twice too high: the half of the second-order term is missing.",
            "expand x log x about 1 to second order.",
            "Use (K - 1) / (2 N).",
        ),
        Mistake(
            lambda counts: (
                kl_to_uniform(counts) / torch.tensor(2.0).log()
                - kl_floor(len(counts), counts.sum().item())
            ),
            "your divergence is in bits, the floor in nats.",
            "which logarithm did you take?",
            "Use log, not log2.",
        ),
        Mistake(
            _reversed_kl,
            "this is the divergence the other way round, of uniform from the shares; a class that "
            "never occurs makes it infinite.",
            "the average is taken over the sampler's own classes.",
            "Weight the logarithms by the shares, not by 1/K.",
        ),
        Mistake(
            _kl_without_care,
            "a class that never occurs gives 0 times minus infinity, which is not a number.",
            "0 log 0 counts as 0.",
            "Use torch.xlogy, or leave out the shares that are 0.",
        ),
        Mistake(
            _minus_entropy,
            "this is minus the entropy: the log K of the uniform distribution is missing.",
            "for equal shares the divergence must be 0.",
            "Take the logarithm of K times the share.",
        ),
    ),
)

# 2.4 ------------------------------------------------------------------------------------------

_REAL, _FAKE = _normal(60, 3, seed=4), 0.5 * _normal(45, 3, seed=5) + 0.3


def _observe_pair(attempt):
    seen = {}
    for k in (2, 4):
        pair = attempt(_REAL, _FAKE, k)
        seen[f"precision with k = {k}"], seen[f"recall with k = {k}"] = pair
    return seen


def _share_inside(centres, radii, points):
    return (count_in_balls(centres, radii, points)[1] > 0).double().mean().item()


def _by_distances(own=1):
    """Build an answer to 2.4; `own` is 1 if a point's distance to itself is left out."""

    def share(centres, points, k):
        radii = torch.cdist(centres, centres).sort(dim=1).values[:, k - 1 + own]
        return (torch.cdist(points, centres) <= radii).any(dim=1).double().mean().item()

    return lambda real, fake, k: (share(real, fake, k), share(fake, real, k))


def _coverage_for_recall(real, fake, k):
    holds_a_fake = count_in_balls(real, neighbour_radii(real, k), fake)[0] > 0
    return precision_recall(real, fake, k)[0], holds_a_fake.double().mean().item()


def _one_radius(real, fake, k):
    r, f = (neighbour_radii(x, k).mean().expand(len(x)) for x in (real, fake))
    return _share_inside(real, r, fake), _share_inside(fake, f, real)


def _nearest_ball_only(real, fake, k):
    def share(centres, points):
        nearest = torch.cdist(points, centres).min(dim=1)
        inside = nearest.values <= neighbour_radii(centres, k)[nearest.indices]
        return inside.double().mean().item()

    return share(real, fake), share(fake, real)


PRECISION_RECALL = Exercise(
    number="2.4",
    title="Fidelity and diversity, apart",
    asks="`attempt(real, fake, k)` returns precision and recall.",
    observe=_observe_pair,
    reference=_by_distances(),
    without=("precision_recall", "neighbour_radii", "count_in_balls"),
    praise="precision asks about the fakes, recall about the real ones",
    mistakes=(
        Mistake(
            lambda real, fake, k: precision_recall(real, fake, k)[::-1],
            "precision and recall are swapped.",
            "precision is a share of the generated images, recall a share of the real ones.",
            "Precision: how many fakes lie in a ball of a real image?",
        ),
        Mistake(
            _by_distances(own=0),
            "your k-th neighbour counts the point itself, so the balls reach to the one before.",
            "the distance of a point to itself is 0 and comes first.",
            "Take the (k + 1)-th smallest distance, or set the diagonal to infinity.",
        ),
        Mistake(
            lambda real, fake, k: precision_recall(real, fake, k + 1),
            "your balls reach one neighbour too far.",
            "is the point itself in your list of distances, or not?",
            "Skip the point itself once, not twice.",
        ),
        Mistake(
            _coverage_for_recall,
            "your precision is right; your recall is coverage: it uses the balls of the real "
            "images.",
            "recall asks which real images lie among the fakes.",
            "Draw the balls about the fakes and count the real images inside.",
        ),
        Mistake(
            _one_radius,
            "you gave all balls the same, average radius; where images are rare, balls are large.",
            "each point has its own distance to its k-th neighbour.",
            "Compare each column of distances with its own radius.",
        ),
        Mistake(
            _nearest_ball_only,
            "you looked only into the ball of the nearest image; a larger ball further away may "
            "hold the point as well.",
            "one ball is enough, but it may be any of them.",
            "Compare with all radii and ask for any.",
        ),
    ),
)

# 2.5 ------------------------------------------------------------------------------------------

_POOL = torch.rand(90, 1, 4, 4, generator=torch.Generator().manual_seed(6))
_TRAIN, _TEST = _POOL[:50], _POOL[50:80]
_COPIES = (_TRAIN[:12] + 0.05 * _normal(12, 1, 4, 4, seed=7)).float().clamp(0, 1)


def _observe_ratio(attempt):
    return {
        "the ratio for copies": attempt(_COPIES, _TRAIN, _TEST),
        "the ratio for new images": attempt(_POOL[80:], _TRAIN, _TEST),
    }


def _distances(samples, images):
    return torch.cdist(samples.flatten(1), images.flatten(1))


def _ratio(distance, trim=True, summary=torch.median, invert=False):
    def attempt(samples, train, test):
        near, far = train[: len(test)] if trim else train, test
        near, far = (far, near) if invert else (near, far)
        return summary(distance(samples, near)) / summary(distance(samples, far))

    return attempt


def _nearest(samples, images):
    return _distances(samples, images).amin(dim=1)


FIND_THE_BUG = Exercise(
    number="2.5",
    title="Find the bug: an alarm that never rings",
    asks="`attempt(samples, train, test)` returns a ratio of median distances.",
    observe=_observe_ratio,
    reference=_ratio(nearest_distances),
    tolerance=1e-3,
    praise="the copies are found out, and the new images are not accused",
    mistakes=(
        Mistake(
            _ratio(lambda samples, images: _distances(samples, images).mean(dim=1), trim=False),
            "this is still the mean distance to all images; a copy is far from all but one.",
            "who has copied is near to a single image.",
            "Take the smallest distance, amin(dim=1), and as many images of both kinds.",
        ),
        Mistake(
            _ratio(lambda samples, images: _distances(samples, images).mean(dim=1)),
            "both sets have one size now, but a mean distance does not see a copy.",
            "who has copied is near to a single image.",
            "Take the smallest distance: amin(dim=1).",
        ),
        Mistake(
            _ratio(_nearest, trim=False),
            "nearest is right, but there are more training images than test images, and among "
            "more images the nearest is nearer: new images are accused.",
            "compare with as many images of both kinds.",
            "Use train[:len(test)].",
        ),
        Mistake(
            _ratio(lambda samples, images: _distances(samples, images).amin(dim=0)),
            "you took for each image the nearest sample; wanted is for each sample the nearest "
            "image.",
            "the rows of the distances are the samples.",
            "Use amin(dim=1).",
        ),
        Mistake(
            _ratio(_nearest, invert=True),
            "the ratio is upside down: copies give a large value.",
            "an alarm for small values needs the training distance on top.",
            "Divide the distance to training images by that to test images.",
        ),
    ),
)

EXERCISES = (EXCESS_KL, LEAD, NEARER, PRECISION_RECALL, FIND_THE_BUG)
check_excess_kl = EXCESS_KL.check
check_lead = LEAD.check
check_nearer = NEARER.check
check_precision_recall = PRECISION_RECALL.check
check_find_the_bug = FIND_THE_BUG.check
