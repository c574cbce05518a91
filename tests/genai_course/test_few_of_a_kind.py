"""One class, two classes, classes of two images, one group, one mode: what is said of them by hand.

Where the number of classes or of members is free, its smallest values are where loops end.
"""

import math

import pytest
import torch

from genai_course.collapse.readings import digit_shares
from genai_course.collapse.statistics import announced, summarise
from genai_course.conditional.alarm import own_and_permuted
from genai_course.conditional.completion import complete, split_halves
from genai_course.conditional.networks import ConditionalGenerator, ConditionalVAE, one_hot
from genai_course.conditional.training import settled
from genai_course.data.digits import TEST_PER_CLASS, split_indices
from genai_course.data.mixtures import grid_centres, ring_centres
from genai_course.evaluation.classwise import class_by_class
from genai_course.evaluation.disentanglement import mutual_information, mutual_information_gap
from genai_course.evaluation.diversity import mean_pairwise_distance, within_class_diversity
from genai_course.evaluation.frechet import mean_and_covariance
from genai_course.evaluation.histogram import kl_to_uniform, mnist_score
from genai_course.evaluation.judge import Judge, class_histogram
from genai_course.evaluation.kernel import cubic_kernel, kid
from genai_course.evaluation.modes import hopping, mode_counts, mode_report, mode_shares
from genai_course.evaluation.neighbours import neighbour_radii
from genai_course.gan.augmentation import shift_pixels
from genai_course.sequences.attention import attend, causal_mask
from genai_course.sequences.counting import NGram, bits_per_letter
from genai_course.sequences.masked import conditional_of, drawn_in_steps, masked_nats
from genai_course.sequences.sampling import (
    continue_fast,
    continue_slowly,
    entropy_of,
    keep_nucleus,
    keep_top_k,
    pick,
    with_temperature,
)
from genai_course.sequences.text import encode, longest_copy, text_of, windows
from genai_course.sequences.training import held_out_nats
from genai_course.sequences.transformer import GPT
from genai_course.sequences.wavenet import WaveNet, play_notes
from genai_course.sequences.waves import from_levels, pluck, to_levels
from genai_course.vae.aggregate import kl_in_two_parts
from genai_course.vae.importance import importance_weights_of, iwae_bound
from genai_course.vae.networks import VAE
from genai_course.vae.sampling import interpolate, latent_grid


class Bright(Judge):
    """A judge that reads ten times the first pixel as the digit."""

    def forward(self, x):
        return 20 * torch.nn.functional.one_hot((10 * x[:, 0, 0, 0]).long(), 11).float()


def grey(*levels):
    """Images of one grey level each."""
    return torch.tensor(levels).view(-1, 1, 1, 1).expand(-1, 1, 28, 28)


@pytest.mark.parametrize("labels", [[4, 4, 7, 7, 7], [7, 7, 4, 4, 4], [3, 3, 3, 5, 5]])
def test_a_class_of_two_images_has_the_distance_between_them(labels):
    labels, levels = torch.tensor(labels), torch.tensor([0.1, 0.3, 0.4, 0.8, 0.9])
    found = within_class_diversity(grey(*levels.tolist()), labels, pairs=50)
    assert [*found] == labels.unique().tolist()
    for label, distance in found.items():
        own = levels[labels == label]
        if len(own) == 2:
            assert distance == pytest.approx((own[1] - own[0]).item(), abs=1e-6)


def test_one_class_alone_is_measured_as_the_whole():
    images, labels = torch.rand(6, 1, 5, 3), torch.full((6,), 2)
    found = within_class_diversity(images, labels, pairs=40, seed=3)
    assert found == {2: mean_pairwise_distance(images, 40, 3)}
    assert class_by_class(
        lambda a, b: (len(a), len(b)), images, labels, images[:1], labels[:1]
    ) == {2: (6, 1)}


@pytest.mark.parametrize("labels", [[0, 1, 1], [1, 1, 0], [8, 9, 8]])
def test_each_of_two_classes_is_measured_on_its_own_rows(labels):
    labels, rows = torch.tensor(labels), torch.tensor([[1.0], [2.0], [4.0]])
    found = class_by_class(
        lambda a, b: (a.sum().item(), b.sum().item()), rows, labels, -rows, labels
    )
    sums = {c: rows[labels == c].sum().item() for c in labels.tolist()}
    assert found == {c: (total, -total) for c, total in sums.items()}


def test_three_images_are_paired_with_both_others():
    distances = {mean_pairwise_distance(grey(0.0, 0.1, 0.7), 1, seed) for seed in range(30)}
    assert sorted(round(one, 5) for one in distances) == [0.1, 0.6, 0.7]


def test_histograms_of_one_class_and_of_two():
    assert kl_to_uniform(torch.tensor([5])) == 0
    assert kl_to_uniform(torch.tensor([1, 3])) == pytest.approx(
        math.log(2) + 0.25 * math.log(0.25) + 0.75 * math.log(0.75)
    )
    assert mnist_score(torch.ones(3, 1)) == 1
    assert mnist_score(torch.eye(2)) == pytest.approx(2)
    assert mnist_score(torch.eye(3)[[0, 0, 0, 2]]) == pytest.approx(4 / 27**0.25)


def test_classes_that_nobody_draws_are_counted_as_none():
    """The last ones, too: the table keeps its ten columns."""
    images = grey(0.05, 0.25, 0.26)
    assert class_histogram(Bright(), images).tolist() == [1, 0, 2, 0, 0, 0, 0, 0, 0, 0]
    shares = digit_shares(
        Bright(), lambda x: grey(*x.flatten().tolist()), torch.full((2, 1, 1), 0.05)
    )
    assert shares.tolist() == [[1, *(9 * [0])]] * 2
    centres = torch.tensor([[0.0, 0.0], [9.0, 0.0], [0.0, 9.0]])
    assert mode_counts(torch.zeros(2, 2), centres, 1.0).tolist() == [2, 0, 0]
    assert mode_shares(torch.zeros(2, 2), centres).tolist() == [1, 0, 0]


def test_one_mode_with_two_samples():
    report = mode_report(torch.tensor([[0.1, 0.0], [-0.1, 0.0]]), torch.zeros(1, 2), 0.1)
    assert report["modes"] == report["modes_kept"] == report["quality"] == 1 and report["kl"] == 0
    assert report["spread"] == pytest.approx(1.0)  # 0.02 over two directions, one degree each


def test_two_snapshots_hop_once_or_never():
    assert hopping(torch.eye(2)) == 1 and hopping(torch.eye(2)[[1, 1]]) == 0


def test_points_on_small_rings_and_grids():
    assert ring_centres(1, 2.0).tolist() == [[2, 0]]
    assert torch.allclose(ring_centres(2), torch.tensor([[1.0, 0], [-1, 0]]), atol=1e-6)
    assert grid_centres(1).tolist() == [[0, 0]]
    assert grid_centres(2).tolist() == [[-1, -1], [-1, 1], [1, -1], [1, 1]]
    assert grid_centres(3, 1.0)[[0, 4, 8]].tolist() == [[-1, -1], [0, 0], [1, 1]]


def test_short_ways_through_the_latent_space():
    assert latent_grid(1).tolist() == [[0, 0]] and latent_grid(3)[4].tolist() == [0, 0]
    assert latent_grid(2).sign().tolist() == [[-1, 1], [1, 1], [-1, -1], [1, -1]]
    ends = torch.tensor([1.0, 2.0]), torch.tensor([3.0, 8.0])
    assert torch.equal(interpolate(*ends, 2), torch.stack(ends))
    assert interpolate(*ends, 3)[1].tolist() == [2, 5]


def test_two_rows_are_enough():
    rows, others = torch.tensor([[0.0, 1.0], [2.0, 2.0]]), torch.tensor([[1.0, 1.0], [0.5, 3.0]])
    mean, covariance = mean_and_covariance(rows)
    assert mean.tolist() == [1, 1.5] and covariance.tolist() == [[2, 1], [1, 0.5]]
    within = [cubic_kernel(x[:1], x[1:]).item() for x in (rows, others)]
    assert kid(rows, others) == pytest.approx(
        sum(within) - 2 * cubic_kernel(rows, others).mean().item()
    )
    assert neighbour_radii(torch.tensor([[0.0], [1.0], [5.0]]), 2).tolist() == [5, 4, 5]


def test_one_test_and_one_number():
    assert announced({"only": 0.04}) == {"only"} and announced({"only": 0.06}) == set()
    assert announced({"a": 0.05, "b": 0.05}) == {"a", "b"}  # the last rank is looked at, too
    summary = summarise([1.0, 3.0])
    assert summary.mean == 2 and summary.high - 2 == pytest.approx(12.7062047, rel=1e-6)
    assert summarise([4.0]).high == math.inf


def test_bins_need_not_divide_the_rows():
    codes = torch.arange(7.0)[:, None]
    shares = torch.tensor([3, 2, 2]) / 7  # seven ranks in three bins
    entropy = -(shares * shares.log()).sum() / math.log(3)
    assert mutual_information(codes, codes, bins=3).item() == pytest.approx(entropy.item())
    assert mutual_information_gap(torch.tensor([[0.2], [0.7]])).item() == pytest.approx(0.5)


def test_one_group_and_groups_of_one():
    log_w = torch.tensor([[0.0, 1.0], [2.0, 1.0]])
    assert torch.allclose(iwae_bound(log_w, 1), log_w.mean(dim=0))
    assert torch.allclose(iwae_bound(log_w, 2), log_w.exp().mean(dim=0).log())
    vae = VAE(latent_dim=2, hidden=4)  # more samples of an image than may be decoded at once
    images = torch.rand(3, 1, 28, 28).round()
    assert importance_weights_of(vae, images, 5, decode_at_once=2).shape == (5, 3)


def test_one_image_has_nothing_to_be_told_from_and_no_other_condition():
    mu, logvar = torch.tensor([[0.5, -1.0]]), torch.tensor([[0.3, -0.7]])
    information, mismatch = kl_in_two_parts(mu, logvar, 40)
    assert information.abs().max() < 1e-5 and mismatch.abs().min() > 0
    vae, x = ConditionalVAE(hidden=4), torch.rand(1, 1, 28, 28)
    torch.nn.init.zeros_(vae.decoder[-1].weight)  # no noise of z in the pixels
    own, permuted = own_and_permuted(vae, x, one_hot(torch.tensor([3])))
    assert own.shape == (1,) and torch.equal(own, permuted)


def test_a_middle_row_goes_to_the_lower_half():
    images = torch.arange(15.0).view(1, 1, 5, 3) / 15
    upper, lower = split_halves(images)
    assert torch.equal(torch.cat((upper, lower.flatten(1)), dim=1), images.flatten(1))
    assert upper.shape == (1, 6)
    vae = Lower()
    whole = complete(vae, images, 2)
    assert torch.equal(whole[0, :, :, :2], images[:, :, :2].expand(2, 1, 2, 3))
    assert whole.shape == (1, 2, 1, 5, 3) and (whole[:, :, :, 2:] == 0.5).all()


class Lower:
    """A VAE of lower halves of three rows, always grey."""

    latent_dim = 2

    def decode(self, z, condition):
        return torch.zeros(len(z), 1, 3, 3)


def test_an_image_of_odd_side_is_shifted_around_its_rim():
    image = torch.arange(9.0)
    moved = shift_pixels(image, torch.tensor([1, 0]), side=3)
    assert moved.tolist() == [6, 7, 8, 0, 1, 2, 3, 4, 5]
    assert shift_pixels(image, torch.tensor([0, 1]), side=3).tolist() == [2, 0, 1, 5, 3, 4, 8, 6, 7]


def test_a_generator_of_two_classes():
    assert one_hot(torch.tensor([1, 0]), 2).tolist() == [[0, 1], [1, 0]]
    generator = ConditionalGenerator(8, 2, num_classes=2)
    network = settled(generator, num_samples=5)
    assert network(torch.zeros(2, 8), torch.tensor([0, 1])).shape == (2, 1, 28, 28)


@pytest.mark.parametrize("labels", [[0, 1], [1, 1, 0], [0]])
def test_fifty_of_each_class_are_kept_for_the_test(labels):
    labels = torch.tensor(labels).repeat(TEST_PER_CLASS + 1)
    train, test = split_indices(labels)
    assert sorted([*train.tolist(), *test.tolist()]) == [*range(len(labels))]
    assert labels[test].bincount()[labels.unique()].tolist() == [TEST_PER_CLASS] * len(
        labels.unique()
    )


@pytest.mark.parametrize("order", [0, 1, 3])
def test_an_alphabet_of_one_letter_costs_nothing(order):
    model, index = NGram(encode("aaa", "a"), 1, order), encode("aa", "a")
    assert bits_per_letter(model.log_likelihood(index)) == 0
    assert model.next_letter(index).tolist() == [1] and text_of(index, "a") == "aa"


def test_a_text_of_one_letter_is_counted_once():
    model = NGram(encode("b", "ab"), 2, 1)
    for context in ("", "b", "ab"):  # one came, of one kind: (1 + 1 * 1/2) / (1 + 1)
        assert model.next_letter(encode(context, "ab")).tolist() == [0.25, 0.75]
    assert model.log_likelihood(encode("a", "ab")).exp().tolist() == [0.25]


def test_two_letters_are_one_piece_and_one_cost():
    index = torch.tensor([1, 0])
    assert windows(index, 1, 3).tolist() == [[1, 0]] * 3
    network = GPT(2, 1, width=4, depth=1, heads=1)
    (cost,) = held_out_nats(network, index, 1, 1)
    wanted = -network(index[None, :1]).log_softmax(dim=2)[0, 0, 0]
    assert cost.item() == pytest.approx(wanted.item())
    assert longest_copy("b", "ab") == 1 and longest_copy("b", "") == 0


def test_one_place_hears_itself():
    assert causal_mask(1).tolist() == causal_mask(3, 1)[:, :1].tolist() == [[True]]
    value = torch.tensor([[2.0, 3.0]])
    assert torch.equal(attend(value, value, value, causal_mask(1)), value)
    network, start = GPT(1, 1, width=4, depth=1, heads=4), torch.zeros(1, 1).long()
    for way in (continue_slowly, continue_fast):
        assert torch.equal(way(network, start, 0, pick), start)
        assert way(network, start, 1, pick).tolist() == [[0, 0]]


def test_one_letter_has_no_entropy_and_is_always_kept():
    p = torch.ones(1)
    assert entropy_of(p) == 0 and pick(p[None]).tolist() == [0]
    for kept in (with_temperature(p, 0.1), keep_top_k(p, 1), keep_nucleus(p, 1e-6)):
        assert torch.equal(kept, p)
    assert keep_top_k(torch.tensor([0.3, 0.7]), 1).tolist() == [0, 1]


def test_one_hidden_letter_costs_what_it_costs():
    table = torch.tensor([0.25, 0.75])
    cost = masked_nats(lambda seen: conditional_of(table, seen), [1])
    assert cost.item() == pytest.approx(-math.log(0.75))
    assert drawn_in_steps(torch.ones(1, 1), 1).tolist() == [[1]]


def test_one_level_one_note_and_one_sample():
    assert to_levels(torch.tensor([-1.0, 1.0]), 1).tolist() == [0, 0]
    assert from_levels(torch.tensor(0), 1).tolist() == 0
    assert pluck(2, 1).shape == (1,)
    wavenet, zero = WaveNet(1, 1, width=2, dilations=(1,)), torch.zeros(1).long()
    assert play_notes(wavenet, zero, zero, 1).tolist() == [[0, 0]]
