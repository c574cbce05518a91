"""A code from a dictionary: the nearest entry forwards, the decoder's gradient backwards."""

import math

import torch

from genai_course.vae.quantised import codebook_loss, quantise


def codes():
    torch.manual_seed(0)
    return torch.randn(6, 2, requires_grad=True), torch.randn(8, 2, requires_grad=True)


def test_forwards_it_is_the_nearest_entry():
    z_e, codebook = codes()
    z_q, index = quantise(z_e, codebook)
    for code, entry, i in zip(z_e, z_q, index.tolist(), strict=True):
        distances = [(code - other).norm().item() for other in codebook]
        assert i == min(range(8), key=distances.__getitem__)
        torch.testing.assert_close(entry, codebook[i], rtol=0, atol=1e-6)


def test_backwards_the_gradient_is_copied_exactly_and_the_codebook_gets_none():
    z_e, codebook = codes()
    z_q, _ = quantise(z_e, codebook)
    z_q.retain_grad()
    (z_q**3).sum().backward()
    assert torch.equal(z_e.grad, z_q.grad) and z_e.grad.abs().min() > 0
    assert codebook.grad is None


def test_without_the_trick_nothing_reaches_the_encoder():
    z_e, codebook = codes()
    entry = codebook[torch.cdist(z_e, codebook).argmin(dim=1)]  # the planted wrong version
    (entry**3).sum().backward()
    assert z_e.grad is None and codebook.grad is not None


def test_each_side_of_the_codebook_loss_moves_its_own():
    z_e, codebook = codes()
    index = torch.tensor([1, 1, 0, 3, 7, 2])
    loss = codebook_loss(z_e, codebook, index, commitment=0.25)
    assert loss.shape == (6,)
    torch.testing.assert_close(loss, 1.25 * (z_e - codebook[index]).pow(2).sum(1))
    loss.sum().backward()
    torch.testing.assert_close(z_e.grad, 0.5 * (z_e - codebook[index]).detach())
    pull = 2 * (codebook[0] - z_e[2]).detach()
    torch.testing.assert_close(codebook.grad[0], pull)
    assert codebook.grad[[4, 5, 6]].abs().sum() == 0


def test_with_a_uniform_prior_a_code_costs_log_k():
    posterior = torch.nn.functional.one_hot(torch.tensor([3, 0]), 8).double()
    kl = torch.xlogy(posterior, posterior * 8).sum(1)
    torch.testing.assert_close(kl, torch.full((2,), math.log(8)).double())
