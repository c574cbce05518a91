"""Cleaning, splitting and numbering of texts."""

import pytest
import torch

from genai_course.sequences.text import (
    alphabet,
    clean_topics,
    encode,
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


def test_curly_marks_and_rules_go_and_other_letters_too():
    assert plain("It’s –\n  ‘x’ … ====== ß* -- ok") == "It's - 'x' ... * -- ok"


def test_pythons_own_topics_are_long_enough_and_of_plain_letters():
    topics = clean_topics()
    lines = [line for text in topics.values() for line in text.split("\n")]
    assert sum(map(len, lines)) > 200_000 and len(lines) == len(set(lines))
    assert set(alphabet("".join(topics.values()))) <= {chr(k) for k in range(32, 127)} | {"\n"}


def test_one_topic_in_so_many_is_held_out_whole():
    topics = {name: name * 3 for name in "fabcde"}
    train, test = split_topics(topics, every=3)
    assert train == "aaa\nccc\nddd\nfff\n" and test == "bbb\neee\n"
    assert split_topics({str(k): str(k) for k in range(10)})[1] == "2\n7\n"


@pytest.mark.parametrize("every", [1, 4])
def test_a_split_that_leaves_nothing_is_refused(every):
    with pytest.raises(ValueError, match="wanted 2 to 3, the number of topics"):
        split_topics({"a": "", "b": "", "c": ""}, every)


def test_an_alphabet_numbers_letters_and_gives_them_back():
    assert alphabet("cabac") == "abc"
    index = encode("cab", "abc")
    assert index.tolist() == [2, 0, 1] and index.dtype == torch.int64
    assert text_of(index, "abc") == "cab"
    assert encode("", "abc").dtype == torch.int64
    with pytest.raises(ValueError, match="'x' is not in the alphabet of 3 letters"):
        encode("axb", "abc")


def test_windows_are_pieces_of_the_text_from_everywhere():
    torch.manual_seed(0)
    rows = windows(torch.arange(10), 3, 400)
    assert rows.shape == (400, 4) and (rows.diff(dim=1) == 1).all()
    assert set(rows[:, 0].tolist()) == set(range(7))
    with pytest.raises(ValueError, match="the text has 3 letters, wanted more than 3"):
        windows(torch.arange(3), 3, 1)


@pytest.mark.parametrize(
    ("sample", "text", "length"),
    [("xxabcdx", "zabcdz", 4), ("abab", "ba", 2), ("q", "abc", 0), ("abc", "abc", 3), ("", "a", 0)],
)
def test_the_longest_copy(sample, text, length):
    assert longest_copy(sample, text) == length
    pieces = [sample[i:j] for i in range(len(sample)) for j in range(i + 1, len(sample) + 1)]
    assert length == max((len(piece) for piece in pieces if piece in text), default=0)
