"""The U-Net that is told a label: who hears it, and that it is the U-Net otherwise."""

import torch
from torch import nn

from genai_course.diffusion.networks import UNet
from genai_course.flow.networks import LabelledPoints, LabelledUNet, TimeAndLabel


def awake(network):
    for parameter in network.parameters():
        if not parameter.any():
            nn.init.normal_(parameter, std=0.1)
    return network


def test_time_and_label_are_added():
    torch.manual_seed(0)
    told, when = TimeAndLabel(3, width=6), torch.tensor([0.2, 0.9])
    got = told((when, torch.tensor([3, 1])))
    torch.testing.assert_close(got, told.time(when) + told.label.weight[[3, 1]])
    assert told.label.weight.shape == (4, 6)


def test_the_answer_depends_on_time_and_label_of_each_image_alone():
    torch.manual_seed(0)
    network, x_t = awake(LabelledUNet(3, narrow=4, wide=8)), torch.randn(3, 1, 28, 28)
    when, labels = torch.tensor([0.1, 0.5, 0.9]), torch.tensor([0, 3, 1])
    got = network(x_t, when, labels)
    assert got.shape == x_t.shape
    alone = [network(x_t[i : i + 1], when[i : i + 1], labels[i : i + 1]) for i in range(3)]
    torch.testing.assert_close(got, torch.cat(alone), rtol=0, atol=1e-5)
    for other in (network(x_t, 1 - when / 2, labels), network(x_t, when, (labels + 1) % 4)):
        assert ((other - got).abs().amax(dim=(1, 2, 3)) > 1e-4).all()
    got.sum().backward()
    assert all(p.grad is not None and p.grad.any() for p in network.parameters())


def test_it_has_the_weights_of_the_unet_and_a_vector_for_each_label_and_none():
    sizes = [sum(p.numel() for p in net.parameters()) for net in (LabelledUNet(), UNet())]
    assert sizes[0] - sizes[1] == 11 * 64
    seven = LabelledUNet(7, narrow=4, wide=8)
    told = dict(seven.named_parameters())["unet.time.label.weight"]
    assert seven.num_classes == 7 and told.shape == (8, 64)


def test_at_first_it_predicts_nothing():
    x_t = torch.randn(2, 1, 28, 28)
    assert not LabelledUNet()(x_t, torch.rand(2), torch.tensor([0, 10])).any()


def test_the_network_for_codes_hears_time_and_label_of_each_point_alone():
    torch.manual_seed(0)
    network, x_t = LabelledPoints(4, num_classes=3, width=8), torch.randn(3, 4)
    when, labels = torch.tensor([0.1, 0.5, 0.9]), torch.tensor([0, 3, 1])
    got = network(x_t, when, labels)
    assert got.shape == x_t.shape and network.num_classes == 3
    alone = [network(x_t[i : i + 1], when[i : i + 1], labels[i : i + 1]) for i in range(3)]
    torch.testing.assert_close(got, torch.cat(alone), rtol=0, atol=1e-5)
    others = ((x_t + 1, when, labels), (x_t, 1 - when / 2, labels), (x_t, when, (labels + 1) % 4))
    for given in others:
        assert ((network(*given) - got).abs().amax(dim=1) > 1e-4).all()


def test_the_network_for_codes_has_three_hidden_layers_of_its_width():
    layers = [m for m in LabelledPoints(4, 3, width=8).layers if isinstance(m, nn.Linear)]
    assert [(m.in_features, m.out_features) for m in layers] == [(8, 8), (8, 8), (8, 4)]
    assert LabelledPoints(4, 3, width=8).told.label.weight.shape == (4, 8)
