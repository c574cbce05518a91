"""Trained models that come with the course: load one and go on, without training it yourself.

    generator = load_pretrained("dcgan")
    images = draw(generator, 64)

The weights are plain numbers, so loading them runs no code. Beside each file lies its card: what
was trained, on which data, with which seed, for how long, how good it is and how that was
measured. `make pretrained` trains all of them anew.
"""

from collections.abc import Callable, Mapping
from typing import Any

import torch

from genai_course.conditional.networks import ConditionalGenerator, ConditionalVAE, one_hot
from genai_course.data import to_unit_range
from genai_course.flow.guidance import guided_velocity
from genai_course.flow.networks import LabelledUNet
from genai_course.flow.solvers import follow_velocity
from genai_course.gan.compact import CompactGenerator
from genai_course.gan.convolutional import ConvGenerator
from genai_course.models.weights_file import PretrainedError, card_of, content_of, fill
from genai_course.reproducibility import check_device
from genai_course.sequences.transformer import GPT
from genai_course.sequences.wavenet import WaveNet
from genai_course.vae.codebook import AveragedCodebook
from genai_course.vae.convolutional import ConvolutionalVAE
from genai_course.vae.networks import VAE
from genai_course.vae.vqvae import VQVAE

NAMES = (
    *("gan", "dcgan", "vae", "vae_conv"),
    *("conditional_gan", "conditional_vae", "flow_conditional"),
    *("vqvae", "gpt_codes", "gpt_text", "wavenet"),  # these draw no images by themselves
)


def _quantised(num_codes: int, code_dim: int, width: int) -> VQVAE:
    """A VQ-VAE by numbers, as a card has them; its codebook is that of notebook 13."""
    return VQVAE(AveragedCodebook(num_codes, code_dim, restart_below=0.1), width)


CLASSES: dict[str, Callable[..., Any]] = {
    "CompactGenerator": CompactGenerator,
    "ConvGenerator": ConvGenerator,
    "VAE": VAE,
    "ConvolutionalVAE": ConvolutionalVAE,
    "ConditionalGenerator": ConditionalGenerator,
    "ConditionalVAE": ConditionalVAE,
    "LabelledUNet": LabelledUNet,
    "VQVAE": _quantised,
    "GPT": GPT,
    "WaveNet": WaveNet,
}
DRAWS_NOTHING = {
    VQVAE: "it copies images; what it draws is written by gpt_codes",
    GPT: "it writes letters, or codes for the decoder of vqvae",
    WaveNet: "it plays sounds",
}
IMAGE = (1, 28, 28)
# Of a flow: the least guidance, of 0.3, 0.5, 0.7 and 1, at which 99 % show the digit asked for.
# More leads away from real images; twenty steps cost twice as much and come hardly nearer.
GUIDANCE, NUM_STEPS = 0.5, 10

Model = (
    CompactGenerator | ConvGenerator | VAE | ConditionalGenerator | ConditionalVAE | LabelledUNet
)
Trained = Model | VQVAE | GPT | WaveNet


def load_pretrained(name: str, device: torch.device | str = "cpu") -> Trained:
    """Load a trained model, ready for use; the random numbers of your session stay as they are.

    Args:
        name: One of `NAMES`; the number of its notebook stands on its card.
        device: Where to put it.

    Returns:
        The network in evaluation mode, float32, without gradients; call `requires_grad_(True)`
        and `train()` on it to train it further.

    Raises:
        PretrainedError: If there is no such model, or its files are missing, cut off, changed, of
            another kind or of another network.
        ValueError: If there is no such device.
    """
    check_device(device)
    card = read_card(name)
    return model_from_bytes(content_of(name), card, f"{name}.safetensors").to(device)


def read_card(name: str) -> dict:
    """Return the card of the shipped model called name, a dict: data, seed, steps, metrics, range,
    licence.

    Raises:
        PretrainedError: If there is no such model, or its card is missing or damaged.
    """
    if name not in NAMES:
        raise PretrainedError(f"there is no shipped model {name!r}; there are: {', '.join(NAMES)}")
    return card_of(name)


def draw(
    model: Trained, num_images: int, seed: int = 0, labels: torch.Tensor | None = None
) -> torch.Tensor:
    """Let a shipped model draw; the same seed gives the same images on every machine.

    Args:
        model: What `load_pretrained` returned, or any network of these classes.
        num_images: How many, a positive integer.
        seed: Seed of the random numbers z, drawn on the CPU.
        labels: For conditional models, which digits to draw, shape (num_images,), integers 0 to
            9; None stands for 0, 1, ..., 9, 0, 1, ... in turn.

    Returns:
        Images in [0, 1], shape (num_images, 1, 28, 28), on the device of the model.

    Raises:
        ValueError: If a model that knows no labels is given some, or there is not one an image; or
            if the model draws no images.
    """
    for kind, why in DRAWS_NOTHING.items():
        if isinstance(model, kind):
            raise ValueError(f"a {kind.__name__} draws no images: {why}")
    conditional = isinstance(model, (ConditionalGenerator, ConditionalVAE, LabelledUNet))
    if labels is not None and not conditional:
        raise ValueError(f"{type(model).__name__} draws what it likes: it takes no labels")
    if labels is None:
        labels = torch.arange(num_images) % 10
    if labels.shape != (num_images,):
        raise ValueError(f"labels have shape {tuple(labels.shape)}, wanted ({num_images},)")
    device = next(model.parameters()).device
    shape = (num_images, *_shape_of_noise(model))
    z = torch.randn(shape, generator=torch.Generator().manual_seed(seed))
    was_training = model.training
    model.eval()
    with torch.no_grad():
        pairs = zip(z.to(device).split(500), labels.to(device).split(500), strict=True)
        images = torch.cat([_images(model, *pair) for pair in pairs])
    model.train(was_training)
    return images


def _shape_of_noise(model: Any):
    """What one image is made of: an image of noise for a flow, else latent_dim numbers."""
    if isinstance(model, LabelledUNet):
        return IMAGE
    return ((model if hasattr(model, "latent_dim") else model.decoder).latent_dim,)


def _images(model, z, labels):
    """Images in [0, 1] of a model, whatever it gives and whether or not it looks at labels."""
    if isinstance(model, LabelledUNet):
        velocity = guided_velocity(model, labels, GUIDANCE)
        return to_unit_range(follow_velocity(velocity, z, NUM_STEPS)).clamp(0, 1)
    if isinstance(model, ConditionalVAE):
        return model.decode(z, one_hot(labels)).sigmoid()
    if isinstance(model, ConditionalGenerator):
        return to_unit_range(model(z, labels))
    if isinstance(model, VAE):
        return model.decoder(z).sigmoid()
    return to_unit_range(model(z))


def model_from_bytes(content: bytes, card: Mapping, file_name: str) -> Trained:
    """Build the model that a card describes from the content of its weights file.

    Args:
        content: The file, bytes.
        card: Dict with "class", "arguments", "sha256" and "bytes".
        file_name: What to call the file in an error.

    Returns:
        The model in evaluation mode, which no longer learns.

    Raises:
        PretrainedError: If content and card do not belong together.
    """
    try:
        with torch.random.fork_rng(devices=[]):  # the first weights are random, and replaced
            model = CLASSES[card["class"]](**card["arguments"])
    except (KeyError, TypeError) as error:
        raise PretrainedError(f"the card of weights/{file_name} names no known network") from error
    return fill(model, content, card, file_name)
