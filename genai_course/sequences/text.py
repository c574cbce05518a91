"""English that comes with every Python: the topics of its help, cleaned, split, as numbers."""

import pydoc_data.topics
import re
import zlib

import torch
from torch import Tensor

from genai_course.letters import check_count, check_letters, check_text

LETTERS = (  # all 96 that texts have in any Python, by their numbers in ASCII
    "\n !\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`"
    "abcdefghijklmnopqrstuvwxyz{|}~"
)
STRAIGHT = {"’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": "-", "…": "..."}


def clean_topics(topics: dict[str, str] | None = None) -> dict[str, str]:
    """Return topics by name, each a text of paragraphs of one line, and no paragraph twice.

    A fifth of Python's topics repeats paragraphs of others. With a copy in the training text and
    the other in the held-out text, a model would be praised for what it has seen. So a paragraph
    of both kinds of topics stays in the one that is trained on.

    Args:
        topics: Texts by name, or None for `pydoc_data.topics`, which differ between Pythons.

    Source:
        Python Software Foundation, the Python documentation (PSF licence, version 2).
    Plumbing: how a text is tidied; what must not be in two places is told where it is split.
    """
    topics = pydoc_data.topics.topics if topics is None else topics
    seen: set[str] = set()
    cleaned = {}
    for name in sorted(topics, key=lambda name: (is_held_out(name), name)):
        kept = []
        for paragraph in re.split(r"\n\s*\n", topics[name]):
            line = plain(paragraph)
            if line and line not in seen:
                kept.append(line)
                seen.add(line)
        cleaned[name] = "\n".join(kept)
    return {name: text for name, text in cleaned.items() if text}


def plain(text: str) -> str:
    """Return a text in one line of `LETTERS`, without the rules that underline headings.

    Curly marks become straight ones; what is then no letter of ASCII is left out.

    Args:
        text: Any string.

    Raises:
        ValueError: If text is no string.

    Plumbing: how marks and rules are tidied.
    """
    check_text(text=text)
    for curly, straight in STRAIGHT.items():
        text = text.replace(curly, straight)
    text = re.sub(r"[*=~^-]{4,}", " ", text)
    printed = "".join(letter for letter in text if letter in LETTERS or letter.isspace())
    return " ".join(printed.split())


def is_held_out(name: str, every: int = 5) -> bool:
    """Return whether a topic is held out, which depends on nothing but its name.

    A rule that counts topics would move some from one side to the other where a Python has one
    topic more; `hash` gives other numbers each time that Python starts.

    Args:
        name: Of the topic.
        every: About one name in so many is held out; 2 or more.

    Raises:
        ValueError: If every is below 2, or name no string.

    Plumbing: which topics are held out, by a sum of the letters of their names.
    """
    check_text(name=name)
    check_count(every, "every", least=2)
    return zlib.crc32(name.encode()) % every == 1


def split_topics(topics: dict[str, str], every: int = 5) -> tuple[str, str]:
    """Return the training text and the held-out text: some topics are held out, whole.

    Args:
        topics: Texts by name.
        every: About one topic in so many is held out, as `is_held_out` says; 2 or more.

    Raises:
        ValueError: If every is below 2, or no topic is left for one of the texts.

    Plumbing: it hands topics to one side or the other.
    """
    parts: tuple[list[str], list[str]] = ([], [])
    for name in sorted(topics):
        parts[is_held_out(name, every)].append(topics[name])
    if not all(parts):
        raise ValueError(f"{len(topics)} topics leave one text empty, wanted topics for both")
    return "\n".join(parts[0]) + "\n", "\n".join(parts[1]) + "\n"


def encode(text: str, letters: str) -> Tensor:
    """Return the places in the alphabet of all letters of a text, integers (len(text),).

    Args:
        text: Letters of the alphabet only.
        letters: The alphabet, each letter once.

    Raises:
        ValueError: If a letter is not in the alphabet, or one of the two is no string.

    Shown in: notebooks/16_sequences.ipynb.
    """
    check_text(text=text, letters=letters)
    places = {letter: place for place, letter in enumerate(letters)}
    strange = sorted(set(text) - set(places))
    if strange:
        raise ValueError(f"{strange[0]!r} is not in the alphabet of {len(letters)} letters")
    return torch.tensor([places[letter] for letter in text], dtype=torch.int64)


def text_of(index: Tensor, letters: str) -> str:
    """Return the text of index, places (T,) in the alphabet letters; T may be 0.

    Raises:
        ValueError: If index holds no places in the alphabet, or letters is no string.

    Shown in: notebooks/16_sequences.ipynb.
    """
    check_text(letters=letters)
    check_letters(index, len(letters), least=0)
    return "".join(letters[place] for place in index.tolist())


def windows(index: Tensor, length: int, count: int) -> Tensor:
    """Return pieces of a text from random places, integers (count, length + 1).

    The first `length` letters of a piece are what a network sees, the last `length` what it is to
    guess.

    Args:
        index: The text, integers (T,) with T above length.
        length: Letters that the network sees, 1 or more.
        count: Pieces, 1 or more.

    Raises:
        ValueError: If index is no text, or not longer than length, or length or count is below 1.

    Plumbing: it cuts a text.
    """
    check_letters(index)
    check_count(length, "length")
    check_count(count, "count")
    if len(index) <= length:
        raise ValueError(f"the text has {len(index)} letters, wanted more than {length}")
    starts = torch.randint(len(index) - length, (count, 1))
    return index[starts + torch.arange(length + 1)]


def longest_copy(sample: str, text: str) -> int:
    """Return the length of the longest piece of `sample` that stands in `text` word for word.

    Raises:
        ValueError: If one of them is no string.

    Shown in: notebooks/16_sequences.ipynb.
    """
    check_text(sample=sample, text=text)
    longest, start = 0, 0
    while start + longest < len(sample):
        if sample[start : start + longest + 1] in text:
            longest += 1
        else:
            start += 1
    return longest
