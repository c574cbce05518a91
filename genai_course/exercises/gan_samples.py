"""Exercise 4.3: draw images."""

import torch

from genai_course.exercises.engine import Exercise, Mistake
from genai_course.exercises.gan_players import sampled

# 4.3 ------------------------------------------------------------------------------------------


def _draw(make_z, to_image):
    def attempt(generator, count):
        with torch.no_grad():
            return to_image(generator(make_z(count, generator.latent_dim)))

    return attempt


def _to_unit(images_signed):
    return (images_signed + 1) / 2


DRAW_IMAGES = Exercise(
    number="4.3",
    title="Pictures for a friend",
    asks="`attempt(generator, count)` returns new images in [0, 1].",
    observe=sampled,
    same_shape=True,
    reference=_draw(torch.randn, _to_unit),
    praise="a standard normal z for each picture, and pixels in [0, 1]",
    mistakes=(
        Mistake(
            _draw(torch.randn, lambda images: images),
            "the pixels are still in [-1, 1], so a picture file would show half of them as black.",
            "the generator ends in tanh.",
            "Return to_unit_range(images).",
        ),
        Mistake(
            _draw(torch.randn, lambda images: images.clamp(0, 1)),
            "you cut the negative values off instead of moving them, and lost the darker half.",
            "-1 is black and 0 is a mid grey.",
            "Use (x + 1) / 2, not clamp.",
        ),
        Mistake(
            _draw(torch.randn, torch.sigmoid),
            "a sigmoid squeezes [-1, 1] into [0.27, 0.73]: neither black nor white is left.",
            "the way back from [-1, 1] to [0, 1] is a straight line.",
            "Use (x + 1) / 2.",
        ),
        Mistake(
            _draw(torch.rand, _to_unit),
            "your z is uniform on [0, 1]; the generator was trained on a standard normal z.",
            "a network knows only the inputs that it was trained on.",
            "Use torch.randn, not torch.rand.",
        ),
        Mistake(
            _draw(lambda n, latent_dim: torch.randn(1, latent_dim).expand(n, -1), _to_unit),
            "all your pictures come from one and the same z, so they are all alike.",
            "each picture needs its own z.",
            "Draw z with the shape (count, latent_dim).",
        ),
        Mistake(
            _draw(lambda n, latent_dim: torch.randn(n, latent_dim, 1, 1), _to_unit),
            "your z has the shape (N, latent_dim, 1, 1), as convolutional generators want it.",
            "ours begins with a linear layer.",
            "Draw z with the shape (count, latent_dim).",
        ),
    ),
)
