"""Answers that learners may hand in to the exercises of notebook 16, right and wrong."""

import math
from collections import Counter
from statistics import mean, median

import torch
from torch.nn import functional as F


def nats_of(cost, unit):
    return {"nats": cost, "bits": cost * math.log(2)}.get(unit) or math.log(cost)


def cost(reports, nats_of=nats_of, weigh=True):
    rows = [(n if weigh else 1, nats_of(c, unit)) for n, c, unit in reports]
    nats = sum(n * c for n, c in rows) / sum(n for n, _ in rows)
    return nats / math.log(2), math.exp(nats)


def cost_in_tensors(reports):
    letters = torch.tensor([row[0] for row in reports]).double()
    nats = torch.tensor([nats_of(*row[1:]) for row in reports]).double()
    perplexity = ((letters * nats).sum() / letters.sum()).exp()
    return perplexity.log2(), perplexity


def perplexities_averaged(reports):
    rows = [(n, math.exp(nats_of(c, unit))) for n, c, unit in reports]
    perplexity = sum(n * p for n, p in rows) / sum(n for n, _ in rows)
    return [math.log2(perplexity), perplexity]


def two_means(reports):
    return cost(reports)[0], perplexities_averaged(reports)[1]


def bits_made(reports, change):
    bits, perplexity = cost(reports)
    return change(bits, math.log(perplexity)), perplexity


def perplexity_made(reports, change):
    bits, perplexity = cost(reports)
    return bits, change(bits, math.log(perplexity))


def with_unit(reports, wrong_unit, change):
    return cost(reports, lambda c, unit: change(c) if unit == wrong_unit else nats_of(c, unit))


def followers(text, seen):
    n = len(seen)
    return Counter(text[i] for i in range(n, len(text)) if text[i - n : i] == seen)


def mixed(text, letters, seen, p, alpha):
    came = followers(text, seen)
    return [
        (came[a] + alpha * q) / (sum(came.values()) + alpha)
        for a, q in zip(letters, p, strict=True)
    ]


def uniform(letters):
    return [1 / len(letters)] * len(letters)


def back_off(text, letters, context, alpha):
    p = uniform(letters)
    for start in range(len(context), -1, -1):
        p = mixed(text, letters, context[start:], p, alpha)
    return p


def back_off_by_recursion(text, letters, context, alpha):
    came = followers(text, context)
    counts = torch.tensor([came[letter] for letter in letters]).double()
    shorter = torch.full((len(letters),), 1 / len(letters)).double()
    if context:
        shorter = back_off_by_recursion(text, letters, context[1:], alpha)
    return (counts + alpha * shorter) / (counts.sum() + alpha)


def over_contexts(contexts, mix=mixed, start=uniform):
    """Mix over the contexts that `contexts` makes of the whole one."""

    def attempt(text, letters, context, alpha):
        p = start(letters)
        for seen in contexts(context):
            p = mix(text, letters, seen, p, alpha)
        return p

    return attempt


def shortest_first(context):
    return [context[start:] for start in range(len(context), -1, -1)]


def with_mix(mix):
    """Mix counts, visits and kinds by a formula of one letter."""

    def mix_all(text, letters, seen, p, alpha):
        came = followers(text, seen)
        visits, kinds = sum(came.values()), len(came)
        return [
            mix(came[a], visits, kinds, q, alpha, len(letters))
            for a, q in zip(letters, p, strict=True)
        ]

    return over_contexts(shortest_first, mix_all)


def context_at_the_end(text, letters, seen, p, alpha):
    came, visits = followers(text, seen), sum(followers(text, seen).values())
    visits += bool(seen) and text.endswith(seen)
    return [(came[a] + alpha * q) / (visits + alpha) for a, q in zip(letters, p, strict=True)]


def counted_by_str(text, letters, seen, p, alpha):
    came = [text.count(seen + a) for a in letters]
    return [(n + alpha * q) / (sum(came) + alpha) for n, q in zip(came, p, strict=True)]


def from_letters_of_the_text(text, letters, context, alpha):
    def start(letters):
        return [1 / len(set(text)) if a in text else 0 for a in letters]

    return over_contexts(shortest_first, start=start)(text, letters, context, alpha)


def text_cost(one):
    return one["nats"] * one["tokens"]


def compared(a, b, cost=text_cost, order=("text", "seen", "unknown"), **other):
    spoilt = {
        "text": a["text"] != b["text"],
        "seen": a["text"] in a["trained_on"] or b["text"] in b["trained_on"],
        "unknown": a["unknown"] + b["unknown"] > 0,
    } | {name: rule(a, b) for name, rule in other.items()}
    for name in order:
        if spoilt[name]:
            return name
    return "b" if cost(b) <= cost(a) else "a"


def compared_in_lines(a, b):
    if a["text"] != b["text"]:
        return "text"
    if a["text"] in a["trained_on"] + b["trained_on"]:
        return "seen"
    if a["unknown"] or b["unknown"]:
        return "unknown"
    bits = [one["nats"] / math.log(2) * one["tokens"] for one in (a, b)]
    return "ab"[bits[1] < bits[0]]


def both(name):
    return lambda a, b: a[name] > 0 and b[name] > 0


def seen_by_both(a, b):
    return all(one["text"] in one["trained_on"] for one in (a, b))


def judged(row, by_heart=lambda row: row["copied"] > max(row["others"]), enough=19, alike=None):
    if not (alike or (lambda row: row["length"] == row["other_length"]))(row):
        return "other lengths"
    if len(row["others"]) < enough:
        return "too few"
    return "by heart" if by_heart(row) else "usual"


def judged_by_rank(row):
    if row["length"] - row["other_length"]:
        return "other lengths"
    longer = [n for n in row["others"] if n >= row["copied"]]
    if len(row["others"]) <= 18:
        return "too few"
    return "usual" if longer else "by heart"


def judged_by(rule):
    return lambda row: judged(row, rule)


def however_few(row):
    return judged(row, lambda row: row["copied"] > max([0, *row["others"]]), enough=0)


def at_any_length(row):
    return judged(row, alike=lambda row: True)


def divided(row):
    share = row["copied"] / row["length"]
    return at_any_length(row | {"copied": share * row["other_length"]})


def number_first(row):
    return "too few" if len(row["others"]) < 19 else judged(row)


def who_sees(places, window):
    i, j = torch.meshgrid(torch.arange(places), torch.arange(places), indexing="ij")
    return (j <= i) & (i - j < window)


def heard(query, key, value, mask, root=None, dim=-1):
    scores = query @ key.transpose(-2, -1) / (query.shape[-1] ** 0.5 if root is None else root)
    scores[~mask] = -math.inf
    return torch.softmax(scores, dim) @ value


def heard_in_window(query, key, value, window):
    return heard(query, key, value, who_sees(len(query), window))


def heard_by_torch(query, key, value, window):
    ones = torch.ones(len(query), len(query), dtype=torch.bool)
    mask = ones.tril() & ones.triu(1 - window)
    return F.scaled_dot_product_attention(query[None], key[None], value[None], mask[None])[0]


def heard_place_by_place(query, key, value, window):
    rows = []
    for i in range(len(query)):
        start = max(0, i + 1 - window)
        weights = (key[start : i + 1] @ query[i] / query.shape[1] ** 0.5).softmax(dim=0)
        rows.append(weights @ value[start : i + 1])
    return torch.stack(rows)


def scaled_to_one_again(query, key, value, window):
    """Hidden after the softmax, and then scaled to add up to 1: the same as hidden before."""
    weights = (query @ key.T / math.sqrt(query.shape[1])).softmax(1) * who_sees(len(query), window)
    return weights / weights.sum(1, keepdim=True) @ value


def as_it_stood(query, key, value, window):
    ones = torch.ones(len(query), len(query))
    mask = ones.tril() - ones.tril(-window)
    return (query @ key.T / query.shape[-1] ** 0.5).softmax(dim=-1) * mask @ value


def times_zero(query, key, value, window):
    scores = query @ key.T / query.shape[-1] ** 0.5
    return (scores * who_sees(len(query), window)).softmax(dim=-1) @ value


def over_the_number(query, key, value, window):
    seen = torch.arange(len(query)).add(1).clamp(max=window)
    return as_it_stood(query, key, value, window) / seen[:, None]


def with_mask(mask, root=lambda query: query.shape[-1] ** 0.5, dim=-1):
    return lambda query, key, value, window: heard(
        query, key, value, mask(len(query), window), root(query), dim
    )


def ones(places):
    return torch.ones(places, places, dtype=torch.bool)


def one_ahead(places, window):
    return ones(places).tril(1) & ones(places).triu(2 - window)


RIGHT = {
    "16.1": [cost, cost_in_tensors],
    "16.2": [back_off, back_off_by_recursion],
    "16.3": [compared, compared_in_lines],
    "16.4": [judged, judged_by_rank],
    "16.5": [heard_in_window, heard_by_torch, heard_place_by_place, scaled_to_one_again],
}
WRONG = {
    "16.1": {
        "average over texts": lambda reports: cost(reports, weigh=False),
        "the bits follow from that": perplexities_averaged,
        "a mean of perplexities": two_means,
        "multiply nats by log 2": lambda r: bits_made(r, lambda bits, nats: nats * math.log(2)),
        "divide bits by log 2": lambda r: with_unit(r, "bits", lambda c: c / math.log(2)),
        "first number is in nats": lambda r: bits_made(r, lambda bits, nats: nats),
        "base 10": lambda r: bits_made(r, lambda bits, nats: math.log10(math.exp(nats))),
        "e to the power of the bits": lambda r: perplexity_made(r, lambda bits, nats: math.e**bits),
        "2 to the power of the nats": lambda r: perplexity_made(r, lambda bits, nats: 2**nats),
        "exchanged": lambda reports: list(reversed(cost(reports))),
        "all letters cost together": lambda r: bits_made(
            r, lambda bits, nats: bits * sum(n for n, _, _ in r)
        ),
        "take every cost for nats": lambda r: cost(r, lambda c, unit: c),
        "take a perplexity for nats": lambda r: with_unit(r, "perplexity", float),
        "log2 of a perplexity": lambda r: with_unit(r, "perplexity", math.log2),
    },
    "16.2": {
        "order without any letter": over_contexts(
            lambda context: [context[-k:] for k in range(len(context) + 1)]
        ),
        "shorten the context at its end": over_contexts(
            lambda context: [context[:k] for k in range(len(context) + 1)]
        ),
        "which nothing follows": over_contexts(shortest_first, context_at_the_end),
        "copies that overlap": over_contexts(shortest_first, counted_by_str),
        "from long to short": over_contexts(lambda context: shortest_first(context)[::-1]),
        "uniform distribution at once": over_contexts(lambda context: [context]),
        "stop one letter short": over_contexts(lambda context: shortest_first(context)[:-1]),
        "to every letter alike": with_mix(
            lambda n, visits, kinds, q, alpha, size: (n + alpha) / (visits + alpha * size)
        ),
        "begin with 0": over_contexts(shortest_first, start=lambda letters: [0] * len(letters)),
        "letters of the text only": from_letters_of_the_text,
        "the notebook's rule": with_mix(
            lambda n, visits, kinds, q, *more: (n + kinds * q) / (visits + kinds) if visits else q
        ),
        "alpha has no say": with_mix(lambda n, visits, k, q, *more: n / visits if visits else q),
        "divide by c without alpha": with_mix(
            lambda n, visits, k, q, alpha, size: (n + alpha * q) / (visits or 1)
        ),
        "take alpha for a share": with_mix(
            lambda n, visits, k, q, a, size: a * q + (1 - a) * n / visits if visits else q
        ),
        "sort the alphabet": lambda text, letters, *more: back_off(text, sorted(letters), *more),
        "logarithms": lambda *given: torch.tensor(back_off(*given)).double().log(),
    },
    "16.3": {
        "the cost of a token": lambda a, b: compared(a, b, lambda one: one["nats"]),
        "logarithm of the vocabulary": lambda a, b: compared(
            a, b, lambda one: one["nats"] / math.log2(one["vocabulary"])
        ),
        "divide by the tokens": lambda a, b: compared(
            a, b, lambda one: one["nats"] / one["tokens"]
        ),
        "number of tokens": lambda a, b: compared(a, b, lambda one: one["tokens"]),
        "text is dearer": lambda a, b: compared(a, b, lambda one: -text_cost(one)),
        "two texts": lambda a, b: compared(a, b, order=("seen", "unknown")),
        "may have been seen": lambda a, b: compared(a, b, order=("text", "unknown")),
        "of a only": lambda a, b: compared(a, b, seen=lambda a, b: a["text"] in a["trained_on"]),
        "one of the two has seen": lambda a, b: compared(a, b, seen=seen_by_both),
        "trained on the same": lambda a, b: compared(
            a, b, seen=lambda a, b: a["trained_on"] != b["trained_on"]
        ),
        "skip what it does not know": lambda a, b: compared(a, b, order=("text", "seen")),
        "alone has unknown": lambda a, b: compared(a, b, unknown=both("unknown")),
        "both have as many": lambda a, b: compared(
            a, b, unknown=lambda a, b: a["unknown"] != b["unknown"]
        ),
        "another number of tokens": lambda a, b: compared(
            a, b, text=lambda a, b: a["text"] != b["text"] or a["tokens"] != b["tokens"]
        ),
        "before you ask for the text": lambda a, b: compared(
            a, b, order=("seen", "text", "unknown")
        ),
        "before you ask what was seen": lambda a, b: compared(
            a, b, order=("text", "unknown", "seen")
        ),
        "you name the last": lambda a, b: compared(a, b, order=("unknown", "seen", "text")),
    },
    "16.4": {
        "most of the sample": judged_by(lambda row: row["copied"] > 0.5 * row["length"]),
        "a number of your own": judged_by(lambda row: row["copied"] >= 55),
        "what an n-gram copies": judged_by(lambda row: row["copied"] > row["ngram"]),
        "of an n-gram, too": judged_by(
            lambda row: row["copied"] > max([row["ngram"], *row["others"]])
        ),
        "the mean": judged_by(lambda row: row["copied"] > mean(row["others"])),
        "the median": judged_by(lambda row: row["copied"] > median(row["others"])),
        "the shortest": judged_by(lambda row: row["copied"] > min(row["others"])),
        "as long as the longest other": judged_by(lambda row: row["copied"] >= max(row["others"])),
        "verdicts are exchanged": judged_by(lambda row: row["copied"] <= max(row["others"])),
        "how many other pieces": however_few,
        "want 20": lambda row: judged(row, enough=20),
        "content with 10": lambda row: judged(row, enough=10),
        "equally long": at_any_length,
        "accept longer": lambda row: judged(
            row, alike=lambda row: row["length"] <= row["other_length"]
        ),
        "divide by the lengths": divided,
        "before you compare their lengths": number_first,
    },
    "16.5": {
        "this is what stood there": as_it_stood,
        "e to the 0 is 1": times_zero,
        "number of places seen": over_the_number,
        "sees all": with_mask(lambda places, window: ones(places)),
        "wrong one": with_mask(lambda places, window: who_sees(places, window).T),
        "however far": with_mask(lambda places, window: ones(places).tril()),
        "too long": with_mask(lambda places, window: who_sees(places, window + 1)),
        "too short": with_mask(lambda places, window: who_sees(places, window - 1)),
        "sees the next one": with_mask(one_ahead),
        "open on both sides": with_mask(
            lambda places, window: ones(places).tril(window - 1).triu(1 - window)
        ),
        "show the rest": with_mask(lambda places, window: ~who_sees(places, window)),
        "over those who ask": with_mask(who_sees, dim=-2),
        "root of d is missing": with_mask(who_sees, root=lambda query: 1),
        "divide by d": with_mask(who_sees, root=lambda query: query.shape[-1]),
        "number of places.": with_mask(who_sees, root=lambda query: math.sqrt(len(query))),
        "queries answer": lambda query, key, *more: heard_in_window(key, query, *more),
    },
}
