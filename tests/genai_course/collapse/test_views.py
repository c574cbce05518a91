"""What a discriminator is shown instead of the samples."""

from dataclasses import replace

import pytest
import torch

from genai_course.collapse.problems import ring
from genai_course.collapse.streams import Streams
from genai_course.collapse.views import InstanceNoise, augmented, untouched

X = torch.zeros(2, 5000, 2)


@pytest.mark.parametrize(("scale", "left"), [(1.0, 1.0), (3.0, 1.0), (1.0, 0.25), (1.0, 0.0)])
def test_instance_noise_is_measured_in_the_spread_of_the_data_and_falls(scale, left):
    problem = replace(ring(), data_scale=scale)
    seen = InstanceNoise(0.5)(X, problem, Streams([0, 1]), left)
    assert seen.shape == X.shape
    assert seen.std().item() == pytest.approx(0.5 * scale * left, rel=0.03)


def test_samples_are_shown_as_they_are_or_as_the_problem_changes_them():
    problem, streams = replace(ring(), augment=lambda x, streams: x + len(streams)), Streams([0, 1])
    assert untouched(X, problem, streams, 1.0) is X
    assert torch.equal(augmented(X, problem, streams, 1.0), X + 2)
