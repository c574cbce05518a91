"""Cleaning, splitting and numbering of texts."""

import zlib

import pytest
import torch

from genai_course.sequences.text import (
    LETTERS,
    clean_topics,
    encode,
    is_held_out,
    longest_copy,
    plain,
    split_topics,
    text_of,
    windows,
)

TOPICS = {
    "b": "Title\n*****\n\nOne “curly” line\nand its end.\n\nSaid twice.",
    "a": "Said twice.\n   \n   code = 1\n",
    "c": "Said\ntwice.\n\nEnd",
    "d": "Said twice.",
}


def test_paragraphs_are_lines_and_none_is_kept_twice():
    got = clean_topics(TOPICS)
    assert got == {
        "a": "Said twice.\ncode = 1", "b": 'Title\nOne "curly" line and its end.', "c": "End",
    }  # fmt: skip


def test_what_both_kinds_of_topics_say_stays_in_the_one_that_is_trained_on():
    topics = {"early": "Both.\n\nOnly held out.", "later": "Both.", "while": "Both."}
    assert [is_held_out(name) for name in sorted(topics)] == [True, False, False]
    assert clean_topics(topics) == {"early": "Only held out.", "later": "Both."}


def test_curly_marks_and_rules_go_and_other_letters_too():
    assert plain("It’s –\n  ‘x’ … ====== ß* -- ok\t\x07!") == "It's - 'x' ... * -- ok !"
    assert list(LETTERS) == ["\n", *map(chr, range(32, 127))] and plain(LETTERS) == LETTERS.strip()


def test_pythons_own_topics_are_long_enough_and_of_plain_letters():
    topics = clean_topics()
    lines = [line for text in topics.values() for line in text.split("\n")]
    assert sum(map(len, lines)) > 200_000 and len(lines) == len(set(lines))
    assert set("".join(topics.values())) <= set(LETTERS)
    train, test = split_topics(topics)
    assert len(train) > 200_000 and 10_000 < len(test) < len(train) / 5


def test_whether_a_topic_is_held_out_hangs_on_its_name_alone():
    names = [f"topic {k}" for k in range(300)]
    held_out = {every: {n for n in names if is_held_out(n, every)} for every in (2, 3, 5)}
    assert all(abs(len(found) - 300 / every) < 25 for every, found in held_out.items())
    assert held_out[5] == {name for name in names if zlib.crc32(name.encode()) % 5 == 1}
    assert [is_held_out(name) for name in ("assert", "booleans", "while")] == [True, True, False]
    few, more = (split_topics({n: n for n in names[first:]})[1] for first in (100, 0))
    assert set(few.split("\n")) <= set(more.split("\n"))  # other topics move none


def test_topics_are_held_out_whole():
    topics = {name: name * 3 for name in ("pass", "while", "assert", "for")}
    train, test = split_topics(topics)
    assert train == "forforfor\nwhilewhilewhile\n" and test == "assertassertassert\npasspasspass\n"


@pytest.mark.parametrize("topics", [{"while": "", "for": ""}, {"assert": ""}, {}])
def test_a_split_that_leaves_nothing_is_refused(topics):
    with pytest.raises(ValueError, match=f"{len(topics)} topics leave one text empty"):
        split_topics(topics)
    for every in (1, 0, -5):
        with pytest.raises(ValueError, match=f"every is {every}, wanted 2 or more"):
            split_topics({"while": "", "assert": ""}, every)
        with pytest.raises(ValueError, match=f"every is {every}, wanted 2 or more"):
            is_held_out("while", every)


def test_an_alphabet_numbers_letters_and_gives_them_back():
    index = encode("cab", "abc")
    assert index.tolist() == [2, 0, 1] and index.dtype == torch.int64
    assert text_of(index, "abc") == "cab"
    assert encode("", "abc").dtype == torch.int64
    with pytest.raises(ValueError, match="'x' is not in the alphabet of 3 letters"):
        encode("axb", "abc")
    assert text_of(torch.zeros(0).long(), "abc") == ""
    for place in (-1, 3):
        with pytest.raises(ValueError, match=f"index runs from {place} to {place}, wanted 0 to 2"):
            text_of(torch.tensor([place]), "abc")


def test_windows_are_pieces_of_the_text_from_everywhere():
    torch.manual_seed(0)
    rows = windows(torch.arange(10), 3, 400)
    assert rows.shape == (400, 4) and (rows.diff(dim=1) == 1).all()
    assert set(rows[:, 0].tolist()) == set(range(7))
    with pytest.raises(ValueError, match="the text has 3 letters, wanted more than 3"):
        windows(torch.arange(3), 3, 1)
    for length, count, wrong in ((0, 1, "length"), (3, 0, "count")):
        with pytest.raises(ValueError, match=f"{wrong} is 0, wanted 1 or more"):
            windows(torch.arange(9), length, count)


@pytest.mark.parametrize(
    ("sample", "text", "length"),
    [("xxabcdx", "zabcdz", 4), ("abab", "ba", 2), ("q", "abc", 0), ("abc", "abc", 3), ("", "a", 0)],
)
def test_the_longest_copy(sample, text, length):
    assert longest_copy(sample, text) == length
    pieces = [sample[i:j] for i in range(len(sample)) for j in range(i + 1, len(sample) + 1)]
    assert length == max((len(piece) for piece in pieces if piece in text), default=0)
