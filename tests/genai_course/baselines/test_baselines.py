"""The simplest generators of images: exact sums, known Gaussians, scikit-learn as the oracle."""

import itertools
import warnings

import pytest
import torch
from torch import distributions

from genai_course.baselines.mixture import MixtureInPCA
from genai_course.baselines.pca import GaussianInPCA
from genai_course.baselines.pixels import IndependentPixels
from genai_course.baselines.scores import score_samples
from genai_course.evaluation.judge import load_judge


def tiny_images(count=500, seed=0):
    """Images of 3 x 2 pixels in [0, 1] whose pixels hang together."""
    generator = torch.Generator().manual_seed(seed)
    hidden = torch.randn(count, 2, generator=generator)
    mix = torch.randn(2, 6, generator=generator)
    noise = 0.1 * torch.randn(count, 6, generator=generator)
    return torch.sigmoid(hidden @ mix + noise).view(-1, 1, 3, 2)


def all_binary(num_pixels):
    return torch.tensor(list(itertools.product((0.0, 1.0), repeat=num_pixels)))


def test_independent_pixels_count_one_more_of_each():
    images = torch.tensor([1.0, 1.0, 0.0, 0.0]).view(2, 1, 2, 1)
    assert IndependentPixels(images).chance.flatten().tolist() == [0.5, 0.5]
    never = IndependentPixels(torch.zeros(8, 1, 2, 1))
    assert never.chance.flatten().tolist() == pytest.approx([0.1, 0.1])
    assert never.log_likelihood(torch.ones(1, 1, 2, 1)).isfinite().all()


def test_independent_pixels_are_a_distribution_and_agree_with_torch():
    model, x = IndependentPixels(tiny_images()), all_binary(6).view(-1, 1, 3, 2)
    assert model.log_likelihood(x).exp().sum() == pytest.approx(1.0, abs=1e-5)
    bernoulli = distributions.Bernoulli(model.chance)
    expected = bernoulli.log_prob(x).flatten(1).sum(dim=1)
    assert torch.allclose(model.log_likelihood(x), expected, atol=1e-5)


def test_independent_pixels_draw_binary_images_with_the_right_means():
    torch.manual_seed(0)
    model = IndependentPixels(tiny_images())
    samples = model.sample(20_000)
    assert samples.shape == (20_000, 1, 3, 2) and set(samples.unique().tolist()) == {0.0, 1.0}
    assert (samples.mean(dim=0) - model.chance).abs().max() < 0.02


def test_gaussian_in_pca_keeps_the_largest_directions():
    images = tiny_images()
    space = GaussianInPCA(images, 3)
    codes = space.project(images)
    eye = space.axes.T @ space.axes
    assert torch.allclose(eye, torch.eye(3), atol=1e-5)
    assert torch.allclose(torch.cov(codes.T, correction=0), space.variances.diag(), atol=1e-5)
    assert (space.variances.diff() < 0).all()
    total = images.flatten(1).var(dim=0, correction=0).sum()
    assert space.variances.sum() < total and GaussianInPCA(images, 6).variances.sum() == (
        pytest.approx(total.item(), rel=1e-4)
    )


def test_with_all_directions_nothing_is_lost_and_the_density_is_that_of_torch():
    images = tiny_images()
    space = GaussianInPCA(images, 6)
    assert torch.allclose(space.lift(space.project(images)), images, atol=1e-4)
    flat = images.flatten(1)
    whole = distributions.MultivariateNormal(flat.mean(dim=0), torch.cov(flat.T, correction=0))
    # a rotation keeps volumes, so both densities are the same
    assert torch.allclose(space.log_density(images), whole.log_prob(flat), atol=0.1)


def test_gaussian_samples_have_its_moments_and_stay_in_range():
    torch.manual_seed(0)
    space = GaussianInPCA(0.4 + 0.2 * tiny_images(), 2)  # far from 0 and 1: nothing is clamped
    samples = space.sample(20_000)
    codes = space.project(samples)
    assert samples.shape == (20_000, 1, 3, 2)
    assert torch.allclose(codes.var(dim=0), space.variances, rtol=0.05)
    wide = GaussianInPCA(tiny_images(), 6).sample(2000)
    assert wide.min() >= 0 and wide.max() <= 1


@pytest.fixture(scope="module")
def mixture():
    images = torch.cat([0.2 * tiny_images(seed=1), 0.8 + 0.2 * tiny_images(seed=2)])
    space = GaussianInPCA(images, 2)
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # stopping early is not worth a warning
        return MixtureInPCA(space, images, num_components=3, num_rounds=2), images


def test_mixture_density_is_that_of_scikit_learn(mixture):
    model, images = mixture
    expected = model.fitted.score_samples(model.space.project(images).double().numpy())
    assert torch.allclose(model.log_density(images).double(), torch.tensor(expected), atol=1e-3)


def test_mixture_samples_come_from_all_components(mixture):
    torch.manual_seed(0)
    model, images = mixture
    samples = model.sample(4000)
    assert samples.shape == (4000, 1, 3, 2) and samples.min() >= 0 and samples.max() <= 1
    bright = (samples.flatten(1).mean(dim=1) > 0.5).float().mean()
    assert bright == pytest.approx(0.5, abs=0.05)
    drawn, real = model.space.project(samples), model.space.project(images)
    assert torch.allclose(drawn.std(dim=0), real.std(dim=0), rtol=0.1)


def test_mixture_samples_have_the_covariance_of_their_component():
    torch.manual_seed(0)
    images = 0.4 + 0.2 * tiny_images()  # far from 0 and 1: nothing is clamped
    space = GaussianInPCA(images, 2)
    model = MixtureInPCA(space, images, num_components=1, num_rounds=2)
    model.roots = torch.tensor([[[0.02, 0.0], [0.03, 0.005]]])
    codes = space.project(model.sample(20_000))
    wanted = model.roots[0] @ model.roots[0].T
    assert torch.allclose(torch.cov(codes.T), wanted, atol=5e-5)


def test_mixture_beats_one_gaussian_where_there_are_two_heaps(mixture):
    model, images = mixture
    assert model.log_density(images).mean() > model.space.log_density(images).mean() + 0.5


def test_scores_are_those_of_the_metrics():
    torch.manual_seed(0)
    noise = torch.rand(60, 1, 28, 28)
    scores = score_samples(load_judge("digits"), noise, noise)
    assert list(scores) == ["readable", "Frechet", "coverage"]
    assert scores["readable"] == 0 and scores["Frechet"] == pytest.approx(0, abs=1e-3)
    assert scores["coverage"] == 1
    flat = score_samples(load_judge("digits"), torch.zeros(60, 1, 28, 28), noise)
    assert flat["Frechet"] > 1 and flat["coverage"] < 0.2
