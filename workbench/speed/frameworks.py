"""The same training in the plain loops of PyTorch Lightning and of Hugging Face Accelerate.

Both are spared what costs them time and is optional: no logger, no checkpoints, no progress bar.
They are not part of the course; `benchmark` in pyproject.toml names them.
"""

import logging
import warnings

import torch

from workbench.speed.tutorial import steps, train_for_ever


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
        accelerator=accelerator,
        devices=1,
        max_epochs=-1,
        callbacks=[TakeTurns()],
        logger=False,
        enable_checkpointing=False,
        enable_progress_bar=False,
        enable_model_summary=False,
    )
    trainer.fit(lightning_module(model, networks), loader)


def quiet_lightning():
    """No tips about workers and hardware."""
    logging.getLogger("pytorch_lightning").setLevel(logging.ERROR)
    warnings.filterwarnings("ignore", module="pytorch_lightning")


def lightning_module(model, networks, noise=torch.randn):
    """Return the LightningModule that trains these networks."""
    from workbench.speed.lightning import LitGAN, LitVAE

    if len(networks) == 1:
        return LitVAE(model, *networks)
    return LitGAN(model, *networks, noise)


def accelerate_steps(model, networks, accelerator, **options):
    """Return one step of the usual loop with Accelerate's objects, a function of the batch."""
    return steps(
        model,
        networks,
        accelerator.device,
        prepare=accelerator.prepare,
        backward=accelerator.backward,
        **options,
    )


def play_accelerate(model, networks, loader, device, turns):
    """Train for ever with Accelerate's loop; `turns.batch_done()` waits when a turn is over."""
    from accelerate import Accelerator

    accelerator = Accelerator(cpu=device.type == "cpu")
    step = accelerate_steps(model, networks, accelerator)
    if model.games == 1:  # a stream of ready batches has no sampler to prepare
        loader = accelerator.prepare(loader)
    train_for_ever(step, loader, turns)
