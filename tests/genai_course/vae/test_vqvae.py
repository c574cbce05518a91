"""A VQ-VAE of a 7 x 7 grid: what moves what, and images to numbers and back."""

import pytest
import torch

from genai_course.vae.codebook import AveragedCodebook, Codebook
from genai_course.vae.losses import reconstruction_loss
from genai_course.vae.quantised import codebook_loss
from genai_course.vae.vqvae import VQVAE, images_to_indices, indices_to_logits, vqvae_step


def model(kind=Codebook, **options):
    torch.manual_seed(0)
    vqvae = VQVAE(kind(6, 3, **options), width=2)
    with torch.no_grad():
        vqvae.codebook.start_from(vqvae(images())[1])  # else one entry is nearest to all
    return vqvae


def images(n=3):
    return torch.rand(n, 1, 28, 28, generator=torch.Generator().manual_seed(1)).round()


def test_each_place_of_the_grid_gets_its_own_nearest_entry():
    vqvae, x = model(), images()
    logits, z_e, index = vqvae(x)
    assert logits.shape == (3, 1, 28, 28) and z_e.shape == (147, 3) and index.shape == (147,)
    grid = vqvae.encoder(x)
    torch.testing.assert_close(z_e[49 + 7 * 2 + 5], grid[1, :, 2, 5])
    chosen = vqvae.codebook.entries[index].view(3, 7, 7, 3).movedim(3, 1)
    torch.testing.assert_close(logits, vqvae.decoder(chosen))


def test_images_become_numbers_and_come_back_as_what_the_model_draws():
    vqvae, x = model(), images(4)
    index = images_to_indices(vqvae, x)
    assert index.shape == (4, 7, 7) and index.dtype == torch.int64
    assert not torch.equal(index, index.mT), "else rows and columns could change places"
    assert torch.equal(index.flatten(), vqvae(x)[2])
    logits = indices_to_logits(vqvae, index)
    torch.testing.assert_close(logits, vqvae(x)[0])
    assert not logits.requires_grad
    assert torch.equal(images_to_indices(vqvae, images(4)[2:]), index[2:])


def test_many_images_go_through_in_parts():
    vqvae = model()
    x = images(502)
    index = images_to_indices(vqvae, x)
    assert index.shape == (502, 7, 7) and indices_to_logits(vqvae, index).shape == x.shape
    assert torch.equal(index[501:], images_to_indices(vqvae, x[501:]))


@pytest.mark.parametrize("shape", [(4, 49), (7, 7), (1, 7, 6)])
def test_a_grid_of_another_shape_is_refused(shape):
    with pytest.raises(ValueError, match="wanted"):
        indices_to_logits(model(), torch.zeros(shape, dtype=torch.long))


@pytest.mark.parametrize("commitment", [0.25, 2.0])
def test_a_step_goes_down_the_three_terms_of_the_loss(commitment):
    vqvae, twin, x = model(), model(), images()
    optimizers = [torch.optim.SGD(m.parameters(), lr=1e-3) for m in (vqvae, twin)]
    told = vqvae_step(vqvae, optimizers[0], x, commitment)
    logits, z_e, index = twin(x)
    distortion = reconstruction_loss(logits, x).mean()
    loss = codebook_loss(z_e, twin.codebook.entries, index, commitment)
    (distortion + loss.view(3, 49).sum(dim=1).mean()).backward()
    optimizers[1].step()
    for ours, theirs in zip(vqvae.parameters(), twin.parameters(), strict=True):
        torch.testing.assert_close(ours, theirs)
    torch.testing.assert_close(told["distortion"], distortion.detach())
    assert 1 <= told["perplexity"] <= 6 and not told["distortion"].requires_grad


def test_a_step_updates_the_averages_with_the_codes_of_the_batch():
    vqvae, twin, x = model(AveragedCodebook), model(AveragedCodebook), images()
    _, z_e, index = twin(x)
    twin.codebook.update(z_e.detach(), index)
    vqvae_step(vqvae, torch.optim.SGD(vqvae.parameters(), lr=1e-3), x)
    torch.testing.assert_close(vqvae.codebook.entries, twin.codebook.entries)
    torch.testing.assert_close(vqvae.codebook.counts, twin.codebook.counts)
