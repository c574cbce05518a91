"""Largest singular values: against the SVD, PyTorch's own normalisation, and measured stretch."""

import copy

import pytest
import torch
from torch import nn
from torch.nn.utils.parametrizations import spectral_norm
from torch.nn.utils.parametrize import register_parametrization

from genai_course.gan.convolutional import ConvDiscriminator
from genai_course.gan.spectral import SpectralNorm, lipschitz_bound, matrix_of, power_iteration


def matrix_with(singular_values, rows, columns, seed=0):
    generator = torch.Generator().manual_seed(seed)
    left = torch.linalg.qr(torch.randn(rows, rows, generator=generator).double())[0]
    right = torch.linalg.qr(torch.randn(columns, columns, generator=generator).double())[0]
    count = len(singular_values)
    return left[:, :count] @ torch.diag(torch.tensor(singular_values).double()) @ right[:, :count].T


@pytest.mark.parametrize("shape", [(5, 5), (4, 9), (9, 4), (1, 6), (6, 1)])
def test_power_iteration_finds_what_the_svd_finds(shape):
    torch.manual_seed(0)
    matrix = torch.randn(shape).double()
    sigma, u, v = power_iteration(matrix, torch.randn(shape[0]).double(), 500)
    left, values, right = torch.linalg.svd(matrix)
    assert torch.allclose(sigma, values[0])
    assert torch.allclose((u @ left[:, 0]).abs(), torch.ones(()).double())
    assert torch.allclose((v @ right[0]).abs(), torch.ones(()).double())
    assert torch.allclose(matrix @ v, sigma * u)


@pytest.mark.parametrize("ratio", [0.5, 0.8])
def test_the_error_falls_by_the_fourth_power_of_the_ratio(ratio):
    matrix = matrix_with([1.0, ratio, 0.1], 6, 4)
    start = torch.ones(6).double()
    errors = [1 - power_iteration(matrix, start, n)[0].item() for n in range(3, 7)]
    assert min(errors) > 0
    for before, after in zip(errors, errors[1:], strict=False):
        assert after / before == pytest.approx(ratio**4, rel=0.05)


def test_power_iteration_refuses_nothing_to_do_and_a_start_of_wrong_length():
    with pytest.raises(ValueError, match="num_steps=0"):
        power_iteration(torch.eye(3), torch.ones(3), 0)
    with pytest.raises(ValueError, match=r"start of shape \(2,\)"):
        power_iteration(torch.randn(3, 2), torch.ones(2), 1)


def test_a_matrix_by_columns_does_what_the_map_does():
    torch.manual_seed(0)
    conv = nn.Conv2d(2, 3, 4, stride=2, padding=1, bias=False)
    x = torch.randn(5, 2, 6, 6)
    matrix = matrix_of(conv, (2, 6, 6))
    assert matrix.shape == (27, 72)
    assert torch.allclose(x.flatten(1) @ matrix.T, conv(x).flatten(1), atol=1e-5)


def layers():
    torch.manual_seed(0)
    return {
        "linear": (nn.Linear(7, 5), torch.randn(4, 7)),
        "convolution": (nn.Conv2d(3, 4, 4, stride=2, padding=1), torch.randn(4, 3, 8, 8)),
    }


@pytest.mark.parametrize("name", ["linear", "convolution"])
def test_our_normalisation_agrees_with_that_of_pytorch(name):
    layer, x = layers()[name]
    ours, theirs = copy.deepcopy(layer), spectral_norm(copy.deepcopy(layer))
    register_parametrization(ours, "weight", SpectralNorm(ours.weight))
    for _ in range(300):
        ours(x), theirs(x)
    assert torch.allclose(ours.weight, theirs.weight, atol=1e-5)
    for network in (ours, theirs):
        network(x).square().sum().backward()
    mine = ours.parametrizations.weight.original.grad
    assert torch.allclose(mine, theirs.parametrizations.weight.original.grad, rtol=1e-3, atol=1e-4)
    assert mine.abs().max() > 0


def test_the_gradient_takes_sigma_into_account():
    layer, x = layers()["linear"]
    register_parametrization(layer, "weight", SpectralNorm(layer.weight, warm_up=500))
    layer.eval()
    (layer(x) ** 2).sum().backward()
    weight = layer.parametrizations.weight.original
    # the normalised weight does not depend on the scale, so the gradient is orthogonal to it
    assert abs((weight.grad * weight).sum()) < 1e-4 * weight.grad.norm() * weight.norm()


def test_one_round_at_each_use_in_training_and_none_in_evaluation():
    torch.manual_seed(0)
    layer = nn.Linear(20, 20)
    register_parametrization(layer, "weight", SpectralNorm(layer.weight, warm_up=1))
    norm = layer.parametrizations.weight[0]
    layer.eval()
    before = norm.u.clone()
    layer(torch.zeros(1, 20))
    assert torch.equal(norm.u, before)
    layer.train()
    layer(torch.zeros(1, 20))
    assert not torch.equal(norm.u, before)
    weight = layer.parametrizations.weight.original
    assert torch.equal(norm.u, power_iteration(weight.detach(), before, 1)[1])
    assert not norm.u.requires_grad and "parametrizations.weight.0.u" in layer.state_dict()


@pytest.mark.parametrize(("kernel", "stride"), [(4, 2), (3, 1), (3, 2), (5, 2)])
def test_the_bound_of_a_convolution_holds_and_is_reached_up_to_borders(kernel, stride):
    torch.manual_seed(0)
    conv = nn.Conv2d(1, 1, kernel, stride=stride, bias=False)
    largest = torch.linalg.svdvals(matrix_of(conv, (1, 17, 17)))[0].item()
    assert largest <= lipschitz_bound(conv) * (1 + 1e-5)
    with torch.no_grad():
        conv.weight.fill_(1.0)  # all patches agree: the bound is nearly reached
    shape = (1, stride * 20 + kernel, stride * 20 + kernel)
    if kernel % stride == 0:
        largest = torch.linalg.svdvals(matrix_of(conv, shape))[0].item()
        assert 0.95 * lipschitz_bound(conv) < largest <= lipschitz_bound(conv) * (1 + 1e-5)


def test_the_bound_of_a_discriminator_is_a_product_over_its_layers():
    torch.manual_seed(0)
    discriminator = ConvDiscriminator(width=4, spectral=True)
    for _ in range(300):
        discriminator(torch.zeros(1, 1, 28, 28))
    discriminator.eval()
    assert lipschitz_bound(discriminator) == pytest.approx(8.0, rel=1e-2)  # (1 * 2) three times, 1
    a, b = torch.randn(50, 1, 28, 28), torch.randn(50, 1, 28, 28)
    moved = (discriminator(a) - discriminator(b)).abs().flatten()
    stretch = (moved / (a - b).flatten(1).norm(dim=1)).max()
    assert 0 < stretch <= lipschitz_bound(discriminator)


def test_batch_normalisation_has_no_bound():
    with pytest.raises(ValueError, match="without bound"):
        lipschitz_bound(ConvDiscriminator())
