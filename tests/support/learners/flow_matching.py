"""Answers that learners may hand in to the exercises of notebook 15, right and wrong."""

import math

import torch
from torch.distributions import Normal


def ends(velocity, x_t, t):
    image = x_t - velocity * t
    return image, image + velocity


def ends_solved(velocity, x_t, t):
    """Both unknowns of two equations: x_t = (1 - t) x + t noise, v = noise - x."""
    rows = torch.tensor([[1 - t, t], [-1.0, 1.0]], dtype=x_t.dtype)
    known = torch.stack([x_t.flatten(), velocity.flatten()])
    return [each.view_as(x_t) for each in torch.linalg.solve(rows, known)]


def as_if_noise(velocity, x_t, t):
    return (x_t - velocity * t).div(1 - t), velocity


def as_if_image(velocity, x_t, t):
    return [velocity, (x_t - velocity + t * velocity).div(t)]


def on_the_circle(velocity, x_t, t):
    a, sigma = 1 - t, t
    return a * x_t - sigma * velocity, sigma * x_t + a * velocity


def ways(velocity, x_t, t):
    image, noise = ends(velocity, x_t, t)
    return image - x_t, noise - x_t


def velocity_of(score, x_t, t):
    return (x_t + t * score) / (t - 1)


def guided(told, untold, x_t, t, scale):
    return velocity_of((1 - scale) * untold + scale * told, x_t, t)


def converted_first(told, untold, x_t, t, scale):
    v, other = velocity_of(told, x_t, t), velocity_of(untold, x_t, t)
    return other.lerp(v, scale)


def difference_converted(told, untold, x_t, t, scale):
    change = velocity_of(told - untold, x_t, t)
    return velocity_of(untold, x_t, t) + change * scale


def of_score(convert):
    """The right mixture of scores, turned into something else than its velocity."""

    def attempt(told, untold, x_t, t, scale):
        return convert(told * scale + untold - untold * scale, x_t, t)

    return attempt


def qualifying(rows, real, checks=("accuracy", "coverage")):
    return [row for row in rows if not any(row[c] < 0.9 * real[c] for c in checks)]


def ranked(rows, real, checks=("accuracy", "coverage"), by=("distance", "w"), turned=False):
    good = qualifying(rows, real, checks)
    for name in reversed(by):
        good.sort(key=lambda row: row[name], reverse=turned)
    return [row["w"] for row in good]


def ranked_one_by_one(rows, real):
    found, left = [], qualifying(rows, real)
    while left:
        best = left[0]
        for row in left[1:]:
            nearer = row["distance"] < best["distance"]
            if nearer or (row["distance"] == best["distance"] and row["w"] < best["w"]):
                best = row
        found.append(best["w"])
        left.remove(best)
    return found


def above_limits(rows, real):
    good = [r for r in rows if all(r[c] / real[c] > 0.9 for c in ("accuracy", "coverage"))]
    return ranked(good, real, checks=())


def either(rows, real):
    names = ranked(rows, real, ["accuracy"]) + ranked(rows, real, ["coverage"])
    return ranked([row for row in rows if row["w"] in names], real, checks=())


def compared_with_one(rows, real, name):
    return ranked(rows, real | {name: 1.0})


def larger_w_first(rows, real):
    good = sorted(qualifying(rows, real), key=lambda row: row["w"], reverse=True)
    return ranked(good, real, by=["distance"])


def calls_of(one, per_step=True, guidance=True):
    calls = one["steps"]
    if per_step:
        calls *= one["velocities"]
    return calls + calls if guidance and one["w"] != 0 else calls


def few(a, b):
    return any(len(one["seeds"]) <= 1 for one in (a, b))


def few_together(a, b):
    return len(a["seeds"] + b["seeds"]) <= 1


def judged(a, b, calls=calls_of, few=few, leave_out="", order="network calls w num_images"):
    for name in order.split():
        one, other = (calls(each) if name == "calls" else each[name] for each in (a, b))
        if one != other and name != leave_out:
            return name
    return "too few seeds" if few(a, b) else "fair"


def judged_in_lines(a, b):
    if a["network"] != b["network"]:
        return "network"
    if calls_of(a) != calls_of(b):
        return "calls"
    if a["w"] != b["w"]:
        return "w"
    if a["num_images"] != b["num_images"]:
        return "num_images"
    return "fair" if len(a["seeds"]) > 1 and len(b["seeds"]) > 1 else "too few seeds"


def the_same_steps(a, b):
    if a["network"] == b["network"]:
        differs = [a[name] != b[name] for name in ("steps", "velocities")]
        if any(differs) or (a["w"] == 0) != (b["w"] == 0):
            return "calls"
    return judged(a, b)


def seeds_first(a, b):
    return "too few seeds" if few(a, b) else judged(a, b)


def log_normal(x):
    return Normal(0.0, 1.0).log_prob(x).sum(dim=-1)


def walked(field, x, num_steps, sign=1, first=0):
    """Where Euler's method ends, and the divergences that it met, one row a step."""
    h, met = 1 / num_steps, []
    for k in range(num_steps):
        v, divergence = field(x, h * (k + first))
        x = x + sign * h * v
        met.append(divergence)
    return x, torch.stack(met)


def log_density(field, x, num_steps, density=log_normal, **how):
    end, met = walked(field, x, num_steps, **how)
    return density(end) + met.mean(dim=0)


def in_place(field, x, num_steps):
    y, h = x.clone(), 1 / num_steps
    total = -0.5 * x.shape[1] * math.log(2 * math.pi)
    for t in torch.arange(num_steps) * h:
        v, divergence = field(y, t)
        y += v * h
        total = total + divergence * h
    return total - y.square().sum(1) / 2


def as_it_stood(velocity_and_divergence, x, num_steps):
    total = 0
    for k in range(num_steps):
        v, divergence = velocity_and_divergence(x, k / num_steps)
        x, total = x + v / num_steps, total - divergence / num_steps
    return log_normal(x) + total


def after_the_step(field, x, num_steps):
    total = 0
    for k in range(num_steps):
        x = x + field(x, k / num_steps)[0] / num_steps
        total = total + field(x, k / num_steps)[1] / num_steps
    return log_normal(x) + total


def like_a_sampler(field, x, num_steps):
    total = 0
    for k in range(num_steps, 0, -1):
        v, divergence = field(x, k / num_steps)
        x, total = x - v / num_steps, total + divergence / num_steps
    return log_normal(x) + total


RIGHT = {
    "15.1": [ends, ends_solved],
    "15.2": [guided, converted_first],
    "15.3": [ranked, ranked_one_by_one],
    "15.4": [judged, judged_in_lines],
    "15.5": [log_density, in_place],
}
WRONG = {
    "15.1": {
        "exchanged": lambda v, x, t: [x + (1 - t) * v, x - t * v],
        "wrong way along the line": lambda v, x, t: ends(-v, x, t),
        "time gone and the time left": lambda v, x, t: ends(v, x, 1 - t),
        "whole velocity to either side": lambda v, x, t: (x - v, x + v),
        "to the noise you go a whole": lambda v, x, t: (x - t * v, x + v),
        "you go back as well": lambda v, x, t: (x - t * v, x + t * v - v),
        "answer for the noise": as_if_noise,
        "answer for the image": as_if_image,
        "v of notebook 14": on_the_circle,
        "not the ends": ways,
    },
    "15.2": {
        "one too much": lambda told, untold, x, t, s: guided(told, untold, x, t, s + 1),
        "one too little": lambda told, untold, x, t, s: guided(told, untold, x, t, s - 1),
        "two scores are exchanged": lambda told, untold, x, t, s: guided(untold, told, x, t, s),
        "away from what the label": lambda told, untold, x, t, s: guided(told, untold, x, t, -s),
        "the whole score with the label": lambda a, b, x, t, s: velocity_of(b + a * s, x, t),
        "and no more": lambda a, b, x, t, s: velocity_of((a - b) * s, x, t),
        "x_t counts too often": difference_converted,
        "this is the guided score": of_score(lambda score, x, t: score),
        "t and 1 - t are exchanged": of_score(lambda s, x, t: velocity_of(s, x, 1 - t)),
        "the sign is wrong": of_score(lambda s, x, t: -velocity_of(s, x, t)),
        "not multiplied by t": of_score(lambda s, x, t: velocity_of(s / t, x, t)),
        "by t squared": of_score(lambda s, x, t: velocity_of(t * s, x, t)),
        "division by 1 - t": of_score(lambda s, x, t: -x - t * s),
    },
    "15.3": {
        "let every w qualify": lambda rows, real: ranked(rows, real, checks=()),
        "those asked for": lambda rows, real: ranked(rows, real, checks=["coverage"]),
        "lost on the way": lambda rows, real: ranked(rows, real, checks=["accuracy"]),
        "content with one": either,
        "compare the accuracy with 1": lambda r, real: compared_with_one(r, real, "accuracy"),
        "compare the coverage with 1": lambda r, real: compared_with_one(r, real, "coverage"),
        "by the diversity": lambda rows, real: ranked(rows, real, ("accuracy", "diversity")),
        "exactly at the limit": above_limits,
        "leave them in the order": lambda rows, real: [r["w"] for r in qualifying(rows, real)],
        "largest distance first": lambda r, real: larger_w_first(r, real)[::-1],
        "sort by w": lambda rows, real: sorted(ranked(rows, real)),
        "sort by the accuracy": lambda r, real: ranked(r, real, by=["accuracy"], turned=True),
        "sort by the coverage": lambda r, real: ranked(r, real, by=["coverage"], turned=True),
        "you leave w in the order": lambda rows, real: ranked(rows, real, by=["distance"]),
        "larger w first": larger_w_first,
    },
    "15.4": {
        "compare the steps": lambda a, b: judged(a, b, lambda one: one["steps"]),
        "what guidance costs": lambda a, b: judged(a, b, lambda one: calls_of(one, guidance=False)),
        "several velocities": lambda a, b: judged(a, b, lambda one: calls_of(one, per_step=False)),
        "the solvers to be alike": the_same_steps,
        "multiply calls and images": lambda a, b: judged(
            a, b, lambda one: calls_of(one) * one["num_images"]
        ),
        "there are two networks": lambda a, b: judged(a, b, leave_out="network"),
        "call the network more often": lambda a, b: judged(a, b, leave_out="calls"),
        "different fields": lambda a, b: judged(a, b, leave_out="w"),
        "judged with more images": lambda a, b: judged(a, b, leave_out="num_images"),
        "w before the calls": lambda a, b: judged(a, b, order="network w calls num_images"),
        "name the later one": lambda a, b: judged(a, b, order="num_images w calls network"),
        "let a single seed pass": lambda a, b: judged(a, b, few=lambda a, b: False),
        "seeds of both together": lambda a, b: judged(a, b, few=few_together),
        "before you ask what differs": seeds_first,
    },
    "15.5": {
        "this is what stood there": as_it_stood,
        "does not count at all": lambda f, x, n: log_normal(walked(f, x, n)[0]),
        "of a whole time": lambda f, x, n: log_density(
            lambda x, t: (f(x, t)[0], n * f(x, t)[1]), x, n
        ),
        "after the step": after_the_step,
        "ends of the steps": lambda f, x, n: log_density(f, x, n, first=1),
        "against the velocity": lambda f, x, n: log_density(f, x, n, sign=-1),
        "as a sampler does": like_a_sampler,
        "stay where they are": lambda f, x, n: log_density(f, x, n, sign=0),
        "noise at the data": lambda f, x, n: log_normal(x) + walked(f, x, n)[1].mean(0),
        "not normalised": lambda f, x, n: log_density(f, x, n, lambda y: -(y**2).sum(1) / 2),
        "for one dimension": lambda f, x, n: log_density(
            f, x, n, lambda y: Normal(0.0, 1.0).log_prob(y.norm(dim=1))
        ),
        "mean over the dimensions": lambda f, x, n: log_density(
            f, x, n, lambda y: Normal(0.0, 1.0).log_prob(y).mean(dim=1)
        ),
        "half is missing": lambda f, x, n: log_density(f, x, n, lambda y: 2 * log_normal(y)),
        "minus log-densities": lambda f, x, n: -log_density(f, x, n),
    },
}
