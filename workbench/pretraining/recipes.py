"""The list of shipped models: how each is trained, for how long, and how it is measured."""

from genai_course.models.pretrained import GUIDANCE, NUM_STEPS
from workbench.pretraining import adversarial, autoencoders, conditional, flows
from workbench.pretraining.metrics import OF_IMAGES
from workbench.pretraining.recipe import SIGNED, Recipe
from workbench.pretraining.sequence_recipes import SEQUENCES

LOGITS = "decoder(z) gives pixel logits (N, 1, 28, 28); their sigmoid is the image, in [0, 1]"
FOLLOWED = (
    f"velocities like x_t; {NUM_STEPS} Euler steps, guidance {GUIDANCE}, lead from noise to "
    f"{SIGNED}"
)

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
    *SEQUENCES,
)
