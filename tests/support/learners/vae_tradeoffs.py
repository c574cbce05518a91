"""Answers that learners may hand in to the exercises of notebook 11, right and wrong."""

import math

import torch


def bound(log_w):
    largest = log_w.max(dim=0).values
    return largest + (log_w - largest).exp().mean(dim=0).log()


def free_bits(distortion, kl, beta, free):
    price = torch.maximum(kl.mean(0), torch.tensor(free))
    return distortion.mean() + beta * price.sum()


def in_parts(parts):
    total, count = None, 0
    for part in parts:
        here = torch.logsumexp(part, 0)
        total = here if total is None else torch.logaddexp(total, here)
        count += part.shape[0]
    return total - math.log(count)


def mean_of_logs(log_w):
    return log_w.sum(0) / len(log_w)


def sum_for_mean(log_w):
    return torch.logsumexp(log_w, 0)


def wrong_sign(log_w):
    return torch.logsumexp(log_w, 0) + math.log(log_w.shape[0])


def divided_log(log_w):
    return torch.logsumexp(log_w, 0) / log_w.shape[0]


def underflow(log_w):
    return torch.log(torch.exp(log_w).mean(0))


def over_images(log_w):
    return torch.logsumexp(log_w, 1) - math.log(log_w.size(1))


def best_sample(log_w):
    return log_w.amax(0)


def beta_on_distortion(distortion, kl, beta, free):
    return beta * distortion.mean() + torch.clamp(kl.mean(0), min=free).sum()


def no_beta(distortion, kl, beta, free):
    return distortion.mean() + torch.clamp(kl.mean(0), min=free).sum()


def capped(distortion, kl, beta, free):
    return distortion.mean() + beta * torch.minimum(kl.mean(0), torch.tensor(free)).sum()


def image_by_image(distortion, kl, beta, free):
    return (distortion + beta * torch.clamp(kl, min=free).sum(1)).mean()


def whole_code(distortion, kl, beta, free):
    return distortion.mean() + beta * torch.clamp(kl.sum(1).mean(), min=free)


def subtracted(distortion, kl, beta, free):
    return distortion.mean() + beta * (kl.mean(0) - free).sum()


def mean_over_dimensions(distortion, kl, beta, free):
    return distortion.mean() + beta * torch.clamp(kl.mean(0), min=free).mean()


def comparable(a, b, static_is_dynamic=False):
    if a[0] != b[0] or a[2] != b[2]:
        return False
    kinds = {a[1], b[1]}
    if a[0] == 1:
        kinds = {"dynamic" if kind == "grey" else kind for kind in kinds}
    elif "grey" in kinds:
        return False
    if static_is_dynamic and kinds == {"static", "dynamic"}:
        return True
    return len(kinds) == 1


def with_k_of(change):
    return lambda a, b: comparable((change(a[0], b[0]), *a[1:]), (change(a[0], b[0]), *b[1:]))


def same_sort(a, b):
    if (a[0] > 1) != (b[0] > 1):
        return False
    return with_k_of(min)(a, b)


def grey_weights_too(a, b):
    return comparable(a, b) or (a == b and a[1] == "grey")


def same_words_only(a, b):
    return comparable(a, b) and a[1] == b[1]


def never_grey(a, b):
    return comparable(a, b) and "grey" not in (a[1], b[1])


def any_images(a, b):
    return comparable(a[:2] + ("test",), b[:2] + ("test",))


def winner(losses_a, losses_b, cost_a, cost_b, errors=3.0, margin=None, cheap=None):
    gains = losses_a - losses_b  # above 0: b is better
    if margin is None:
        margin = errors * torch.std(gains) / math.sqrt(len(gains))
    best = "b" if gains.mean() > 0 else "a"
    if abs(gains.mean()) <= margin:
        return "open"
    spent, other = (cost_b, cost_a) if best == "b" else (cost_a, cost_b)
    return best if (cheap or (lambda spent, other: spent <= other))(spent, other) else "unfair"


def unpaired(losses_a, losses_b, *costs):
    variance = losses_a.var() / len(losses_a) + losses_b.var() / len(losses_b)
    return winner(losses_a, losses_b, *costs, margin=3 * math.sqrt(variance))


def budget_first(losses_a, losses_b, cost_a, cost_b):
    better = cost_b if losses_b.mean() < losses_a.mean() else cost_a
    if better > min(cost_a, cost_b):
        return "unfair"
    return winner(losses_a, losses_b, cost_a, cost_b)


def larger_loss(losses_a, losses_b, *costs):
    return winner(-losses_a, -losses_b, *costs)


def typical_image(losses_a, losses_b, cost_a, cost_b):
    gains = losses_a - losses_b
    middle = gains.quantile(0.5)
    lower = gains.sort().values[(len(gains) - 1) // 2]
    if abs(lower) <= 3 * gains.std() / math.sqrt(len(gains)):
        return "open"
    mine, theirs = (cost_b, cost_a) if middle > 0 else (cost_a, cost_b)
    return "unfair" if mine > theirs else ("b" if middle > 0 else "a")


def averaged_bounds(parts):
    return sum(bound(part) for part in parts) / len(parts)


def weighted_bounds(parts):
    total = sum(len(part) for part in parts)
    return sum(len(part) / total * bound(part) for part in parts)


def parts_count_alike(parts):
    return torch.stack([bound(p) for p in parts]).logsumexp(0) - math.log(len(parts))


def sum_of_parts(parts):
    return torch.stack([torch.logsumexp(p, 0) for p in parts]).logsumexp(0)


def number_of_parts(parts):
    return sum_of_parts(parts) - math.log(len(parts))


def elbo_of_parts(parts):
    return torch.cat(parts).mean(0)


def best_part(parts):
    return torch.stack([bound(p) for p in parts]).amax(0)


RIGHT = {
    "11.1": [bound, lambda log_w: torch.logsumexp(log_w, 0) - math.log(log_w.shape[0])],
    "11.2": [comparable],
    "11.3": [free_bits],
    "11.4": [winner],
    "11.5": [in_parts],
}
WRONG = {
    "11.1": {
        "mean of the logs": mean_of_logs,
        "log k is missing": sum_for_mean,
        "wrong sign": wrong_sign,
        "divide the logarithm": divided_log,
        "underflow": underflow,
        "over the images": over_images,
        "largest weight alone": best_sample,
    },
    "11.2": {
        "different k": with_k_of(lambda k, other: k if k == other else 1 + (k + other > 600)),
        "tell -ELBO from NLL": same_sort,
        "a fixed binary draw": lambda a, b: comparable(a, b, static_is_dynamic=True),
        "importance weights of grey pixels": grey_weights_too,
        "the -ELBO of grey pixels beside": same_words_only,
        "grey pixels altogether": never_grey,
        "different test images": any_images,
    },
    "11.3": {
        "beta stands before the distortion": beta_on_distortion,
        "beta is forgotten": no_beta,
        "cap the KL from above": capped,
        "image by image": image_by_image,
        "one allowance for the whole code": whole_code,
        "never stop": subtracted,
        "average over the dimensions": mean_over_dimensions,
    },
    "11.4": {
        "the spread of images": unpaired,
        "one standard error": lambda *them: winner(*them, errors=1.0),
        "whatever the error is": lambda *them: winner(*them, errors=0.0),
        "three standard deviations": lambda a, b, *costs: winner(
            a, b, *costs, margin=3 * (a - b).std()
        ),
        "what each training cost": lambda *them: winner(*them, cheap=lambda spent, other: True),
        "had less to spend": lambda *them: winner(*them, cheap=lambda spent, other: spent == other),
        "no difference is shown": budget_first,
        "the larger loss": larger_loss,
        "the typical image": typical_image,
    },
    "11.5": {
        "the logs of the parts are averaged": averaged_bounds,
        "still a mean of logs": weighted_bounds,
        "different length": parts_count_alike,
        "log k is missing": sum_of_parts,
        "number of parts": number_of_parts,
        "the ELBO": elbo_of_parts,
        "largest bound": best_part,
    },
}
