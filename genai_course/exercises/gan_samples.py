"""Exercises 4.3 and 4.4: draw images, and measure how much they differ."""

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


# 4.4 ------------------------------------------------------------------------------------------

_SOME_IMAGES = torch.rand(6, 1, 28, 28, generator=torch.Generator().manual_seed(3)).pow(2)


def _observe_spread(attempt):
    alike = _SOME_IMAGES[:1].expand(6, -1, -1, -1)
    return {
        "the spread of six different images": attempt(_SOME_IMAGES),
        "the spread of six copies": attempt(alike),
    }


SPREAD = Exercise(
    number="4.4",
    title="An alarm for collapse",
    asks="`attempt(images)` returns one number, the mean spread of a pixel.",
    observe=_observe_spread,
    reference=lambda images: images.std(dim=0).mean(),
    also_right=(lambda images: images.std(dim=0, correction=0).mean(),),
    praise="zero when all images are alike, whatever they show",
    mistakes=(
        Mistake(
            lambda images: images.std(),
            "you measured over all numbers at once, so six copies of one picture seem spread.",
            "compare the same pixel in different images.",
            "Give std the dimension that counts the images.",
        ),
        Mistake(
            lambda images: images.flatten(1).std(dim=1).mean(),
            "you measured the contrast within each image, not the difference between images.",
            "six copies of one picture must give zero.",
            "The images are counted along dimension 0.",
        ),
        Mistake(
            lambda images: images.var(dim=0).mean(),
            "this is the variance; the standard deviation was asked for.",
            "one is the square of the other.",
            "Use std(dim=0) and average it over the pixels.",
        ),
        Mistake(
            lambda images: images.flatten(1).mean(dim=1).std(),
            "you compared only the mean brightness of the images; a 6 and a 9 count as equal.",
            "take the spread of each pixel first.",
            "std(dim=0) comes before mean().",
        ),
        Mistake(
            lambda images: images.std(dim=0).sum(),
            "you summed over the pixels instead of averaging.",
            "the result should not depend on the number of pixels.",
            "Use mean() in place of sum().",
        ),
    ),
)
