"""Answers that learners may hand in to the exercises of notebook 11, right and wrong."""

import math

import torch


def bound(log_w):
    largest = log_w.max(dim=0).values
    return largest + (log_w - largest).exp().mean(dim=0).log()


def passes(images):
    seen = [(torch.rand(images.shape) < images).to(images.dtype) for _ in range(3)]
    return torch.stack(seen)


def passes_at_once(images):
    return torch.bernoulli(images.repeat(3, 1, 1, 1, 1))


def free_bits(distortion, kl, beta, free):
    price = torch.maximum(kl.mean(0), torch.tensor(free))
    return distortion.mean() + beta * price.sum()


def rates(eigenvalues, beta, noise_variance):
    level = beta * noise_variance
    alive = eigenvalues > level
    return torch.where(alive, 0.5 * torch.log(eigenvalues / level), torch.zeros_like(eigenvalues))


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


def binarised_once(images):
    fixed = torch.bernoulli(images)
    return torch.stack([fixed, fixed, fixed])


def cut_at_half(images):
    return torch.stack([images.round() for _ in range(3)])


def left_grey(images):
    return torch.stack([images] * 3)


def one_noise_for_all_images(images):
    noise = torch.rand(3, 1, *images.shape[1:])
    return (noise < images).float()


def one_number_an_image(images):
    noise = torch.rand(3, len(images), 1, 1, 1)
    return (noise < images).float()


def inverted(images):
    return torch.stack([(torch.rand_like(images) > images).float() for _ in range(3)])


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


def negative_rates(eigenvalues, beta, noise_variance):
    return 0.5 * torch.log(eigenvalues / (beta * noise_variance))


def beta_forgotten(eigenvalues, beta, noise_variance):
    return torch.relu(0.5 * torch.log(eigenvalues / noise_variance))


def half_forgotten(eigenvalues, beta, noise_variance):
    return torch.relu(torch.log(eigenvalues / (beta * noise_variance)))


def by_standard_deviation(eigenvalues, beta, noise_variance):
    return torch.relu(0.5 * torch.log(eigenvalues / (beta * math.sqrt(noise_variance))))


def beta_above(eigenvalues, beta, noise_variance):
    return torch.relu(0.5 * torch.log(beta * eigenvalues / noise_variance))


def capacity(eigenvalues, beta, noise_variance):
    return 0.5 * torch.log1p(eigenvalues / (beta * noise_variance))


def in_bits(eigenvalues, beta, noise_variance):
    return torch.relu(0.5 * torch.log2(eigenvalues / (beta * noise_variance)))


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
    "11.2": [passes, passes_at_once],
    "11.3": [free_bits],
    "11.4": [rates],
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
        "binarise once": binarised_once,
        "cut at one half": cut_at_half,
        "still grey": left_grey,
        "share one set of random numbers": one_noise_for_all_images,
        "share one random number": one_number_an_image,
        "exchanged": inverted,
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
        "some rates are negative": negative_rates,
        "beta is forgotten": beta_forgotten,
        "the half is missing": half_forgotten,
        "standard deviation": by_standard_deviation,
        "wrong side": beta_above,
        "no dimension ever dies": capacity,
        "bits, not nats": in_bits,
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
