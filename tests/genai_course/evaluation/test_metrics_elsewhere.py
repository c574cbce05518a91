"""Our metrics against other people's: prdc by the authors of density and coverage, torchmetrics."""

import pytest
import torch
from prdc import compute_prdc
from torch import nn
from torchmetrics.image.fid import FrechetInceptionDistance
from torchmetrics.image.kid import KernelInceptionDistance

from genai_course.evaluation.frechet import frechet_distance
from genai_course.evaluation.kernel import kid
from genai_course.evaluation.neighbours import density_coverage, precision_recall


@pytest.fixture(scope="module")
def features():
    generator = torch.Generator().manual_seed(0)
    real, fake = torch.randn(2, 300, 12, generator=generator, dtype=torch.float64)
    return real.relu(), (1.2 * fake + 0.3).relu()


class AsTheyAre(nn.Module):
    """A feature extractor that finds the features in the images, shape (N, 1, 1, d)."""

    num_features = 12

    def forward(self, images):
        return images.flatten(1)


@pytest.mark.parametrize("k", [3, 5])
def test_precision_recall_density_coverage(features, k):
    real, fake = features
    theirs = compute_prdc(real.numpy(), fake.numpy(), nearest_k=k)
    ours = dict(zip(("precision", "recall"), precision_recall(real, fake, k), strict=True))
    ours |= dict(zip(("density", "coverage"), density_coverage(real, fake, k), strict=True))
    assert ours == pytest.approx(theirs, abs=1e-9)


def test_frechet_distance(features):
    real, fake = features
    metric = FrechetInceptionDistance(feature=AsTheyAre()).set_dtype(torch.float64)
    metric.update(real[:, None, None], real=True)
    metric.update(fake[:, None, None], real=False)
    assert frechet_distance(real, fake) == pytest.approx(metric.compute().item(), rel=1e-6)


@pytest.mark.filterwarnings("ignore:Metric .Kernel Inception Distance. will save all")
def test_kernel_distance(features):
    """With one subset of all the images theirs is ours, up to single precision."""
    real, fake = features
    metric = KernelInceptionDistance(feature=AsTheyAre(), subsets=1, subset_size=300)
    metric.update(real[:, None, None].float(), real=True)
    metric.update(fake[:, None, None].float(), real=False)
    assert kid(real, fake) == pytest.approx(metric.compute()[0].item(), rel=1e-4)
