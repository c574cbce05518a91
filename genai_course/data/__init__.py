"""Images and toy distributions as tensors, the whole set in memory, and shuffled batches of it.

Plumbing: files, downloads and batches; notebook 00 looks at what comes out.
"""

from genai_course.data.images import find_data, load_images, to_signed_range, to_unit_range
from genai_course.data.mixtures import (
    grid_centres,
    grid_of_gaussians,
    ring_centres,
    ring_of_gaussians,
)
from genai_course.data.mnist_files import DataError
from genai_course.data.shuffling import batches

__all__ = [
    "DataError",
    "batches",
    "find_data",
    "grid_centres",
    "grid_of_gaussians",
    "load_images",
    "ring_centres",
    "ring_of_gaussians",
    "to_signed_range",
    "to_unit_range",
]
