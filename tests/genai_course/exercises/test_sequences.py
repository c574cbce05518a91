"""Exercises of notebook 16: they agree with the notebook's own code, and no case is a tie."""

import math

import pytest
import torch

from genai_course.exercises.sequences import BACKOFF, COSTS, REPORTS, SIZES, TEXTS, WINDOWS
from genai_course.exercises.sequences_judgements import COPIES, MODELS, OTHERS, SAMPLES, _total
from genai_course.sequences.attention import attend, causal_mask
from genai_course.sequences.counting import NGram, bits_per_letter
from genai_course.sequences.text import encode


def numbers(*shape, seed=1):
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(*shape, generator=generator, dtype=torch.double)


def test_the_cost_of_several_texts_is_that_of_all_their_letters_in_a_row():
    easy, hard = torch.full((30,), -0.5), torch.full((10,), -2.0)
    both = torch.cat([easy, hard])
    reports = [(30, 0.5 / math.log(2), "bits"), (10, math.exp(2.0), "perplexity")]
    found = COSTS.reference(reports)
    assert found == pytest.approx((bits_per_letter(both), math.exp(-both.mean())))


def test_each_unit_is_alone_somewhere_and_texts_of_unequal_length_meet():
    alone = {rows[0][2] for rows in REPORTS.values() if len(rows) == 1}
    assert alone == {"nats", "bits", "perplexity"}
    assert any(len({letters for letters, _, _ in rows}) > 1 for rows in REPORTS.values())


@pytest.mark.parametrize("name", TEXTS)
def test_a_backed_off_distribution_adds_up_to_one_and_leaves_nothing_impossible(name):
    p = BACKOFF.reference(*TEXTS[name])
    assert p.sum().item() == pytest.approx(1) and (p > 0).all()


def test_without_a_context_a_little_alpha_counts_and_much_is_uniform():
    text, letters = "abracadabra", "abcdr"
    shares = torch.tensor([text.count(letter) / len(text) for letter in letters]).double()
    torch.testing.assert_close(BACKOFF.reference(text, letters, "", 1e-9), shares)
    uniform = torch.full((5,), 0.2).double()
    found = BACKOFF.reference(text, letters, "a", 1e9)
    torch.testing.assert_close(found, uniform, atol=1e-6, rtol=0)


def test_the_mistake_that_is_the_notebooks_rule_is_the_notebooks_rule():
    (mistake,) = (m for m in BACKOFF.mistakes if "the notebook's rule" in m.sentence)
    for text, letters, context, alpha in TEXTS.values():
        model = NGram(encode(text, letters), len(letters), len(context) + 1)
        wanted = model.next_letter(encode(context, letters))
        torch.testing.assert_close(mistake.wrong(text, letters, context, alpha), wanted)


def test_a_window_as_long_as_the_text_is_the_attention_of_the_notebook():
    query, key, value = numbers(5, 4), numbers(5, 4, seed=2), numbers(5, 3, seed=3)
    found = WINDOWS.reference(query, key, value, 5)
    torch.testing.assert_close(found, attend(query, key, value, causal_mask(5)))


@pytest.mark.parametrize(("places", "d", "e", "window"), SIZES)
def test_nothing_outside_the_window_is_heard_and_with_the_bug_something_is(places, d, e, window):
    query, key, value = numbers(places, d), numbers(places, d, seed=2), numbers(places, e, seed=3)
    changed = key.clone()
    changed[-1] += 1
    answers = WINDOWS.reference, WINDOWS.mistakes[0].wrong
    moved = [answer(query, key, value, window) - answer(query, changed, value, window)
             for answer in answers]  # fmt: skip
    assert moved[0][:-1].abs().max() == 0 and moved[0][-1].abs().max() > 1e-3
    assert moved[1][:-1].abs().max() > 1e-3
    assert window >= 2


def test_every_verdict_on_two_models_is_given_and_none_by_a_hair():
    seen = MODELS.observe(MODELS.reference)
    assert set(seen.values()) == {"a", "b", "text", "seen", "unknown"}
    costs = []

    def noting(a, b):
        costs.append((_total(a), _total(b)))
        return MODELS.reference(a, b)

    MODELS.observe(noting)
    assert all(abs(a - b) > 0.01 * a for a, b in costs)


def test_every_verdict_on_a_sample_is_given():
    seen = COPIES.observe(COPIES.reference)
    assert set(seen.values()) == {"by heart", "usual", "too few", "other lengths"}
    assert len(OTHERS) == 19 and len(SAMPLES) == len(seen)


def test_a_piece_like_the_others_is_said_to_be_by_heart_once_in_twenty_times():
    copies = numbers(4000, 20).exp()  # alike in distribution, whatever that is
    verdicts = [
        COPIES.reference({"copied": row[0], "length": 200, "others": row[1:], "other_length": 200})
        for row in copies.tolist()
    ]
    assert verdicts.count("by heart") / 4000 == pytest.approx(1 / 20, abs=0.012)


def test_an_answer_that_empties_a_list_spoils_no_later_check():
    def emptying(*rows):
        for row in rows:
            row.get("others", row.get("trained_on")).clear()
        return "a"

    for exercise in (MODELS, COPIES):
        before = exercise.verdict(exercise.reference)
        assert exercise.verdict(emptying).startswith("✗")
        assert exercise.verdict(exercise.reference) == before
        seen = set(exercise.observe(exercise.reference).values())
        assert {"seen", "too few"} & seen and len(seen) >= 4
