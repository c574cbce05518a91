"""What families share: what a residual block leaves alone, and the weights to begin with."""

import copy

import torch
from torch.nn.utils.parametrize import is_parametrized

from genai_course.gan.convolutional import ConvDiscriminator, ConvGenerator
from genai_course.layers import ResidualBlock, initialise_weights


def test_a_block_adds_to_its_input_and_mixes_neighbours_only():
    torch.manual_seed(0)
    block, x = ResidualBlock(3), torch.zeros(1, 3, 9, 9)
    pushed = x.clone()
    pushed[0, 0, 4, 4] = 1.0
    changed = (block(pushed) - block(x)).abs().sum((0, 1)) > 1e-7
    rows, columns = changed.nonzero().T
    assert rows.min() == columns.min() == 2 and rows.max() == columns.max() == 6
    with torch.no_grad():
        for parameter in block.parameters():
            parameter.zero_()
    assert torch.equal(block(pushed), pushed)


def test_initial_weights_have_the_wanted_spread_and_biases_are_zero():
    torch.manual_seed(0)
    generator = ConvGenerator(width=32)
    assert initialise_weights(generator) is generator
    linear, first, transposed, last = (generator.layers[i] for i in (0, 2, 4, 10))
    for layer in (linear, transposed, last):
        assert abs(layer.weight.std() - 0.02) < 0.003 and abs(layer.weight.mean()) < 0.002
    assert torch.equal(last.bias, torch.zeros(1))
    assert abs(first.weight.mean() - 1) < 0.02 and 0.01 < first.weight.std() < 0.03
    assert torch.equal(first.bias, torch.zeros(128))
    assert abs(initialise_weights(generator, std=0.1).layers[0].weight.std() - 0.1) < 0.01


def test_initial_weights_leave_spectral_layers_alone():
    discriminator = ConvDiscriminator(spectral=True)
    before = copy.deepcopy(discriminator.state_dict())
    initialise_weights(discriminator)
    for name, value in discriminator.state_dict().items():
        if "weight" in name:
            assert torch.equal(value, before[name]), name
        elif name.endswith("bias"):
            assert not value.any()
    assert is_parametrized(discriminator.to_logits, "weight")
