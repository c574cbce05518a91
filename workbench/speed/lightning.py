"""The VAE and the GAN of the race as LightningModules, for `frameworks.py`."""

import torch
from pytorch_lightning import LightningModule
from torch import nn

from workbench.speed.tutorial import vae_loss


class LitVAE(LightningModule):
    """A VAE: one loss, so Lightning makes the step itself."""

    def __init__(self, model, vae):
        super().__init__()
        self.model, self.vae = model, vae

    def training_step(self, batch, batch_idx):
        """Return the loss of a batch; Lightning makes the step."""
        loss = vae_loss(self.vae, batch[0])
        self.log("loss", loss)
        return loss

    def configure_optimizers(self):
        """Return the optimiser of the model's rate."""
        return torch.optim.Adam(self.vae.parameters(), lr=self.model.rates[0])


class LitGAN(LightningModule):
    """A GAN: two optimisers, so the steps are written out, as Lightning's manual shows."""

    def __init__(self, model, generator, discriminator, noise):
        super().__init__()
        self.automatic_optimization = False
        self.model, self.noise = model, noise
        self.generator = generator
        self.discriminator = nn.Sequential(discriminator, nn.Sigmoid())
        self.criterion = nn.BCELoss()

    def training_step(self, batch, batch_idx):
        """Make the step of the discriminator, then that of the generator."""
        x_real = batch[0]
        optimizer_g, optimizer_d = self.optimizers()
        real = torch.ones(len(x_real), 1, device=self.device)
        fake = torch.zeros(len(x_real), 1, device=self.device)
        x_fake = self.generator(self._draw(len(x_real)))

        self.toggle_optimizer(optimizer_d)
        loss_d = self.criterion(self.discriminator(x_real), real)
        loss_d = loss_d + self.criterion(self.discriminator(x_fake.detach()), fake)
        optimizer_d.zero_grad()
        self.manual_backward(loss_d)
        optimizer_d.step()
        self.untoggle_optimizer(optimizer_d)

        self.toggle_optimizer(optimizer_g)
        if self.model.fresh_fakes:
            x_fake = self.generator(self._draw(len(x_real)))
        loss_g = self.criterion(self.discriminator(x_fake), real)
        optimizer_g.zero_grad()
        self.manual_backward(loss_g)
        optimizer_g.step()
        self.untoggle_optimizer(optimizer_g)
        self.log_dict({"loss_d": loss_d, "loss_g": loss_g})

    def _draw(self, count):
        return self.noise(count, self.model.latent_dim, device=self.device)

    def configure_optimizers(self):
        """Return the optimisers of generator and discriminator."""
        return [
            torch.optim.Adam(network.parameters(), lr=rate, betas=self.model.betas)
            for network, rate in zip(
                (self.generator, self.discriminator), self.model.rates, strict=True
            )
        ]
