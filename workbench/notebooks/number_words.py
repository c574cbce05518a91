"""Numbers in English sentences: digits, words, per cent, fractions, "3 in 100", "twice"."""

import re

WHOLE = {
    **{"zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7},
    **{"eight": 8, "nine": 9, "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13},
    **{"fourteen": 14, "fifteen": 15, "sixteen": 16, "seventeen": 17, "eighteen": 18},
    **{"nineteen": 19, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50},
    **{"hundred": 100, "thousand": 1000},
}
PARTS = {
    **{"half": 2, "halves": 2, "third": 3, "quarter": 4, "fifth": 5, "sixth": 6, "eighth": 8},
    **{"tenth": 10, "twentieth": 20, "thirtieth": 30, "fiftieth": 50, "hundredth": 100},
    "thousandth": 1000,
}
FACTORS = {"twice": 2, "double": 2, "doubled": 2, "halved": 0.5, "half": 0.5}
DIGITS = r"-?\d+(?:,\d{3})*(?:\.\d+)?(?:e-?\d+)?"


def _one_of(words):
    return "|".join(sorted(words, key=len, reverse=True))


NUMBER = re.compile(
    rf"(?<![\w.^/])(?:(?P<factor>{_one_of(FACTORS)})"
    rf"|(?P<one>{DIGITS}|an?|{_one_of(WHOLE)})"
    rf"(?:[ -](?P<part>{_one_of(PARTS)})s?\b|[ -]?(?P<fold>fold)| (?P<many>hundred|thousand)"
    rf"| ?(?P<percent>%)| in (?P<whole>{DIGITS}))?)(?![\w^/]|\.\d)",
    re.I,
)


def numbers_in(text):
    """Return a list of (value, match) for the numbers of a text, in order."""
    found = ((_value(match), match) for match in NUMBER.finditer(text))
    return [(value, match) for value, match in found if value is not None]


def _value(match):
    if match["factor"]:
        return FACTORS[match["factor"].lower()]
    word = match["one"].lower()
    article = word in ("a", "an")
    if article and not (match["part"] or match["many"]):
        return None
    value = 1 if article else WHOLE[word] if word in WHOLE else float(word.replace(",", ""))
    if match["many"]:
        return value * WHOLE[match["many"].lower()]
    if match["part"]:
        return value / PARTS[match["part"].lower()]
    if match["whole"]:
        return value / float(match["whole"].replace(",", ""))
    return value / 100 if match["percent"] else value
