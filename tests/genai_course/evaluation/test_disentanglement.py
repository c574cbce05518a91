"""Mutual information from histograms, and the gap: known cases, and what must not matter."""

import math

import torch

from genai_course.evaluation.disentanglement import mutual_information, mutual_information_gap


def factors(n=4000, seed=0):
    return torch.rand(n, 3, generator=torch.Generator().manual_seed(seed))


def test_each_factor_in_its_own_dimension_scores_almost_one():
    known = factors()
    noise = torch.rand(4000, 2, generator=torch.Generator().manual_seed(1))
    codes = torch.cat([noise[:, :1], known[:, [2, 0, 1]].exp(), noise[:, 1:]], dim=1)
    shares = mutual_information(codes, known)
    assert shares.shape == (5, 3)
    expected = torch.zeros(5, 3).double()
    expected[1, 2] = expected[2, 0] = expected[3, 1] = 1
    torch.testing.assert_close(shares, expected, rtol=0, atol=0.02)
    assert mutual_information_gap(shares) > 0.97


def test_independent_columns_score_their_floor():
    shares = mutual_information(factors(), factors(seed=5))
    floor = 15**2 / (2 * 4000 * math.log(16))
    assert (shares - floor).abs().max() < 0.5 * floor


def test_a_monotone_map_of_a_dimension_changes_nothing_but_a_turn_does():
    known = factors()
    codes = torch.special.ndtri(known.clamp(1e-4, 1 - 1e-4))
    before = mutual_information(codes, known)
    torch.testing.assert_close(mutual_information(codes**3 + 2 * codes, known), before)
    turn = torch.linalg.qr(torch.randn(3, 3, generator=torch.Generator().manual_seed(2)))[0]
    assert mutual_information_gap(mutual_information(codes @ turn, known)) < 0.3


def test_a_factor_held_twice_has_no_gap():
    shares = torch.tensor([[0.9, 0.1], [0.9, 0.7], [0.2, 0.1]])
    assert abs(mutual_information_gap(shares).item() - (0.0 + 0.6) / 2) < 1e-6


def test_a_dimension_that_falls_where_its_factor_grows_says_all_of_it():
    known = factors(n=4096)[:, :1]
    shares = mutual_information(-(known**3), known)
    torch.testing.assert_close(shares, torch.ones(1, 1).double(), rtol=0, atol=1e-3)
