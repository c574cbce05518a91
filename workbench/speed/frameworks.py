"""The same training in the plain loops of PyTorch Lightning and of Hugging Face Accelerate.

Both are spared what costs them time and is optional: no logger, no checkpoints, no progress bar.
They are not part of the course; `benchmark` in pyproject.toml names them.
"""

import logging
import warnings

import torch
from torch import nn

from workbench.speed.tutorial import steps, train_for_ever, vae_loss


def play_lightning(model, networks, loader, device, turns):
    """Let Lightning's Trainer train for ever; a callback waits when a turn is over."""
    from pytorch_lightning import Callback, Trainer

    class TakeTurns(Callback):
        """Hand on after so many batches."""

        def on_train_start(self, trainer, module):
            turns.begin()

        def on_train_batch_end(self, *unused):
            turns.batch_done()

    quiet_lightning()
    accelerator = "gpu" if device.type == "cuda" else "cpu"
    trainer = Trainer(
        accelerator=accelerator, devices=1, max_epochs=-1, callbacks=[TakeTurns()],
        logger=False, enable_checkpointing=False, enable_progress_bar=False,
        enable_model_summary=False,
    )  # fmt: skip
    trainer.fit(lightning_module(model, networks), loader)


def quiet_lightning():
    """No tips about workers and hardware."""
    logging.getLogger("pytorch_lightning").setLevel(logging.ERROR)
    warnings.filterwarnings("ignore", module="pytorch_lightning")


def lightning_module(model, networks, noise=torch.randn):
    """Return the LightningModule that trains these networks."""
    from pytorch_lightning import LightningModule

    class LitVAE(LightningModule):
        """A VAE: one loss, so Lightning makes the step itself."""

        def __init__(self):
            super().__init__()
            (self.vae,) = networks

        def training_step(self, batch, batch_idx):
            loss = vae_loss(self.vae, batch[0])
            self.log("loss", loss)
            return loss

        def configure_optimizers(self):
            return torch.optim.Adam(self.vae.parameters(), lr=model.rates[0])

    class LitGAN(LightningModule):
        """A GAN: two optimisers, so the steps are written out, as Lightning's manual shows."""

        def __init__(self):
            super().__init__()
            self.automatic_optimization = False
            self.generator = networks[0]
            self.discriminator = nn.Sequential(networks[1], nn.Sigmoid())
            self.criterion = nn.BCELoss()

        def training_step(self, batch, batch_idx):
            x_real = batch[0]
            optimizer_g, optimizer_d = self.optimizers()
            real = torch.ones(len(x_real), 1, device=self.device)
            fake = torch.zeros(len(x_real), 1, device=self.device)
            x_fake = self.generator(noise(len(x_real), model.latent_dim, device=self.device))

            self.toggle_optimizer(optimizer_d)
            loss_d = self.criterion(self.discriminator(x_real), real)
            loss_d = loss_d + self.criterion(self.discriminator(x_fake.detach()), fake)
            optimizer_d.zero_grad()
            self.manual_backward(loss_d)
            optimizer_d.step()
            self.untoggle_optimizer(optimizer_d)

            self.toggle_optimizer(optimizer_g)
            if model.fresh_fakes:
                x_fake = self.generator(noise(len(x_real), model.latent_dim, device=self.device))
            loss_g = self.criterion(self.discriminator(x_fake), real)
            optimizer_g.zero_grad()
            self.manual_backward(loss_g)
            optimizer_g.step()
            self.untoggle_optimizer(optimizer_g)
            self.log_dict({"loss_d": loss_d, "loss_g": loss_g})

        def configure_optimizers(self):
            return [
                torch.optim.Adam(network.parameters(), lr=rate, betas=model.betas)
                for network, rate in zip(
                    (self.generator, self.discriminator), model.rates, strict=True
                )
            ]

    return LitVAE() if len(networks) == 1 else LitGAN()


def accelerate_steps(model, networks, accelerator, **options):
    """Return one step of the usual loop with Accelerate's objects, a function of the batch."""
    return steps(
        model, networks, accelerator.device,
        prepare=accelerator.prepare, backward=accelerator.backward, **options,
    )  # fmt: skip


def play_accelerate(model, networks, loader, device, turns):
    """Train for ever with Accelerate's loop; `turns.batch_done()` waits when a turn is over."""
    from accelerate import Accelerator

    accelerator = Accelerator(cpu=device.type == "cpu")
    step = accelerate_steps(model, networks, accelerator)
    if model.games == 1:  # a stream of ready batches has no sampler to prepare
        loader = accelerator.prepare(loader)
    train_for_ever(step, loader, turns)
