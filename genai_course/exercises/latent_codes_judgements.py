"""Exercises 13.2 and 13.3: how many nats a code of symbols carries, which report shows collapse."""

import math

import torch

from genai_course.exercises.engine import Exercise, Mistake

# 13.2 ------------------------------------------------------------------------------------------

USES = {  # symbols in a code, how often each entry of the codebook is chosen
    "one symbol of four, all used alike": (1, (5, 5, 5, 5)),
    "49 symbols of four, all used alike": (49, (5, 5, 5, 5)),
    "49 symbols of four, one of them rare": (49, (40, 30, 29, 1)),
    "49 symbols of eight, of which two are used": (49, (10, 0, 0, 30, 0, 0, 0, 0)),
    "16 symbols of three, of which one is used": (16, (0, 7, 0)),
}


def _observe_nats(attempt):
    return {
        f"the nats of {name}": torch.stack(
            [torch.as_tensor(nats) for nats in attempt(symbols, torch.tensor(use).double())]
        )
        for name, (symbols, use) in USES.items()
    }


def _entropy(counts, log=torch.log):
    share = counts / counts.sum()
    share = share[share > 0]
    return -(share * log(share)).sum()


def _nats(paid=lambda m, c: m * math.log(len(c)), at_best=lambda m, c: m * _entropy(c)):
    return lambda num_symbols, counts: (paid(num_symbols, counts), at_best(num_symbols, counts))


NATS = Exercise(
    number="13.2",
    title="Judge: how many nats does a code carry?",
    asks="`attempt(num_symbols, counts)` returns two numbers: paid, and at best.",
    observe=_observe_nats,
    reference=_nats(),
    praise="the uniform prior is paid in full; frequencies are worth their entropy",
    mistakes=(
        Mistake(
            _nats(paid=lambda m, c: len(c) * math.log(m)),
            "you took the symbols for the entries: this is K log M.",
            "each of the M symbols is one of K.",
            "There are K ** M codes; the logarithm of that is M log K.",
        ),
        Mistake(
            _nats(paid=lambda m, c: m * math.log(int((c > 0).sum()))),
            "you let the uniform prior off entries that are never used.",
            "it gives 1 / K to each entry, used or not.",
            "The KL is M log K, whatever the encoder chooses.",
        ),
        Mistake(
            _nats(paid=lambda m, c: math.log(len(c)), at_best=lambda m, c: _entropy(c)),
            "you counted one symbol of the code.",
            "the code has M of them.",
            "Multiply both by num_symbols.",
        ),
        Mistake(
            _nats(
                paid=lambda m, c: m * math.log2(len(c)),
                at_best=lambda m, c: m * _entropy(c, torch.log2),
            ),
            "these are bits.",
            "a bit is log 2 = 0.69 nats.",
            "Use the natural logarithm.",
        ),
        Mistake(
            _nats(at_best=lambda m, c: m * _entropy(c).exp()),
            "the second number is the perplexity, not its logarithm.",
            "perplexity counts entries; nats are logarithms of counts.",
            "Take the entropy itself.",
        ),
        Mistake(
            _nats(at_best=lambda m, c: -m * (c / c.sum() * (c / c.sum()).log()).sum()),
            "an entry that is never chosen makes the second number nan: 0 times log 0.",
            "p log p goes to 0 as p does, so such an entry costs nothing.",
            "Leave out the entries with a count of 0, or use torch.xlogy.",
        ),
        Mistake(
            _nats(at_best=lambda m, c: m * torch.log(c.new_tensor(len(c)))),
            "the second prior is not the best: it is uniform as well.",
            "a prior may know how often each entry is used.",
            "The KL to the frequencies is the entropy of the use.",
        ),
        Mistake(
            _nats(at_best=lambda m, c: m * math.log(int((c > 0).sum()))),
            "the second number is uniform over the used entries; rare ones cost more than others.",
            "a prior that knows the frequencies is better than one that knows what is used.",
            "Sum -p log p over the entries.",
        ),
    ),
)

# 13.3 ------------------------------------------------------------------------------------------

REPORTS = {  # entries, perplexity, vectors that were counted, distortion and KL in nats
    "nearly all of 32 entries in use": (32, 25.0, 49_000, 60.0, 49 * math.log(32)),
    "three of 512 entries in use": (512, 3.1, 49_000, 90.0, 49 * math.log(512)),
    "three of 512 in use, and a low distortion": (512, 3.1, 49_000, 30.0, 49 * math.log(512)),
    "two of four entries in use": (4, 2.0, 49_000, 95.0, 49 * math.log(4)),
    "a tenth of 512 in use": (512, 51.2, 49_000, 50.0, 49 * math.log(512)),
    "all of 32 in use, and a high distortion": (32, 31.9, 49_000, 150.0, 49 * math.log(32)),
    "two images, 98 vectors, for 512 entries": (512, 80.0, 98, 50.0, 49 * math.log(512)),
    "nine vectors for 512 entries": (512, 8.0, 9, 50.0, 49 * math.log(512)),
    "98 vectors for eight entries, one in use": (8, 1.0, 98, 90.0, 49 * math.log(8)),
    "256 vectors for 32 entries": (32, 20.0, 256, 60.0, 49 * math.log(32)),
    "384 vectors for 32 entries": (32, 20.0, 384, 60.0, 49 * math.log(32)),
    "a perplexity of 23 with 100 entries": (100, 23.0, 49_000, 60.0, 49 * math.log(100)),
    "a perplexity of 27 with 100 entries": (100, 27.0, 49_000, 60.0, 49 * math.log(100)),
}


def _observe_reports(attempt):
    return {f"the verdict on {name}": attempt(*report) for name, report in REPORTS.items()}


def _verdict(collapsed=lambda k, use, d, kl: use < k / 4, enough=lambda k, n: n >= 10 * k):
    def attempt(num_codes, perplexity, num_vectors, distortion, kl):
        if not enough(num_codes, num_vectors):
            return "cannot say"
        return "collapse" if collapsed(num_codes, perplexity, distortion, kl) else "in use"

    return attempt


COLLAPSE = Exercise(
    number="13.3",
    title="Judge: which report shows collapse?",
    asks="`attempt(num_codes, perplexity, num_vectors, distortion, kl)` returns a verdict.",
    observe=_observe_reports,
    reference=_verdict(),
    praise="the perplexity against K, and first whether enough was counted",
    mistakes=(
        Mistake(
            _verdict(enough=lambda k, n: True),
            "you judge a large codebook by a handful of vectors.",
            "98 vectors use at most 98 entries, however good the codebook is.",
            "Say 'cannot say' below 10 vectors for each entry.",
        ),
        Mistake(
            _verdict(enough=lambda k, n: n >= 100),
            "whether vectors are enough depends on the number of entries.",
            "98 are plenty for eight entries and few for 512.",
            "Compare num_vectors with 10 * num_codes.",
        ),
        Mistake(
            _verdict(collapsed=lambda k, use, d, kl: use < 5),
            "you compare the perplexity with a number, not with K.",
            "two of four in use is another thing than 51 of 512.",
            "Compare it with num_codes / 4.",
        ),
        Mistake(
            _verdict(collapsed=lambda k, use, d, kl: d > 80),
            "you went by the distortion.",
            "a model may draw badly with all entries, or well with few.",
            "Collapse is said of the use of the codebook alone.",
        ),
        Mistake(
            _verdict(collapsed=lambda k, use, d, kl: kl < 49 * math.log(k) - 1e-6),
            "you went by the KL.",
            "it is M log K, whatever the encoder chooses.",
            "A constant cannot tell; look at the perplexity.",
        ),
        Mistake(
            _verdict(collapsed=lambda k, use, d, kl: use > k / 4),
            "the verdicts are exchanged.",
            "a high perplexity means that many entries are in use.",
            "Collapse is a perplexity below num_codes / 4.",
        ),
    ),
)
