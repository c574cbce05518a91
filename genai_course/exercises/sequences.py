"""Exercises of notebook 16: units, counting, two judgements, a mask.

The judgements 16.3 and 16.4 are in `sequences_judgements`.
"""

import math

import torch

from genai_course.exercises.engine import Exercise, Mistake
from genai_course.exercises.sequences_judgements import COPIES, MODELS

# 16.1 -----------------------------------------------------------------------------------------

REPORTS = {  # letters of a text, what a letter of it costs, in which unit
    "one text in nats": [(50, 1.5, "nats")],
    "one text in bits": [(40, 2.5, "bits")],
    "one text by its perplexity": [(30, 6.0, "perplexity")],
    "two texts in nats": [(10, 1.0, "nats"), (30, 2.0, "nats")],
    "three texts in three units": [(100, 1.5, "nats"), (20, 3.0, "bits"), (60, 5.0, "perplexity")],
    "a short text that is hard": [(4, 90.0, "perplexity"), (96, 1.2, "bits")],
}


def _observe_costs(attempt):
    seen = {}
    for name, reports in REPORTS.items():
        bits, perplexity = attempt(reports)
        seen[f"the bits a letter of {name}"] = bits
        seen[f"the perplexity of {name}"] = perplexity
    return seen


LOG_2 = math.log(2)
IN_NATS = {"nats": float, "bits": lambda cost: cost * LOG_2, "perplexity": math.log}


def _mean(reports, nats, weight=lambda letters: letters):
    """The weighted mean of what `nats` makes of the cost of each text."""
    weights = [weight(letters) for letters, _, _ in reports]
    costs = [nats[unit](cost) for _, cost, unit in reports]
    return sum(c * w for c, w in zip(costs, weights, strict=True)) / sum(weights)


def _over_texts(reports, nats):
    return _mean(reports, nats, weight=lambda letters: 1)


def _of_perplexities(reports, nats):
    rows = [(letters, math.exp(nats[unit](cost)), "nats") for letters, cost, unit in reports]
    return math.log(_mean(rows, IN_NATS))


def _bits(nats):
    return nats / LOG_2


def _costs(bits=_bits, perplexity=math.exp, mean=_mean, nats=None):
    """Build an answer: each unit in nats, their mean, and the two numbers made of it."""

    def attempt(reports):
        nats_a_letter = mean(reports, IN_NATS | (nats or {}))
        return bits(nats_a_letter), perplexity(nats_a_letter)

    return attempt


def _half(first, second):
    """The first number of one answer, the second of another."""
    return lambda reports: (first(reports)[0], second(reports)[1])


def _whole(reports):
    letters = sum(row[0] for row in reports)
    bits, perplexity = _costs()(reports)
    return bits * letters, perplexity


COSTS = Exercise(
    number="16.1", title="Repeat: one cost for several texts",
    asks="`attempt(reports)` returns two numbers: bits a letter, perplexity.",
    observe=_observe_costs, reference=_costs(),
    praise="costs are averaged as logarithms and over letters, then told in any unit",
    mistakes=(
        Mistake(_costs(mean=_over_texts),
                "you average over texts, so a letter of a short text counts more.",
                "the chain rule adds up letters, wherever a text ends.",
                "Multiply each cost by its letters, and divide by all letters."),
        Mistake(_costs(mean=_of_perplexities),
                "you average perplexities, and the bits follow from that.",
                "costs add up as logarithms.", "Average nats over letters, and take exp once."),
        Mistake(_half(_costs(), _costs(mean=_of_perplexities)),
                "the bits are right; the perplexity is a mean of perplexities.",
                "it must be 2 to the power of the bits.", "Take exp of the mean nats."),
        Mistake(_costs(bits=lambda nats: nats * LOG_2),
                "you multiply nats by log 2 to get bits.",
                "a bit is 0.69 nats, so a cost has more bits than nats.", "Divide by log 2."),
        Mistake(_costs(nats={"bits": lambda cost: cost / LOG_2}),
                "you divide bits by log 2 to get nats.",
                "a bit is 0.69 nats, so a cost has fewer nats than bits.", "Multiply by log 2."),
        Mistake(_costs(bits=float),
                "the first number is in nats.", "wanted are bits.", "Divide it by log 2."),
        Mistake(_costs(bits=lambda nats: nats / math.log(10)),
                "you use logarithms to the base 10.", "a bit is a choice between 2.",
                "Divide nats by log 2."),
        Mistake(_costs(perplexity=lambda nats: math.exp(_bits(nats))),
                "the perplexity is e to the power of the bits.",
                "8 equally likely letters cost 3 bits and have a perplexity of 8.",
                "Take 2 to the power of the bits, or e to that of the nats."),
        Mistake(_costs(perplexity=lambda nats: 2**nats),
                "the perplexity is 2 to the power of the nats.",
                "8 equally likely letters cost log 8 nats and have a perplexity of 8.",
                "Take 2 to the power of the bits, or e to that of the nats."),
        Mistake(lambda reports: _costs()(reports)[::-1],
                "the two are exchanged.", "the bits come first.", "Return bits, perplexity."),
        Mistake(_whole,
                "the first number is what all letters cost together.",
                "wanted is what one letter costs.", "Divide by the number of letters."),
        Mistake(_costs(nats={"bits": float, "perplexity": float}),
                "you take every cost for nats.", "each row says its own unit.",
                "Multiply bits by log 2, and take the logarithm of a perplexity."),
        Mistake(_costs(nats={"perplexity": float}),
                "you take a perplexity for nats.", "it is e to the power of the nats.",
                "Take its logarithm."),
        Mistake(_costs(nats={"perplexity": math.log2}),
                "you take log2 of a perplexity, which is bits, for nats.",
                "nats are natural logarithms.", "Use math.log."),
    ),
)  # fmt: skip

# 16.2 -----------------------------------------------------------------------------------------

TEXTS = {  # a text, the alphabet, a context, alpha
    "no context": ("abracadabra", "abcdr", "", 1.0),
    "the context a": ("abracadabra", "abcdr", "a", 2.0),
    "the context ra, which also ends the text": ("abracadabra", "rdcba", "ra", 0.5),
    "the context ac, of which only c never met d": ("abracadabra", "abcdr", "ac", 1.0),
    "a context that never came": ("abracadabra", "abcdr", "dr", 1.0),
    "a letter that never came": ("to be or not to be", " benortz", "t", 3.0),
    "a context that overlaps itself": ("aaaabaaa", "ab", "aa", 1.0),
    "a long context": ("the theory of the thing", " efghinortyx", "the", 0.5),
}


def _observe_backoff(attempt):
    return {f"the distribution after {name}": attempt(*given) for name, given in TEXTS.items()}


def _last(context, k):
    return context[len(context) - k :]


def _followers(text, seen):
    """The letters that came after what is seen, copies that overlap included."""
    return [text[i + len(seen)] for i in range(len(text) - len(seen)) if text.startswith(seen, i)]


def _mixed(came, visits, shorter, alpha, kinds, num_letters):
    return (came + alpha * shorter) / (visits + alpha)


def _counted(text, seen, letters):
    """Return how often each letter came after what is seen, the visits, the kinds of letters."""
    after = _followers(text, seen)
    return [after.count(letter) for letter in letters], len(after), len(set(after))


def _visits_of_all_copies(text, seen, letters):
    came, _, kinds = _counted(text, seen, letters)
    visits = len(text) if not seen else sum(text.startswith(seen, i) for i in range(len(text)))
    return came, visits, kinds


def _copies_side_by_side(text, seen, letters):
    came = [text.count(seen + letter) for letter in letters]
    return came, sum(came), sum(number > 0 for number in came)


def _orders(context):
    return range(len(context) + 1)


def _backoff(seen=_last, orders=_orders, count=_counted, mix=_mixed, start=None):
    """Build an answer: which contexts are met in which order, what is counted and how it mixes."""

    def attempt(text, letters, context, alpha):
        p = [1 / len(letters) if start is None else start(text, letter) for letter in letters]
        for k in orders(context):
            came, visits, kinds = count(text, seen(context, k), letters)
            rest = alpha, kinds, len(letters)
            p = [mix(n, visits, q, *rest) for n, q in zip(came, p, strict=True)]
        return torch.tensor(p, dtype=torch.double)

    return attempt


def _shared(came, visits, shorter, alpha, kinds, num_letters):
    return came / visits if visits else shorter


def _as_the_notebook(came, visits, shorter, alpha, kinds, num_letters):
    return (came + kinds * shorter) / (visits + kinds) if visits else shorter


BACKOFF = Exercise(
    number="16.2", title="Change: another back-off",
    asks="`attempt(text, letters, context, alpha)` returns probabilities (len(letters),).",
    observe=_observe_backoff, reference=_backoff(),
    praise="every order has its say, and what was counted more often is heard more",
    mistakes=(
        Mistake(_backoff(seen=lambda context, k: context[-k:]),
                "the order without any letter before is lost.",
                "what is context[-0:]?",
                "Take context[len(context) - k:], which is empty for k = 0."),
        Mistake(_backoff(seen=lambda context, k: context[:k]),
                "you shorten the context at its end.",
                "the letters just before the next one matter most.",
                "A shorter context is the end of a longer one."),
        Mistake(_backoff(count=_visits_of_all_copies),
                "you count a context at the end of the text, which nothing follows.",
                "the probabilities then miss adding up to 1.",
                "c is the number of letters that came after the context."),
        Mistake(_backoff(count=_copies_side_by_side),
                "you miss copies that overlap, as str.count does.",
                "aa stands in aaa twice.", "Try every place of the text."),
        Mistake(_backoff(orders=lambda context: reversed(_orders(context))),
                "you mix from long to short, so the longest context has the least say.",
                "the last step has the most weight.", "Begin without a context."),
        Mistake(_backoff(orders=lambda context: [len(context)]),
                "you mix the longest context with the uniform distribution at once.",
                "shorter contexts know something, too.", "Go through all lengths from 0."),
        Mistake(_backoff(orders=lambda context: range(len(context))),
                "you stop one letter short of the whole context.",
                "k goes from 0 to len(context), both included.",
                "Use range(len(context) + 1)."),
        Mistake(_backoff(mix=lambda n, visits, q, alpha, kinds, size:
                         (n + alpha) / (visits + alpha * size)),
                "you add alpha to every letter alike, and lose the shorter contexts.",
                "alpha is shared out by the shorter context's probabilities.",
                "Add alpha * p of the shorter context, and alpha to c."),
        Mistake(_backoff(start=lambda text, letter: 0.0),
                "you begin with 0, so a letter that never came is impossible.",
                "the distribution below all counts is uniform.", "Begin with 1 / len(letters)."),
        Mistake(_backoff(start=lambda text, letter: (letter in text) / len(set(text))),
                "you begin with the letters of the text only.",
                "the alphabet has more, and each of them may come.",
                "Begin with 1 / len(letters)."),
        Mistake(_backoff(mix=_as_the_notebook),
                "this is the notebook's rule: the number of different followers for alpha.",
                "here alpha is given, and the same for all contexts.",
                "Put alpha where r stands."),
        Mistake(_backoff(mix=_shared),
                "you take shares alone: alpha has no say.",
                "what did not come after a context may come some day.",
                "Add alpha * p of the shorter context, and alpha to c."),
        Mistake(_backoff(mix=lambda n, visits, q, alpha, *more:
                         (n + alpha * q) / max(visits, 1)),
                "you divide by c without alpha, so the sum is above 1.",
                "what is added above must be added below.", "Divide by c + alpha."),
        Mistake(_backoff(mix=lambda n, visits, q, alpha, *more:
                         alpha * q + (1 - alpha) * n / visits if visits else q),
                "you take alpha for a share.",
                "it counts like visits: many visits outweigh it.",
                "Use (c_a + alpha * p) / (c + alpha)."),
        Mistake(lambda text, letters, *more: _backoff()(text, "".join(sorted(letters)), *more),
                "you sort the alphabet.", "the probabilities stand in the order of letters.",
                "Take the letters as they come."),
        Mistake(lambda *given: _backoff()(*given).log(),
                "these are logarithms.", "wanted are probabilities.", "Leave out the logarithm."),
    ),
)  # fmt: skip

# 16.5 -----------------------------------------------------------------------------------------

SIZES = ((6, 4, 3, 3), (5, 2, 2, 2), (4, 9, 1, 4))  # places, d, e, window


def _observe_windows(attempt):
    generator = torch.Generator().manual_seed(16)
    seen = {}
    for places, d, e, window in SIZES:
        query, key, value = (
            torch.randn(places, size, generator=generator, dtype=torch.double) for size in (d, d, e)
        )
        seen[f"what {places} places hear in a window of {window}"] = attempt(
            query, key, value, window
        )
    return seen


def _scores(query, key):
    return query @ key.T / query.shape[1] ** 0.5


def _band(places, window, ahead=0):
    """True where a place is seen: the own one, or one ahead, and the window - 1 before it."""
    back = torch.arange(places)[:, None] + ahead - torch.arange(places)
    return (back >= 0) & (back < window)


def _hidden(scores, band):
    return scores.masked_fill(~band, float("-inf")).softmax(dim=1)


def _heard(scores=_scores, band=_band, weigh=_hidden):
    """Build an answer from scores, from who sees whom, and from how both become weights."""
    return lambda query, key, value, window: (
        weigh(scores(query, key), band(len(query), window)) @ value
    )


WINDOWS = Exercise(
    number="16.5", title="Find the bug: hidden too late",
    asks="`attempt(query, key, value, window)` returns means of values (T, e).",
    observe=_observe_windows, reference=_heard(),
    praise="what is hidden before the softmax takes no weight from the rest",
    mistakes=(
        Mistake(_heard(weigh=lambda scores, band: scores.softmax(dim=1) * band),
                "this is what stood there: rows of weights add up to less than 1.",
                "the softmax has shared out weight to places that are then left out.",
                "Set their scores to minus infinity before the softmax."),
        Mistake(_heard(weigh=lambda scores, band: (scores * band).softmax(dim=1)),
                "you set scores to 0, and e to the 0 is 1.",
                "a score of 0 is a middling one.", "Set them to minus infinity."),
        Mistake(_heard(weigh=lambda s, band: s.softmax(1) * band / band.sum(1, keepdim=True)),
                "you divide by the number of places seen, not by their weight.",
                "a row of weights is to add up to 1.",
                "Hide the scores before the softmax."),
        Mistake(_heard(band=lambda places, window: torch.ones(places, places).bool()),
                "every place sees all.", "what comes later is what is to be guessed.",
                "Hide what is later, and what is window or more before."),
        Mistake(_heard(band=lambda places, window: _band(places, window).T),
                "your triangle is the wrong one: places see what comes later.",
                "rows ask, columns answer.", "Row i sees columns up to i."),
        Mistake(_heard(band=lambda places, window: _band(places, places)),
                "your places see everything before them, however far.",
                "the window ends window - 1 places before.", "Hide what is window or more before."),
        Mistake(_heard(band=lambda places, window: _band(places, window + 1)),
                "your window is one place too long.", "the own place counts.",
                "It sees itself and window - 1 before."),
        Mistake(_heard(band=lambda places, window: _band(places, window - 1)),
                "your window is one place too short.", "the own place counts as one of them.",
                "It sees itself and window - 1 before."),
        Mistake(_heard(band=lambda places, window: _band(places, window, ahead=1)),
                "each place sees the next one.",
                "that is the letter to be guessed: the cost would fall to about 0.",
                "The own place is the last that is seen."),
        Mistake(_heard(band=lambda places, window: _band(places, window) | _band(places, window).T),
                "your window is open on both sides.", "nothing may come from the future.",
                "Hide what is later as well."),
        Mistake(_heard(weigh=lambda scores, band: _hidden(scores, ~band)),
                "you hide what is to be seen, and show the rest.",
                "masked_fill fills where its mask is True.", "Turn the mask with ~."),
        Mistake(_heard(weigh=lambda s, band: s.masked_fill(~band, float("-inf")).softmax(dim=0)),
                "your softmax runs over those who ask.",
                "each place shares out a weight of 1 among those that it sees.",
                "Use dim=-1."),
        Mistake(_heard(scores=lambda query, key: query @ key.T),
                "the root of d is missing.", "a dot product of d numbers has the variance d.",
                "Divide the scores by d ** 0.5."),
        Mistake(_heard(scores=lambda query, key: query @ key.T / query.shape[1]),
                "you divide by d.", "the spread is the root of the variance.",
                "Divide the scores by d ** 0.5."),
        Mistake(_heard(scores=lambda query, key: query @ key.T / len(query) ** 0.5),
                "you divide by the root of the number of places.",
                "the dot product is a sum over d.", "Divide by the root of query.shape[-1]."),
        Mistake(_heard(scores=lambda query, key: _scores(key, query)),
                "the keys ask and the queries answer.",
                "row i of the scores belongs to the query of place i.",
                "Use query @ key.transpose(-2, -1)."),
    ),
)  # fmt: skip

EXERCISES = (COSTS, BACKOFF, MODELS, COPIES, WINDOWS)
check_costs = COSTS.check
check_backoff = BACKOFF.check
check_models = MODELS.check
check_copies = COPIES.check
check_windows = WINDOWS.check
