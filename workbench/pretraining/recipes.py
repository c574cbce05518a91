"""The list of shipped models: how each is trained, for how long, and how it is measured."""

from collections.abc import Callable
from dataclasses import dataclass, field

from genai_course.models.pretrained import GUIDANCE, NUM_STEPS
from workbench.pretraining import adversarial, autoencoders, conditional, flows, sequences
from workbench.pretraining.metrics import OF_IMAGES
from workbench.pretraining.sources import MNIST, PLUCKED, TOPICS, Source

SIGNED = "images (N, 1, 28, 28) in [-1, 1]; to_unit_range maps them to [0, 1]"
LOGITS = "decoder(z) gives pixel logits (N, 1, 28, 28); their sigmoid is the image, in [0, 1]"
FOLLOWED = (
    f"velocities like x_t; {NUM_STEPS} Euler steps, guidance {GUIDANCE}, lead from noise to "
    f"{SIGNED}"
)


@dataclass(frozen=True)
class Recipe:
    """One shipped model.

    Args:
        name: What `load_pretrained` calls it, and the name of its files.
        home: The notebook whose model it is.
        about: What it is, in a few words.
        start: Function of the device and `arguments` that gives a fresh `Training`.
        arguments: Of the class of the model.
        steps, batch_size, seed: Of the training.
        inputs, outputs, value_range: What goes in and comes out, for the card.
        metrics: Names of `metrics.METRICS` that go on the card.
        at_least, at_most: Bounds on metrics; a model that breaks one is not stored.
        stored: How the numbers are stored, "float32" or "float16".
        part: Samples, the first ones, whose metrics go on the card besides, for a model that draws
            slowly: tests compute these anew. 0 is none.
        source: What it is trained on.
    """

    name: str
    home: str
    about: str
    start: Callable
    steps: int
    batch_size: int
    inputs: str
    outputs: str = SIGNED
    value_range: tuple = (-1, 1)
    arguments: dict = field(default_factory=dict)
    seed: int = 0
    metrics: tuple = OF_IMAGES
    at_least: dict = field(default_factory=dict)
    at_most: dict = field(default_factory=dict)
    stored: str = "float32"
    part: int = 0
    source: Source = MNIST

    def settings(self):
        """Return what a checkpoint must have in common with this recipe to be continued."""
        start = f"{self.start.__module__}.{self.start.__name__}"
        sizes = {"steps": self.steps, "batch_size": self.batch_size, "seed": self.seed}
        return {"name": self.name, "start": start, "arguments": dict(self.arguments), **sizes}


RECIPES = (
    Recipe(
        name="gan",
        home="04_gan",
        about="fully connected GAN, generator with fewer units than in the notebook",
        start=adversarial.fully_connected,
        steps=5_000,
        batch_size=128,
        inputs="z (N, 100) from N(0, I)",
        at_least={"readable_share": 0.6, "classes": 10},
        stored="float16",
    ),
    Recipe(
        name="dcgan",
        home="05_dcgan",
        about="convolutional generator, discriminator with spectral normalisation, hinge loss",
        start=adversarial.convolutional,
        steps=7_000,
        batch_size=64,
        inputs="z (N, 64) from N(0, I)",
        at_least={"readable_share": 0.7, "classes": 10},
    ),
    Recipe(
        name="vae",
        home="10_vae",
        about="fully connected variational autoencoder, 300 hidden units",
        start=autoencoders.fully_connected,
        steps=5_000,
        batch_size=128,
        inputs="x (N, 1, 28, 28) in [0, 1], or z (N, 20) from N(0, I) for its decoder",
        outputs=LOGITS,
        value_range=(0, 1),
        arguments={"hidden": 300},
        metrics=(*OF_IMAGES, "negative_elbo"),
        at_least={"readable_share": 0.4, "classes": 10},
        stored="float16",
    ),
    Recipe(
        name="vae_conv",
        home="11_vae_tradeoffs",
        about="residual convolutional variational autoencoder, dynamically binarised digits",
        start=autoencoders.convolutional,
        steps=11_000,
        batch_size=128,
        inputs="x (N, 1, 28, 28) of 0 and 1, or z (N, 32) from N(0, I) for its decoder",
        outputs=LOGITS,
        value_range=(0, 1),
        metrics=(*OF_IMAGES, "nll", "negative_elbo_binary"),
        at_least={"readable_share": 0.5, "classes": 10},
        at_most={"nll": 87.5},
        stored="float16",
    ),
    Recipe(
        name="conditional_gan",
        home="12_conditional_generation",
        about="convolutional generator of a given digit, projection discriminator",
        start=conditional.adversarial,
        steps=2_000,
        batch_size=64,
        inputs="z (N, 64) from N(0, I) and labels (N,)",
        metrics=("label_accuracy", *OF_IMAGES),
        at_least={"label_accuracy": 0.9, "readable_share": 0.6, "classes": 10},
    ),
    Recipe(
        name="conditional_vae",
        home="12_conditional_generation",
        about="fully connected autoencoder of a given digit",
        start=conditional.autoencoder,
        steps=4_000,
        batch_size=128,
        inputs="z (N, 20) from N(0, I) and the one-hot code of the labels (N, 10), to decode",
        outputs="decode(z, c) gives pixel logits (N, 1, 28, 28); their sigmoid is the image",
        value_range=(0, 1),
        arguments={"hidden": 200, "layers": 3},
        metrics=("label_accuracy", *OF_IMAGES),
        at_least={"label_accuracy": 0.9, "readable_share": 0.4, "classes": 10},
        stored="float16",
    ),
    Recipe(
        name="flow_conditional",
        home="15_flow_matching",
        about="flow matching with labels, a small U-Net told the time and the digit",
        start=flows.conditional,
        steps=12_000,
        batch_size=32,
        inputs="x_t (N, 1, 28, 28), times (N,) in [0, 1], 1 is noise, and labels (N,), 10 is none",
        outputs=FOLLOWED,
        metrics=("label_accuracy", *OF_IMAGES),
        at_least={"label_accuracy": 0.98, "readable_share": 0.98, "classes": 10},
        stored="float16",
        part=500,
    ),
    Recipe(
        name="vqvae",
        home="13_latent_codes",
        about="autoencoder with a codebook: a digit is a grid of 7 x 7 of 32 entries",
        start=autoencoders.codebook,
        steps=4_000,
        batch_size=64,
        inputs="x (N, 1, 28, 28) of 0 and 1; or index (N, 7, 7), for indices_to_logits",
        outputs="pixel logits (N, 1, 28, 28), whose sigmoid is the image; z_e; index (49 N,)",
        value_range=(0, 1),
        arguments={"num_codes": 32, "code_dim": 8, "width": 16},
        metrics=("copies_readable", "copies_right", "copies_frechet", "distortion", "codes_in_use"),
        at_least={"copies_readable": 0.9, "copies_right": 0.95, "codes_in_use": 16},
        stored="float16",
    ),
    Recipe(
        name="gpt_codes",
        home="16_sequences",
        about="GPT on digits as words: 32 + label, then the 49 codes of vqvae",
        start=sequences.codes,
        steps=5_000,
        batch_size=32,
        inputs="index (N, T) of 0 to 41, T at most 49, that begins with 32 + label",
        outputs="logits (N, T, 42) of the letter after each; codes are 0 to 31",
        value_range=(0, 41),
        arguments={"num_letters": 42, "length": 49, "width": 64, "depth": 3, "heads": 4},
        metrics=("label_accuracy", *OF_IMAGES, "nats_of_codes"),
        at_least={"label_accuracy": 0.9, "readable_share": 0.8, "classes": 10},
        stored="float16",
    ),
    Recipe(
        name="gpt_text",
        home="16_sequences",
        about="GPT on the letters of Python's help",
        start=sequences.letters,
        steps=16_000,
        batch_size=8,
        inputs="index (N, T) of places in sequences.text.LETTERS, T at most 64",
        outputs="logits (N, T, 96) of the letter after each",
        value_range=(0, 95),
        arguments={"num_letters": 96, "length": 64, "width": 96, "depth": 2, "heads": 6},
        metrics=("bits_per_letter",),
        at_most={"bits_per_letter": 2.1},
        stored="float16",
        source=TOPICS,
    ),
    Recipe(
        name="wavenet",
        home="16_sequences",
        about="WaveNet, told which of eight strings it plays",
        start=sequences.sounds,
        steps=3_000,
        batch_size=8,
        inputs="levels (N, T) of 0 to 63, and strings (N,) of 0 to 7",
        outputs="logits (N, T, 64) of the level after each",
        value_range=(0, 63),
        arguments={"width": 24, "dilations": [1, 2, 4, 8, 16, 32]},
        metrics=("strings_in_tune", "bits_per_sample"),
        at_least={"strings_in_tune": 7},
        stored="float16",
        source=PLUCKED,
    ),
)
