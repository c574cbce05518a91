"""One row of the scoreboard: three numbers for a set of samples, the same for every generator."""

from torch import Tensor

from genai_course.evaluation.frechet import frechet_distance
from genai_course.evaluation.judge import Judge, judge_features, readable_share
from genai_course.evaluation.neighbours import density_coverage


def score_samples(judge: Judge, samples: Tensor, real: Tensor) -> dict[str, float]:
    """Fidelity, distance and diversity of samples, as notebook 02 explains them.

    Args:
        judge: A `Judge`.
        samples: Images in [0, 1], shape (M, 1, 28, 28).
        real: Test images, shape (N, 1, 28, 28); compare only rows with equal N and equal M.

    Returns:
        Dict with "readable", the share that can be read; "Frechet", the Frechet judge distance;
        "coverage", the share of real neighbourhoods that hold a sample.

    Shown in: notebooks/01_generative_models.ipynb.
    """
    real_features, features = judge_features(judge, real), judge_features(judge, samples)
    return {
        "readable": readable_share(judge, samples),
        "Frechet": frechet_distance(real_features, features),
        "coverage": density_coverage(real_features, features)[1],
    }
