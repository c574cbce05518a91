"""Answers that learners may hand in to the exercises of notebook 14, right and wrong."""

import math

import torch


def shares(betas, left=lambda b: 1 - b):
    kept = [1.0]
    for beta in betas.tolist():
        kept.append(kept[-1] * left(beta))
    return kept


def sum_of_steps(betas):
    return [1 - betas[:t].sum() for t in range(len(betas) + 1)]


def endlessly_small(betas):
    return torch.stack([(-betas[:t].sum()).exp() for t in range(len(betas) + 1)])


def only_its_own(betas):
    left = torch.ones(len(betas) + 1, dtype=betas.dtype)
    left[1:] -= betas
    return left


def one_late(betas):
    return [1.0] + shares(betas)[:-1]


def without_the_last(betas):
    return [math.prod((1 - betas[:t]).tolist()) for t in range(len(betas))]


def report_verdict(samples, real, ruler="coverage", readable=None, coverage=None):
    if samples["readable"] * 3 < (readable or real["readable"]):
        return "not digits"
    return "few pictures" if 2 * samples[ruler] < (coverage or real[ruler]) else "no fault seen"


def readable_alone(samples, real):
    return "not digits" if samples["readable"] < real["readable"] / 3 else "no fault seen"


def suspects(samples, real, more=lambda samples, real: True):
    if readable_alone(samples, real) == "not digits":
        return "not digits"
    clear = samples["readable"] >= real["readable"] + 0.01
    return "few pictures" if clear and more(samples, real) else "no fault seen"


def half_covered(samples, real):
    return samples["coverage"] / real["coverage"] < 0.5


def every_loss(samples, real):
    if report_verdict(samples, real) != "no fault seen":
        return report_verdict(samples, real)
    return "few pictures" if samples["coverage"] < 0.97 * real["coverage"] else "no fault seen"


def coverage_first(samples, real):
    return "few pictures" if half_covered(samples, real) else readable_alone(samples, real)


def by_distance(samples, real):
    if samples["readable"] < real["readable"] / 3:
        return "not digits"
    return "few pictures" if samples["distance"] >= 8 * real["distance"] else "no fault seen"


def unequal(a, b, names=("network", "calls", "num_images")):
    for name in names:
        if a[name] != b[name]:
            return name
    return ""


def seeds_judged(a, b):
    return "" if len(a["seeds"]) > 1 and len(b["seeds"]) > 1 else "too few seeds"


def settings_judged(a, b):
    again = [s for one in (a, b) for s in one["seeds"] if s in one["chosen_on"]]
    return "reused seeds" if again else ""


def judged_fair(a, b, names=("network", "calls", "num_images")):
    return unequal(a, b, names) or seeds_judged(a, b) or settings_judged(a, b) or "fair"


def total_price(a, b):
    if unequal(a, b, ["network"]):
        return "network"
    if a["calls"] * a["num_images"] != b["calls"] * b["num_images"]:
        return "calls"
    return judged_fair(a, b, [])


def any_seeds(a, b):
    return unequal(a, b) or settings_judged(a, b) or "fair"


def seeds_together(a, b):
    few = "too few seeds" if len(a["seeds"] + b["seeds"]) < 2 else ""
    return unequal(a, b) or few or settings_judged(a, b) or "fair"


def seeds_first(a, b):
    return seeds_judged(a, b) or judged_fair(a, b)


def any_settings(a, b):
    return unequal(a, b) or seeds_judged(a, b) or "fair"


def own_seeds(a, b):
    common = [seed for seed in a["seeds"] if seed in b["seeds"]]
    return unequal(a, b) or seeds_judged(a, b) or ("reused seeds" if common else "fair")


def both_errors(dv, share, power=2.0):
    a, sigma = math.sqrt(share), math.sqrt(1 - share)
    size = torch.stack([(each**2).sum() for each in dv])
    return sigma**power * size, a**power * size


def mean_errors(dv, share):
    rows = dv.reshape(len(dv), -1)
    a, sigma = share.sqrt(), (1 - share).sqrt()
    return (sigma * rows).pow(2).mean(1), (a * rows).pow(2).mean(1)


def lengths(dv, share):
    rows = dv.reshape(len(dv), -1)
    return ((1 - share).sqrt() * rows).norm(dim=1), (share.sqrt() * rows).norm(dim=1)


def whole_batch(dv, share):
    return ((1 - share).sqrt() * dv).pow(2).sum(), (share.sqrt() * dv).pow(2).sum()


def held_fixed(dv, share):
    rows = dv.reshape(len(dv), -1)
    return (rows / (1 - share).sqrt()).pow(2).sum(1), (rows / share.sqrt()).pow(2).sum(1)


def steps_of(num_steps, calls):
    """From num_steps to 0, by whole numbers alone: half is added before the division."""
    return [(2 * num_steps * k + calls) // (2 * calls) for k in range(calls, -1, -1)]


def visits(num_steps, calls):
    steps = steps_of(num_steps, calls)
    return [(steps[i], steps[i + 1]) for i in range(calls)]


def spaced_by_torch(num_steps, calls):
    steps = torch.linspace(num_steps, 0, calls + 1).round()
    return torch.stack([steps[:-1], steps[1:]], dim=1)


def one_back(num_steps, calls):
    return [[t, t - 1] for t in steps_of(num_steps, calls) if t > 0]


def too_few(num_steps, calls):
    steps = torch.linspace(num_steps, 0, calls).round().tolist()
    return list(zip(steps[:-1], steps[1:], strict=True))


def stops_early(num_steps, calls):
    steps = steps_of(num_steps, calls)[:-1]
    return list(zip(steps, steps[1:], strict=False))


def with_stride(num_steps, calls):
    pairs, t, stride = [], num_steps, num_steps // calls
    while t > 0:
        pairs.append((t, max(0, t - stride)))
        t -= stride
    return pairs


def calls_strides(num_steps, calls):
    stride = num_steps // calls
    return [(num_steps - k * stride, num_steps - (k + 1) * stride) for k in range(calls)]


def to_one(num_steps, calls):
    between = (num_steps - 1) / max(calls - 1, 1)
    steps = [round(num_steps - k * between) for k in range(calls)] + [0]
    return list(zip(steps, steps[1:], strict=False))


def cut_off(num_steps, calls):
    steps = [num_steps * k // calls for k in range(calls + 1)][::-1]
    return list(zip(steps, steps[1:], strict=False))


RIGHT = {
    "14.1": [shares, lambda betas: torch.cat([betas.new_ones(1), (1 - betas).cumprod(0)])],
    "14.2": [report_verdict],
    "14.3": [judged_fair],
    "14.4": [both_errors],
    "14.5": [visits, spaced_by_torch],
}
WRONG = {
    "14.1": {
        "after 0 steps": lambda betas: (1 - betas).cumprod(0),
        "after the last step": without_the_last,
        "add up what the steps add": sum_of_steps,
        "endlessly small steps": endlessly_small,
        "factor of the image": lambda betas: shares(betas, left=lambda b: math.sqrt(1 - b)),
        "multiply what the steps add": lambda betas: shares(betas, left=lambda b: b),
        "share of the noise": lambda betas: [1 - share for share in shares(betas)],
        "its own step only": only_its_own,
        "one step late": one_late,
    },
    "14.2": {
        "trust the readable share alone": readable_alone,
        "suspect samples only because": suspects,
        "only where more can be read": lambda s, r: suspects(s, r, more=half_covered),
        "compare the coverage with 1": lambda s, r: report_verdict(s, r, coverage=1),
        "compare the readable share with 1": lambda s, r: report_verdict(s, r, readable=1),
        "every loss of coverage": every_loss,
        "ask for the coverage first": coverage_first,
        "went by the diversity": lambda s, r: report_verdict(s, r, ruler="diversity"),
        "went by the distance": by_distance,
    },
    "14.3": {
        "want eta to agree": lambda a, b: judged_fair(
            a, b, ["network", "calls", "num_images", "eta"]
        ),
        "there are two networks": lambda a, b: judged_fair(a, b, ["calls", "num_images"]),
        "call the network more often": lambda a, b: judged_fair(a, b, ["network", "num_images"]),
        "judged with more images": lambda a, b: judged_fair(a, b, ["network", "calls"]),
        "multiply calls and images": total_price,
        "let a single seed pass": any_seeds,
        "seeds of both together": seeds_together,
        "before you ask what differs": seeds_first,
        "name the later one": lambda a, b: judged_fair(a, b, ["num_images", "calls", "network"]),
        "on which their settings were chosen": any_settings,
        "want the two to have different seeds": own_seeds,
    },
    "14.4": {
        "exchanged": lambda dv, share: both_errors(dv, share)[::-1],
        "factors of dv are not squared": lambda dv, share: both_errors(dv, share, power=1.0),
        "they are squares already": lambda dv, share: both_errors(dv, share, power=4.0),
        "held the noise fixed": held_fixed,
        "whole error of v": lambda dv, share: both_errors(dv, share, power=0.0),
        "these are lengths": lengths,
        "mean over a sample's numbers": mean_errors,
        "all samples are in one sum": whole_batch,
    },
    "14.5": {
        "this is what stood there": one_back,
        "the last pair is missing": stops_early,
        "one call too few": too_few,
        "call once too often": with_stride,
        "ends before 0": calls_strides,
        "starts at num_steps - 1": lambda num, calls: spaced_by_torch(num - 1, calls),
        "from num_steps to 1": to_one,
        "rising order": lambda num, calls: [*reversed(visits(num, calls))],
        "s comes first": lambda num, calls: [pair[::-1] for pair in visits(num, calls)],
        "cut the steps off": cut_off,
    },
}
