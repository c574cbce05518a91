"""Exercises 16.3 and 16.4: which language model is better, and is a sample learned by heart?"""

import math
from copy import deepcopy
from statistics import mean, median

from genai_course.exercises.engine import Exercise, Mistake

# 16.3 ------------------------------------------------------------------------------------------

LETTERS = {
    "text": "topics",
    "trained_on": ["manuals", "letters"],
    "vocabulary": 94,
    "unknown": 0,
    "tokens": 30_000,
    "nats": 1.6,
}
WORDS = LETTERS | {"vocabulary": 5000, "tokens": 6000, "nats": 7.5}
NOVELS, SEEN = {"text": "novels"}, {"trained_on": ["manuals", "topics"]}
PAIRS = {  # what differs from LETTERS, from WORDS
    "letters against words": ({}, {}),
    "words against letters": (WORDS, LETTERS),
    "better letters against words": ({"nats": 1.4}, {}),
    "two models of letters": ({}, LETTERS | {"nats": 1.9}),
    "two alphabets": ({"vocabulary": 30}, LETTERS | {"nats": 1.5}),
    "two alphabets, the smaller one better": ({"vocabulary": 30}, LETTERS | {"nats": 1.7}),
    "two vocabularies of words": (WORDS | {"vocabulary": 9000, "tokens": 5000, "nats": 7.0}, {}),
    "other training texts": ({}, {"trained_on": ["novels"]}),
    "two held-out texts": ({}, NOVELS),
    "two held-out texts of as many letters": (NOVELS, LETTERS | {"nats": 1.9}),
    "a text that a was trained on": (SEEN, {}),
    "a text that b was trained on": ({}, SEEN),
    "a text that both were trained on": (SEEN, SEEN),
    "two texts, one of them seen": (SEEN, NOVELS),
    "two texts, each seen by the other model": (NOVELS | SEEN, {"trained_on": ["novels"]}),
    "unknown letters": ({"unknown": 900}, {}),
    "unknown words": ({}, {"unknown": 40, "nats": 5.0}),
    "as many unknown letters as words": ({"unknown": 40}, {"unknown": 40}),
    "two texts, and unknown words": ({}, NOVELS | {"unknown": 40}),
    "a text that was seen, and unknown letters": (SEEN | {"unknown": 900}, {}),
}


def _observe_pairs(attempt):
    return {
        f"the verdict on {name}": attempt(deepcopy(LETTERS | a), deepcopy(WORDS | b))
        for name, (a, b) in PAIRS.items()
    }


def _total(one):
    return one["tokens"] * one["nats"]


def _text(a, b):
    return "text" if a["text"] != b["text"] else None


def _seen(a, b, of=any):
    return "seen" if of(one["text"] in one["trained_on"] for one in (a, b)) else None


def _seen_by_a(a, b):
    return _seen(a, a)


def _seen_by_both(a, b):
    return _seen(a, b, of=all)


def _unknown(a, b, of=any):
    return "unknown" if of(one["unknown"] > 0 for one in (a, b)) else None


def _unknown_to_both(a, b):
    return _unknown(a, b, of=all)


def _differing(name, word):
    """A rule: this spoils a comparison unless both have the same."""
    return lambda a, b: word if a[name] != b[name] else None


def _better(*rules, cost=_total):
    """Build an answer: the first rule that finds something speaks, else the lower cost."""

    def attempt(a, b):
        spoilt = next(filter(None, (rule(a, b) for rule in rules)), None)
        return spoilt or ("a" if cost(a) < cost(b) else "b")

    return attempt


def _costed(cost):
    return _better(_text, _seen, _unknown, cost=cost)


MODELS = Exercise(
    number="16.3",
    title="Judge: which language model is better?",
    asks="`attempt(a, b)`, two dicts, returns 'a', 'b' or what spoils the comparison.",
    observe=_observe_pairs,
    reference=_costed(_total),
    praise="one text, unseen, every letter of it guessed; then what the whole of it costs",
    mistakes=(
        Mistake(
            _costed(lambda one: one["nats"]),
            "you compare the cost of a token.",
            "a word costs more than a letter, and a text has fewer of them.",
            "Multiply by the tokens: that is what the text costs.",
        ),
        Mistake(
            _costed(lambda one: one["nats"] / math.log(one["vocabulary"])),
            "you divide by the logarithm of the vocabulary.",
            "an alphabet that is larger than needed makes no model better.",
            "What does the whole text cost?",
        ),
        Mistake(
            _costed(lambda one: one["nats"] / one["tokens"]),
            "you divide by the tokens; the nats are those of one token already.",
            "what does the whole text cost?",
            "Multiply by the tokens.",
        ),
        Mistake(
            _costed(lambda one: one["tokens"]),
            "you go by the number of tokens.",
            "longer tokens are fewer, and each of them costs more.",
            "Multiply tokens and nats.",
        ),
        Mistake(
            _costed(lambda one: -_total(one)),
            "you prefer the model to which the text is dearer.",
            "nats are -log p: the better model finds the text more likely.",
            "Return the one whose text costs less.",
        ),
        Mistake(
            _better(_seen, _unknown),
            "you overlook that there are two texts.",
            "one of them may be the harder one.",
            "Return 'text' where the texts differ.",
        ),
        Mistake(
            _better(_text, _unknown),
            "you overlook that the text may have been seen.",
            "what is learned by heart costs next to nothing.",
            "Return 'seen' where it is among the training texts of either.",
        ),
        Mistake(
            _better(_text, _seen_by_a, _unknown),
            "you look at the training texts of a only.",
            "b may have seen the text as well.",
            "Look into the trained_on of both.",
        ),
        Mistake(
            _better(_text, _seen_by_both, _unknown),
            "you let a text pass that one of the two has seen.",
            "that one has an advantage, then.",
            "Return 'seen' where either has seen it.",
        ),
        Mistake(
            _better(_text, _differing("trained_on", "seen"), _unknown),
            "you want both to be trained on the same.",
            "what a model was trained on is part of the model, as long as it is not the test.",
            "Ask whether the held-out text is among it.",
        ),
        Mistake(
            _better(_text, _seen),
            "you overlook that a model may skip what it does not know.",
            "whoever guesses 'unknown' has not guessed which letter.",
            "Return 'unknown' where either counts any.",
        ),
        Mistake(
            _better(_text, _seen, _unknown_to_both),
            "you let a model pass that alone has unknown tokens.",
            "it alone guesses less than the text, then.",
            "Return 'unknown' where either counts any.",
        ),
        Mistake(
            _better(_text, _seen, _differing("unknown", "unknown")),
            "you let unknown tokens pass where both have as many.",
            "an unknown word hides more than an unknown letter.",
            "Return 'unknown' where either counts any.",
        ),
        Mistake(
            _better(_text, _differing("tokens", "text"), _seen, _unknown),
            "you take another number of tokens for another text.",
            "one text is cut into many letters or into few words.",
            "Compare the names of the texts.",
        ),
        Mistake(
            _better(_seen, _text, _unknown),
            "you ask what was seen before you ask for the text.",
            "the order is text, seen, unknown.",
            "Compare the texts first.",
        ),
        Mistake(
            _better(_text, _unknown, _seen),
            "you ask for unknown tokens before you ask what was seen.",
            "the order is text, seen, unknown.",
            "Ask for the training texts second.",
        ),
        Mistake(
            _better(_unknown, _seen, _text),
            "where several things spoil it you name the last.",
            "the order is text, seen, unknown.",
            "Return at the first that you find.",
        ),
    ),
)

# 16.4 ------------------------------------------------------------------------------------------

OTHERS = (14, 17, 22, 15, 19, 38, 13, 21, 16, 25, 18, 14, 29, 20, 17, 15, 23, 16, 31)
FAIR = {"copied": 30, "length": 200, "others": OTHERS, "other_length": 200, "ngram": 45}
SAMPLES = {  # what differs from FAIR
    "a copy of 90 letters": {"copied": 90},
    "a copy of 30 letters": {},
    "a copy between the median and the mean": {"copied": 19},
    "a copy shorter than most": {"copied": 15},
    "a copy as long as the longest other": {"copied": 38},
    "a copy of one letter more": {"copied": 39},
    "more than half of a short sample": {"copied": 35, "length": 60, "other_length": 60},
    "little of a long sample": {"copied": 44, "length": 900, "other_length": 900},
    "60 letters, and 75 in another piece": {"copied": 60, "others": (*OTHERS, 75)},
    "less than an n-gram copies": {"copied": 60, "ngram": 120},
    "more than an n-gram copies": {"copied": 36, "ngram": 20},
    "20 other pieces": {"copied": 50, "others": (*OTHERS, 12)},
    "18 other pieces": {"copied": 90, "others": OTHERS[:18]},
    "12 other pieces": {"copied": 10, "others": OTHERS[:12]},
    "no other piece": {"copied": 90, "others": ()},
    "shorter other pieces": {"copied": 60, "other_length": 100},
    "longer other pieces": {"copied": 25, "other_length": 400},
    "longer other pieces, and a longer copy": {"copied": 90, "other_length": 400},
    "few and shorter other pieces": {"others": OTHERS[:10], "other_length": 150},
}


def _observe_samples(attempt):
    def row(changed):
        return FAIR | changed | {"others": list((FAIR | changed)["others"])}

    return {f"the verdict on {name}": attempt(row(changed)) for name, changed in SAMPLES.items()}


def _longest(row):
    return max(row["others"], default=0)


def _copied(by_heart=lambda row: row["copied"] > _longest(row),
            alike=lambda row: row["length"] == row["other_length"], enough=19, first="lengths",
            words=("by heart", "usual")):  # fmt: skip
    """Build an answer: whether pieces are comparable, whether there are enough, and the rule."""

    def attempt(row):
        lengths = None if alike(row) else "other lengths"
        number = None if len(row["others"]) >= enough else "too few"
        spoilt = (lengths or number) if first == "lengths" else (number or lengths)
        return spoilt or (words[0] if by_heart(row) else words[1])

    return attempt


def _usually(summary):
    return lambda row: row["copied"] > summary(row["others"])


COPIES = Exercise(
    number="16.4",
    title="Judge: learned by heart?",
    asks="`attempt(row)`, a dict, returns a verdict.",
    observe=_observe_samples,
    reference=_copied(),
    praise="longer than any of 19 unseen pieces copies: by chance that is 1 in 20",
    mistakes=(
        Mistake(
            _copied(lambda row: row["copied"] > row["length"] / 2),
            "you ask whether most of the sample is copied.",
            "one long sentence out of a book is enough.",
            "Compare the copy with those of the other pieces.",
        ),
        Mistake(
            _copied(lambda row: row["copied"] > 50),
            "you compare the copy with a number of your own.",
            "how long a usual phrase is depends on the texts.",
            "Compare the copy with those of the other pieces.",
        ),
        Mistake(
            _copied(lambda row: row["copied"] > row["ngram"]),
            "you compare it with what an n-gram copies.",
            "what an n-gram writes is made from its training text: it is no unseen piece.",
            "People who have not seen the training text are the yardstick.",
        ),
        Mistake(
            _copied(lambda row: row["copied"] > max(_longest(row), row["ngram"])),
            "you want the copy to be longer than that of an n-gram, too.",
            "what an n-gram writes is no unseen piece and excuses nobody.",
            "Compare it with the other pieces alone.",
        ),
        Mistake(
            _copied(_usually(mean)),
            "you compare it with the mean.",
            "a good part of all unseen pieces copies more than that.",
            "Compare it with the longest.",
        ),
        Mistake(
            _copied(_usually(median)),
            "you compare it with the median.",
            "half of all unseen pieces copy more than that.",
            "Compare it with the longest.",
        ),
        Mistake(
            _copied(_usually(min)),
            "you compare it with the shortest.",
            "nearly every unseen piece copies more than that.",
            "Compare it with the longest.",
        ),
        Mistake(
            _copied(lambda row: row["copied"] >= _longest(row)),
            "you condemn a copy as long as the longest other.",
            "somebody who had not seen the training text wrote as long a one.",
            "It must be longer: use >.",
        ),
        Mistake(
            _copied(words=("usual", "by heart")),
            "the verdicts are exchanged.",
            "a longer copy is the more suspicious.",
            "Return 'by heart' where the copy is the longest of all.",
        ),
        Mistake(
            _copied(enough=0),
            "you do not ask how many other pieces there are.",
            "longer than one other is every second piece.",
            "Say 'too few' below 19.",
        ),
        Mistake(
            _copied(enough=20),
            "you want 20 other pieces.",
            "19 and the sample are 20: the longest of these is it by a chance of 1 in 20.",
            "19 are enough.",
        ),
        Mistake(
            _copied(enough=10),
            "you are content with 10 other pieces.",
            "the sample copies most of 11 by a chance of 1 in 11.",
            "Say 'too few' below 19.",
        ),
        Mistake(
            _copied(alike=lambda row: True),
            "you do not ask whether the pieces are equally long.",
            "a longer piece has more places where a long copy may begin.",
            "Say 'other lengths' where they differ.",
        ),
        Mistake(
            _copied(alike=lambda row: row["other_length"] >= row["length"]),
            "you accept longer pieces.",
            "they copy more, so a sample learned by heart may look usual beside them.",
            "Say 'other lengths' wherever they differ.",
        ),
        Mistake(
            _copied(
                lambda row: row["copied"] / row["length"] > _longest(row) / row["other_length"],
                alike=lambda row: True,
            ),
            "you divide by the lengths instead of asking for equal ones.",
            "the longest copy does not grow in proportion to a text.",
            "Say 'other lengths' where they differ.",
        ),
        Mistake(
            _copied(first="number"),
            "you count the pieces before you compare their lengths.",
            "the order is lengths, then number.",
            "Say 'other lengths' first.",
        ),
    ),
)
