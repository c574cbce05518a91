"""A learnt codebook: averages are k-means, counts are averaged too, unused entries return."""

import math

import pytest
import torch

from genai_course.vae.codebook import AveragedCodebook, Codebook, perplexity
from genai_course.vae.quantised import quantise


def book(kind=AveragedCodebook, entries=((0.0, 0.0), (4.0, 0.0), (0.0, 9.0)), **options):
    made = kind(len(entries), 2, **options)
    with torch.no_grad():
        made.entries.copy_(torch.tensor(entries))
    return made


def near(*counts, seed=0):
    """Vectors near the three entries, so many of each, and the entries that they choose."""
    noise = torch.randn(sum(counts), 2, generator=torch.Generator().manual_seed(seed))
    index = torch.arange(3).repeat_interleave(torch.tensor(counts))
    return book().entries.detach()[index] + 0.2 * noise, index


def test_perplexity_counts_entries_in_use():
    assert perplexity(torch.tensor([[3, 3], [3, 3]]), 8) == 1
    torch.testing.assert_close(perplexity(torch.arange(8), 8), torch.tensor(8.0))
    share = torch.tensor([0.75, 0.25])
    expected = (-(share * share.log()).sum()).exp()
    torch.testing.assert_close(perplexity(torch.tensor([1, 1, 5, 1]), 8), expected)


@pytest.mark.parametrize(
    "index", [torch.tensor([0, 8]), torch.tensor([-1]), torch.tensor([]).long()]
)
def test_perplexity_refuses_what_is_no_entry(index):
    with pytest.raises(ValueError, match="wanted"):
        perplexity(index, 8)


def test_with_decay_0_an_update_is_a_step_of_k_means():
    z_e, index = near(5, 2, 0)
    made = book(decay=0.0)
    assert torch.equal(quantise(z_e, made.entries)[1], index)
    made.update(z_e, index)
    torch.testing.assert_close(made.entries[0].detach(), z_e[:5].mean(dim=0))
    torch.testing.assert_close(made.entries[1].detach(), z_e[5:].mean(dim=0))
    assert made.entries[2].tolist() == [0.0, 9.0], "what nobody chose stays"
    made.update(z_e, index)
    assert made.entries.isfinite().all() and made.counts.tolist() == [5, 2, 0]


def test_a_vector_weighs_by_its_age_and_not_by_the_size_of_its_batch():
    many, few = near(90, 0, 0), near(10, 0, 0, seed=1)
    made = book(decay=0.5)
    made.counts.zero_()
    for z_e, index in (many, few):
        made.update(z_e, index)
    mean = (0.5 * many[0].sum(dim=0) + few[0].sum(dim=0)) / (0.5 * 90 + 10)
    torch.testing.assert_close(made.entries[0].detach(), mean)


def test_after_many_updates_the_past_weighs_as_decay_says():
    made = book(decay=0.9)
    first = made.entries[0].detach().clone()
    z_e, index = torch.ones(1, 2), torch.tensor([0])
    for _ in range(3):
        made.update(z_e, index)
    torch.testing.assert_close(made.entries[0].detach(), 0.9**3 * first + (1 - 0.9**3) * z_e[0])
    torch.testing.assert_close(made.counts, torch.tensor([1.0, 0.9**3, 0.9**3]))


def test_no_loss_moves_averaged_entries_and_no_average_moves_the_others():
    z_e, index = near(5, 2, 0)
    assert not book().entries.requires_grad and book(Codebook).entries.requires_grad
    made = book(Codebook)
    made.update(z_e, index)
    assert torch.equal(made.entries, book().entries)
    torch.testing.assert_close(made.counts, 0.95 * torch.ones(3) + 0.05 * torch.tensor([5.0, 2, 0]))


@pytest.mark.parametrize("kind", [Codebook, AveragedCodebook])
def test_unused_entries_restart_on_vectors_of_the_batch(kind):
    z_e, index = near(5, 4, 0)
    made = book(kind, decay=0.0, restart_below=0.1)
    kept = book(kind, decay=0.0)
    torch.manual_seed(0)
    for codebook in (made, kept):
        codebook.update(z_e, index)
    assert kept.entries[2].tolist() == [0.0, 9.0]
    assert any(torch.equal(made.entries[2], row) for row in z_e)
    assert torch.equal(made.entries[:2], kept.entries[:2]), "used entries stay"
    assert made.counts.tolist() == [5, 4, 3], "a restarted entry is given the mean count"


def test_entries_are_restarted_below_the_part_of_the_mean_count_that_is_given():
    z_e, index = near(10, 8, 3)  # the mean count is 7
    for part, moved in ((0.4, False), (0.5, True)):
        made = book(decay=0.0, restart_below=part)
        before = z_e[18:].mean(dim=0)
        made.update(z_e, index)
        assert (not torch.allclose(made.entries[2], before)) == moved


def test_it_starts_on_different_vectors():
    z_e = torch.arange(12.0).view(6, 2)
    made = Codebook(5, 2)
    made.start_from(z_e)
    rows = [tuple(row) for row in made.entries.tolist()]
    assert len({*rows}) == 5 and {*rows} <= {tuple(row) for row in z_e.tolist()}
    with pytest.raises(ValueError, match="wanted 7 or more"):
        Codebook(7, 2).start_from(z_e)


def test_the_entropy_of_the_use_is_at_most_log_k():
    index = torch.randint(5, (1000,), generator=torch.Generator().manual_seed(2))
    assert perplexity(index, 5).log() <= math.log(5)
