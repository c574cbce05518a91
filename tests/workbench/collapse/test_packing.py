"""A discriminator sees packs of pictures, and those of the training apart from those generated."""

import torch

from workbench.collapse import packing


def test_a_pack_is_more_channels_of_one_picture():
    discriminator = packing.PackedDiscriminator(packing.Variant(pack=2))
    discriminator.eval()
    pictures = torch.rand(6, 3, 28, 28)
    logits = discriminator(pictures)
    assert logits.shape == (3, 1)
    assert torch.allclose(logits[:1], discriminator(pictures[:2]), atol=1e-6)
    glued = torch.cat((pictures[0], pictures[1]))[None]
    assert torch.allclose(logits[:1], discriminator.judged(glued), atol=1e-6)


def test_pictures_are_drawn_with_the_statistics_of_the_training():
    generator, _ = packing.make_networks(packing.VARIANTS["DCGAN"], "cpu")
    pictures = packing.generate(generator, 1500)
    assert pictures.shape == (1500, 3, 28, 28) and generator.training
    assert pictures.min() >= 0 and pictures.max() <= 1
    assert not pictures.requires_grad


def test_real_and_generated_pictures_are_normalised_apart():
    """Joint batches leave the generator without a signal: 1 mode after 2,000 steps."""
    generator, discriminator = packing.make_networks(packing.VARIANTS["PacGAN2"], "cpu")
    seen = []
    discriminator.judged.layers.register_forward_pre_hook(lambda _, x: seen.append(x[0].shape))
    before = discriminator.judged.to_logits.weight.detach().clone()
    generator_before = {k: v.clone() for k, v in generator.named_parameters()}
    optimizer = torch.optim.Adam(discriminator.parameters())
    packing.separate_step(generator, discriminator, optimizer, torch.rand(8, 3, 28, 28))
    assert seen == [(4, 6, 28, 28)] * 2
    assert not torch.equal(before, discriminator.judged.to_logits.weight)
    assert all(torch.equal(v, generator_before[k]) for k, v in generator.named_parameters())
