"""The optimisers of a recipe are those of PyTorch, with rate and moments as they were named."""

import pytest
import torch

from genai_course.collapse.optimizers import Adam, AdamW, RMSprop


@pytest.mark.parametrize("kind", [Adam, AdamW, RMSprop])
def test_optimisers_are_what_they_are_called(kind):
    optimizer = kind()(torch.nn.Linear(2, 2).parameters(), 0.25)
    assert type(optimizer).__name__ == kind.__name__
    group = optimizer.param_groups[0]
    assert group["lr"] == 0.25
    assert group["weight_decay"] == (0.01 if kind is AdamW else 0)
    assert group.get("betas", (0.5, 0.999)) == (0.5, 0.999)
