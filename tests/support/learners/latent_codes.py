"""Answers that learners may hand in to the exercises of notebook 13, right and wrong."""

import math

import torch


def nearest(z_e, entries):
    return (z_e[:, None] - entries[None]).square().sum(2).argmin(1)


def k_means(z_e, entries):
    new, index = entries.clone(), nearest(z_e, entries)
    for k in index.unique().tolist():
        new[k] = z_e[index == k].mean(0)
    return new


def with_table(z_e, entries, divide):
    chosen = torch.nn.functional.one_hot(nearest(z_e, entries), len(entries)).to(z_e.dtype)
    return (chosen.T @ z_e) / divide(chosen)


def to_zero(z_e, entries):
    return with_table(z_e, entries, lambda chosen: chosen.sum(0)[:, None].clamp(min=1))


def zero_by_zero(z_e, entries):
    return with_table(z_e, entries, lambda chosen: chosen.sum(0)[:, None])


def only_used(z_e, entries, change):
    index = nearest(z_e, entries)
    new = entries.clone()
    for k in range(len(entries)):
        if (index == k).any():
            new[k] = change(z_e[index == k], entries[k], z_e)
    return new


def farthest(z_e, entries):
    index, new = torch.cdist(z_e, entries).max(1).indices, entries.clone()
    for k in index.unique():
        new[k] = z_e[index == k].mean(0)
    return new


def entries_choose(z_e, entries):
    return z_e[(entries[:, None] - z_e[None]).norm(dim=2).argmin(1)]


def nats(num_symbols, counts, paid=None, best=None, log=math.log):
    p = [n / sum(counts.tolist()) for n in counts.tolist() if n]
    entropy = num_symbols * sum(-a * log(a) for a in p)
    paid = num_symbols * log(len(counts)) if paid is None else paid(num_symbols, len(counts), p)
    return paid, entropy if best is None else best(num_symbols, len(counts), p)


def entropy_of(p):
    return sum(-a * math.log(a) for a in p)


def with_all_entries(num_symbols, counts):
    p = counts / sum(counts)
    return num_symbols * math.log(len(p)), num_symbols * torch.sum(-p * torch.log(p))


def verdict(num_codes, perplexity, num_vectors, distortion, kl, few=10):
    if num_vectors < few * num_codes:
        return "cannot say"
    return "collapse" if 4 * perplexity < num_codes else "in use"


def hundred_suffice(num_codes, perplexity, num_vectors, distortion, kl):
    if num_vectors < 100:
        return "cannot say"
    return verdict(num_codes, perplexity, num_vectors, distortion, kl, few=0)


def judged_by(bad):
    def attempt(num_codes, perplexity, num_vectors, distortion, kl):
        if num_vectors < 10 * num_codes:
            return "cannot say"
        return "collapse" if bad(num_codes, perplexity, distortion, kl) else "in use"

    return attempt


def fitted(codes, factors, new_codes, bias=True):
    inputs, new_inputs = (
        torch.nn.functional.pad(c, (0, int(bias)), value=1) for c in (codes, new_codes)
    )
    return new_inputs @ torch.linalg.pinv(inputs) @ factors


def share(codes, factors, new_codes, new_factors, bias=True):
    error = (new_factors - fitted(codes, factors, new_codes, bias)).square().mean(0)
    return 1 - error / new_factors.var(0, correction=0)


def on_the_labelled(codes, factors, new_codes, new_factors):
    return share(codes, factors, codes, factors)


def around_the_old_mean(codes, factors, new_codes, new_factors):
    error = (new_factors - fitted(codes, factors, new_codes)).square().sum(0)
    return 1 - error / (new_factors - factors.mean(0)).square().sum(0)


def correlation(codes, factors, new_codes, new_factors):
    guess = fitted(codes, factors, new_codes)
    guess, truth = guess - guess.mean(0), new_factors - new_factors.mean(0)
    return (guess * truth).sum(0).square() / (guess.square().sum(0) * truth.square().sum(0))


def forgiving(codes, factors, new_codes, new_factors):
    error = (new_factors - fitted(codes, factors, new_codes)).var(0)
    return 1 - error / new_factors.var(0)


def absolute(codes, factors, new_codes, new_factors):
    error = (new_factors - fitted(codes, factors, new_codes)).abs().sum(0)
    return 1 - error / (new_factors - new_factors.mean(0)).abs().sum(0)


def one_for_both(codes, factors, new_codes, new_factors):
    error = (new_factors - fitted(codes, factors, new_codes)).square().sum()
    spread = (new_factors - new_factors.mean(0)).square().sum()
    return (1 - error / spread).repeat(2)


def passes(z_e, entry):
    return z_e - z_e.detach() + entry.detach()


RIGHT = {
    "13.1": [k_means],
    "13.2": [nats],
    "13.3": [verdict],
    "13.4": [share],
    "13.5": [passes],
}
WRONG = {
    "13.1": {
        "jumps to zero": to_zero,
        "becomes 0 / 0": zero_by_zero,
        "add the vectors of an entry up": lambda z, e: only_used(z, e, lambda o, _, z: o.sum(0)),
        "number of all vectors": lambda z, e: only_used(z, e, lambda o, _, z: o.sum(0) / len(z)),
        "farthest entry": farthest,
        "on the vector that is nearest to it": entries_choose,
        "went on after one step": lambda z, e: k_means(z, k_means(z, e)),
        "half of the way": lambda z, e: only_used(z, e, lambda o, e, z: e + 0.5 * (o.mean(0) - e)),
    },
    "13.2": {
        "symbols for the entries": lambda m, c: nats(m, c, paid=lambda m, k, p: k * math.log(m)),
        "let the uniform prior off": lambda m, c: nats(
            m, c, paid=lambda m, k, p: m * math.log(len(p))
        ),
        "one symbol of the code": lambda m, c: nats(1, c),
        "these are bits": lambda m, c: nats(m, c, log=math.log2),
        "the perplexity": lambda m, c: nats(m, c, best=lambda m, k, p: m * math.exp(entropy_of(p))),
        "0 times log 0": with_all_entries,
        "not the best": lambda m, c: nats(m, c, best=lambda m, k, p: m * math.log(k)),
        "uniform over the used entries": lambda m, c: nats(
            m, c, best=lambda m, k, p: m * math.log(len(p))
        ),
    },
    "13.3": {
        "handful of vectors": lambda *report: verdict(*report, few=0),
        "depends on the number of entries": hundred_suffice,
        "with a number, not with K": judged_by(lambda k, use, d, kl: use < 4.5),
        "went by the distortion": judged_by(lambda k, use, d, kl: d >= 85),
        "went by the KL": judged_by(lambda k, use, d, kl: kl < 0.99 * 49 * math.log(k)),
        "exchanged": judged_by(lambda k, use, d, kl: 4 * use > k),
    },
    "13.4": {
        "no constant": lambda *given: share(*given, bias=False),
        "rows that the map was fitted to": on_the_labelled,
        "mean of the labelled rows": around_the_old_mean,
        "squared correlation": correlation,
        "as `var` forgives it": forgiving,
        "absolute errors": absolute,
        "both factors get one share": one_for_both,
    },
    "13.5": {
        "this is what stood there": lambda z, e: e - e.detach() + z.detach(),
        "encoder gets no gradient": lambda z, e: e + (z - z),
        "nothing is quantised": lambda z, e: 1 * z,
        "the decoder's gradient, too": lambda z, e: z - z.detach() + e,
        "all is detached.": lambda z, e: (e + z - z).detach(),
    },
}
