"""The space of codes: standardised, invertible as far as the VAE is, and made without a trace."""

import pytest
import torch

from genai_course.collapse.code_space import train_code_space
from genai_course.data import load_images


@pytest.fixture(scope="module")
def images():
    return load_images("digits", "train")[0]


@pytest.fixture(scope="module")
def space(images):
    return train_code_space(images, num_steps=200)


def test_codes_are_standardised(space, images):
    assert space.codes.shape == (len(images), 10)
    assert space.codes.mean(dim=0).abs().max() < 1e-4
    assert (space.codes.std(dim=0) - 1).abs().max() < 1e-4


def test_encoding_gives_the_codes_of_the_table(space, images):
    assert torch.allclose(space.encode(images[:20]), space.codes[:20], atol=1e-4)


def test_decoding_undoes_encoding_better_than_the_mean_image(space, images):
    back = space.decode(space.encode(images[:200]))
    assert back.shape == (200, 1, 28, 28)
    assert back.min() >= 0 and back.max() <= 1
    error = (back - images[:200]).square().mean()
    assert error < 0.7 * (images.mean(dim=0) - images[:200]).square().mean()


def test_decoding_uses_the_scale_of_the_codes(space):
    """A decoder that forgot to undo the standardisation would give the pictures of other codes."""
    codes = space.codes[:50]
    raw = space.vae.decoder(codes * space.deviation + space.mean).sigmoid()
    assert torch.allclose(space.decode(codes), raw, atol=1e-5)
    assert (space.deviation - 1).abs().max() > 0.02


def test_nothing_can_train_any_more(space):
    assert not any(weight.requires_grad for weight in space.vae.parameters())
    assert not space.vae.training
    assert not space.codes.requires_grad


def test_the_seed_decides_and_the_global_state_stays(images):
    state = torch.random.get_rng_state()
    first = train_code_space(images[:256], num_steps=3, seed=1).codes
    assert torch.equal(torch.random.get_rng_state(), state)
    torch.rand(5)
    assert torch.equal(train_code_space(images[:256], num_steps=3, seed=1).codes, first)
    assert not torch.equal(train_code_space(images[:256], num_steps=3, seed=2).codes, first)


def test_all_images_of_an_epoch_are_used_once(images, monkeypatch):
    from genai_course.collapse import code_space as latent

    seen = []
    monkeypatch.setattr(latent, "vae_step", lambda vae, optimizer, x: seen.append(x))
    train_code_space(images[:256], num_steps=4, batch_size=128)
    for epoch in (seen[:2], seen[2:]):
        rows = {tuple(row.tolist()) for row in torch.cat(epoch).flatten(1)}
        assert rows == {tuple(row.tolist()) for row in images[:256].flatten(1)}
