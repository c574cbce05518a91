"""The average of a network: weights worked out by hand, statistics against those of a batch."""

import math

import pytest
import torch

from genai_course.gan.convolutional import ConvGenerator
from genai_course.training.averaging import renew_statistics, update_average


def test_the_average_is_the_weighted_mean_of_what_came_before():
    average, network = torch.nn.Linear(1, 1), torch.nn.Linear(1, 1)
    values, mean = [3.0, -1.0, 5.0], 2.0
    average.weight.data.fill_(mean)
    for value in values:
        network.weight.data.fill_(value)
        update_average(average, network, decay=0.75)
        mean = 0.75 * mean + 0.25 * value
    assert math.isclose(average.weight.item(), mean, rel_tol=1e-6)
    assert network.weight.item() == values[-1]
    assert average.weight.requires_grad and average.weight.grad_fn is None


def test_renewed_statistics_are_those_of_the_batch():
    torch.manual_seed(0)
    generator = ConvGenerator(width=4)
    z = generator.sample_prior(500)
    generator(100 * z)  # what came before must be forgotten
    assert renew_statistics(generator, z) is generator
    assert not generator.training
    hidden = generator.layers[1](generator.layers[0](z)).detach()
    first = generator.layers[2]
    assert torch.allclose(first.running_mean, hidden.mean(dim=(0, 2, 3)), atol=1e-5)
    assert torch.allclose(first.running_var, hidden.var(dim=(0, 2, 3)), rtol=1e-4)
    assert first.momentum == 0.1
    in_one_batch = generator.train()(z)
    assert torch.allclose(renew_statistics(generator, z)(z), in_one_batch, atol=1e-2)


def test_statistics_cannot_be_measured_on_one_input():
    with pytest.raises(ValueError, match="1 inputs, wanted at least 2"):
        renew_statistics(ConvGenerator(), torch.randn(1, 64))
