"""How long an epoch takes: the course's loop against the usual tutorial loop, same networks.

    python benchmarks/epoch.py [--rounds 8] [--batches 40] [--threads 2]

Two models: the 784-400-20 VAE and the MLP GAN of notebook 04. The tutorial loop is what most
introductions show: torchvision's MNIST with ToTensor in a DataLoader, Sigmoid and BCELoss, Adam
as it comes, `.item()` on every loss in every step. All variants take turns within one run, a few
batches at a time, so that a busy moment of the machine hits all of them; the ratio is the median
over the rounds. Seconds are scaled to one epoch and are only good for this machine.
"""

import argparse
import statistics
import sys
import time

import torch
from torch import nn
from torch.nn import functional as F
from torch.utils.data import DataLoader
from torchvision import transforms

from genai_course.data import batches, find_data, load_images, to_signed_range
from genai_course.gan.networks import Discriminator, Generator
from genai_course.gan.steps import discriminator_step, generator_step
from genai_course.precision import in_bfloat16
from genai_course.reproducibility import choose_device
from genai_course.vae.networks import VAE
from genai_course.vae.steps import vae_step

BATCH_SIZE = 128
TARGETS = {"VAE": 2.0, "GAN": 1.5}


class PictureFolder(torch.utils.data.Dataset):
    """What torchvision's MNIST class does for each image, whatever data set was found."""

    def __init__(self, images, transform):
        self.pixels = (images * 255).round().to(torch.uint8).squeeze(1).numpy()
        self.transform = transform

    def __len__(self):
        return len(self.pixels)

    def __getitem__(self, index):
        from PIL import Image

        return self.transform(Image.fromarray(self.pixels[index])), 0


def endless(make_iterator):
    """Repeat an iterator for ever."""
    while True:
        yield from make_iterator()


def tutorial_vae(images, device):
    """One batch of the usual VAE loop: Sigmoid, binary_cross_entropy, KL by hand, .item()."""
    vae = VAE().to(device)
    optimizer = torch.optim.Adam(vae.parameters(), lr=1e-3)
    data = PictureFolder(images, transforms.ToTensor())
    stream = endless(lambda: DataLoader(data, batch_size=BATCH_SIZE, shuffle=True, drop_last=True))
    losses = []

    def run_batch():
        x, _ = next(stream)
        x = x.to(device)
        optimizer.zero_grad()
        logits, mu, logvar = vae(x)
        recon = F.binary_cross_entropy(torch.sigmoid(logits), x, reduction="sum")
        kl = -0.5 * torch.sum(1 + logvar - mu.pow(2) - logvar.exp())
        loss = (recon + kl) / len(x)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())

    return run_batch


def tutorial_gan(images, device):
    """One batch of the usual GAN loop: Sigmoid and BCELoss, ones and zeros, .item()."""
    generator = Generator().to(device)
    discriminator = nn.Sequential(Discriminator(), nn.Sigmoid()).to(device)
    criterion = nn.BCELoss()
    optimizer_g = torch.optim.Adam(generator.parameters(), lr=2e-4, betas=(0.5, 0.999))
    optimizer_d = torch.optim.Adam(discriminator.parameters(), lr=2e-4, betas=(0.5, 0.999))
    both = transforms.Compose([transforms.ToTensor(), transforms.Normalize((0.5,), (0.5,))])
    data = PictureFolder(images, both)
    stream = endless(lambda: DataLoader(data, batch_size=BATCH_SIZE, shuffle=True, drop_last=True))
    losses = []

    def run_batch():
        x_real, _ = next(stream)
        x_real = x_real.to(device)
        real, fake = torch.ones(len(x_real), 1).to(device), torch.zeros(len(x_real), 1).to(device)
        x_fake = generator(torch.randn(len(x_real), 100, device=device))
        loss_d = criterion(discriminator(x_real), real)
        loss_d = loss_d + criterion(discriminator(x_fake.detach()), fake)
        optimizer_d.zero_grad()
        loss_d.backward()
        optimizer_d.step()
        x_fake = generator(torch.randn(len(x_real), 100, device=device))
        loss_g = criterion(discriminator(x_fake), real)
        optimizer_g.zero_grad()
        loss_g.backward()
        optimizer_g.step()
        losses.append((loss_d.item(), loss_g.item()))

    return run_batch


def our_vae(images, device, bfloat16=False):
    """One batch of the course's VAE training."""
    vae = VAE().to(device)
    vae = in_bfloat16(vae) if bfloat16 else vae
    optimizer = torch.optim.Adam(vae.parameters(), lr=1e-3, fused=True)
    images = images.to(device)
    stream = endless(lambda: batches(images, BATCH_SIZE))
    return lambda: vae_step(vae, optimizer, next(stream))


def our_gan(images, device, bfloat16=False):
    """One batch of the course's GAN training."""
    generator, discriminator = Generator().to(device), Discriminator().to(device)
    if bfloat16:
        generator, discriminator = in_bfloat16(generator), in_bfloat16(discriminator)
    optimizer_g = torch.optim.Adam(generator.parameters(), 2e-4, (0.5, 0.999), fused=True)
    optimizer_d = torch.optim.Adam(discriminator.parameters(), 2e-4, (0.5, 0.999), fused=True)
    images_signed = to_signed_range(images).to(device)
    stream = endless(lambda: batches(images_signed, BATCH_SIZE))

    def run_batch():
        discriminator_step(generator, discriminator, optimizer_d, next(stream))
        generator_step(generator, discriminator, optimizer_g, BATCH_SIZE)

    return run_batch


def seconds_for(run_batch, count, device):
    """Wall-clock seconds of `count` batches."""
    start = time.perf_counter()
    for _ in range(count):
        run_batch()
    if device.type == "cuda":
        torch.cuda.synchronize()
    return time.perf_counter() - start


def compare(variants, rounds, count, device):
    """Let the variants take turns; return for each the seconds of every round."""
    for run_batch in variants.values():
        seconds_for(run_batch, 5, device)  # warm-up
    seconds = {name: [] for name in variants}
    for _ in range(rounds):
        for name, run_batch in variants.items():
            seconds[name].append(seconds_for(run_batch, count, device))
    return seconds


def report(model, seconds, count, batches_in_epoch):
    """Print the table of one model and return its float32 ratio, tutorial over ours."""
    usual = seconds["tutorial"]
    print(f"{model}: one epoch, {batches_in_epoch} batches of {BATCH_SIZE}")
    print(f"  {'loop':<18}{'seconds':>9}{'ratio':>8}")
    for name, own in seconds.items():
        scale = batches_in_epoch / count
        ratio = statistics.median(u / o for u, o in zip(usual, own, strict=True))
        print(f"  {name:<18}{statistics.median(own) * scale:>9.2f}{ratio:>7.2f}x")
    return statistics.median(u / o for u, o in zip(usual, seconds["course"], strict=True))


def main(arguments=None):
    """Command line; the exit code is 1 when a ratio is below its target."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=8)
    parser.add_argument("--batches", type=int, default=40, help="batches of a variant in a round")
    parser.add_argument("--threads", type=int, default=None)
    options = parser.parse_args(arguments)
    if options.threads:
        torch.set_num_threads(options.threads)
    torch.manual_seed(0)
    device = choose_device()
    images, _ = load_images(find_data(), "train")
    print(f"device: {device}, threads: {torch.get_num_threads()}")
    missed = 0
    for model, tutorial, ours in (("VAE", tutorial_vae, our_vae), ("GAN", tutorial_gan, our_gan)):
        variants = {"tutorial": tutorial(images, device), "course": ours(images, device)}
        variants["course, bfloat16"] = ours(images, device, bfloat16=True)
        seconds = compare(variants, options.rounds, options.batches, device)
        ratio = report(model, seconds, options.batches, len(images) // BATCH_SIZE)
        met = ratio >= TARGETS[model]
        missed += not met
        print(f"  float32 target {TARGETS[model]}x: {'met' if met else 'MISSED'}\n")
    return int(missed > 0)


if __name__ == "__main__":
    sys.exit(main())
