"""How the shipped autoencoders of notebooks 10, 11 and 13 are trained."""

import copy

import torch

from genai_course.models.pretrained import CLASSES
from genai_course.training.averaging import update_average
from genai_course.training.precision import in_fastest
from genai_course.vae.binarise import binarise
from genai_course.vae.convolutional import ConvolutionalVAE
from genai_course.vae.importance import iwae_bound, log_weights
from genai_course.vae.networks import VAE
from genai_course.vae.steps import vae_step
from genai_course.vae.vqvae import vqvae_step
from workbench.pretraining.averages import AVERAGE_DECAY
from workbench.pretraining.training import Training

LAST_PART = 0.85  # from here on the convolutional one climbs the importance-weighted bound
NUM_WEIGHTED = 5  # samples of z in that bound


def fully_connected(device, **arguments):
    """Notebook 10's autoencoder and loss; what is shipped has averaged weights."""
    vae = VAE(**arguments).to(device)
    return _climb(vae, lambda adam, images, progress: vae_step(vae, adam, images), rate=2e-3)


def convolutional(device, **arguments):
    """Notebook 11's residual autoencoder on digits that are binarised anew for each batch.

    It climbs the ELBO first; in the last part a quarter of each batch climbs the bound of five
    weighted samples, which lies closer to the likelihood.
    """
    vae = ConvolutionalVAE(**arguments).to(device, memory_format=torch.channels_last)
    fast = in_fastest(vae, device)

    def one_step(adam, images, progress):
        if progress < LAST_PART:
            return vae_step(fast, adam, binarise(images))
        few = binarise(images[: len(images) // 4])
        loss = -iwae_bound(log_weights(vae, few, NUM_WEIGHTED), NUM_WEIGHTED).mean()
        adam.zero_grad()
        loss.backward()
        adam.step()
        return {"negative_bound": loss}

    return _climb(vae, one_step, rate=1e-3)


def codebook(device, **arguments):
    """Notebook 13's VQ-VAE on digits that are binarised anew for each batch.

    Its entries are means of what the encoder returns, so the last weights are shipped, not averages
    over the training, of which the entries would know nothing.
    """
    vqvae = CLASSES["VQVAE"](**arguments).to(device)
    adam = torch.optim.Adam(vqvae.parameters(), lr=2e-3)

    def step(images, labels, progress):
        if progress == 0:
            with torch.no_grad():
                vqvae.codebook.start_from(vqvae(binarise(images))[1])
        return vqvae_step(vqvae, adam, binarise(images))

    return Training({"vqvae": vqvae}, {"vqvae": adam}, step, lambda: vqvae)


def _climb(vae, one_step, rate):
    average = copy.deepcopy(vae)
    adam = torch.optim.Adam(vae.parameters(), lr=rate, fused=True)

    def step(images, labels, progress):
        losses = one_step(adam, images, progress)
        update_average(average, vae, AVERAGE_DECAY)
        return losses

    return Training({"vae": vae, "average": average}, {"vae": adam}, step, lambda: average)
