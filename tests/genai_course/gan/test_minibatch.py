"""Layers that look at the whole batch: by hand, against loops, and on copies of one sample."""

import torch

from genai_course.gan.minibatch import MinibatchDiscrimination, MinibatchStdDev


def features(networks=2, count=8, width=5):
    return torch.randn(networks, count, width, generator=torch.Generator().manual_seed(0))


def test_the_deviation_by_hand():
    x = torch.tensor([[[0.0, 1.0], [4.0, 1.0], [5.0, 5.0], [5.0, 5.0]]])
    seen = MinibatchStdDev(group_size=2)(x)
    assert seen.shape == (1, 4, 3) and torch.equal(seen[..., :2], x)
    # first group: deviations 2 and 0, mean 1; second group: copies
    assert torch.allclose(seen[0, :, 2], torch.tensor([1.0, 1.0, 0.0, 0.0]), atol=1e-3)


def test_groups_and_networks_do_not_see_each_other():
    x = features()
    layer = MinibatchStdDev(group_size=4)
    changed = x.clone()
    changed[0, 1] += 3
    differs = (layer(x) - layer(changed))[..., -1] != 0
    assert differs[0, :4].all() and not differs[0, 4:].any() and not differs[1].any()


def test_copies_of_one_sample_give_the_deviation_a_finite_slope():
    x = torch.ones(1, 4, 3, requires_grad=True)
    MinibatchStdDev(group_size=4)(x)[..., -1].sum().backward()
    assert x.grad.isfinite().all()


def test_closeness_is_the_sum_over_the_others():
    x, layer = features(), MinibatchDiscrimination(2, 5, kernels=3, dims=2)
    seen = layer(x)
    assert seen.shape == (2, 8, 5 + 3) and torch.equal(seen[..., :5], x)
    for s in range(2):
        matrix = (x[s] @ layer.projection[s]).view(8, 3, 2)
        for i in (0, 5):
            for kernel in range(3):
                others = [j for j in range(8) if j != i]
                gaps = [(matrix[i, kernel] - matrix[j, kernel]).abs().sum() for j in others]
                wanted = sum(torch.exp(-gap) for gap in gaps)
                assert torch.isclose(seen[s, i, 5 + kernel], wanted, atol=1e-5)


def test_copies_are_as_close_as_can_be_and_far_samples_not_at_all():
    layer = MinibatchDiscrimination(1, 4, kernels=2, dims=3)
    copies = torch.ones(1, 6, 4)
    assert torch.allclose(layer(copies)[..., 4:], torch.full((1, 6, 2), 5.0))
    far = 1e4 * features(1, 6, 4)
    assert layer(far)[..., 4:].max() < 1e-3


def test_both_pass_gradients_back():
    for layer in (MinibatchStdDev(4), MinibatchDiscrimination(2, 5)):
        x = features().requires_grad_()
        layer(x)[..., 5:].sum().backward()
        assert x.grad.abs().sum() > 0
