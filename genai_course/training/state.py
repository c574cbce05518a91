"""The parts of a training that change while it runs: their states, out of them and into them.

Networks, optimisers and schedules have a `state_dict`; generators of random numbers have a state.
"""

from collections.abc import Mapping
from typing import Any

import torch
from torch import nn
from torch.optim.lr_scheduler import LRScheduler

from genai_course.training.checkpoints import CheckpointError, load_weights

SHAPED = ("exp_avg", "exp_avg_sq", "momentum_buffer", "square_avg")  # shaped as their weight


class RandomNumbers:
    """PyTorch's global random numbers, on the CPU and on GPUs that are in use, as a part."""

    def state_dict(self) -> dict:
        """Return the states of the random numbers."""
        gpus = torch.cuda.get_rng_state_all() if torch.cuda.is_initialized() else []
        return {"cpu": torch.get_rng_state(), "gpus": gpus}

    def load_state_dict(self, state: dict) -> None:
        """Set the random numbers; the state of a GPU that is not there is left out."""
        torch.set_rng_state(state["cpu"])
        for i in range(min(len(state["gpus"]), torch.cuda.device_count())):
            torch.cuda.set_rng_state(state["gpus"][i], i)


Part = nn.Module | torch.optim.Optimizer | LRScheduler | torch.Generator | RandomNumbers


def settings_of(parts: Mapping[str, Part]) -> dict:
    """Return what each of the parts, a dict by name, is, and the settings that each optimiser was
    built with.
    """
    settings = {name: type(part).__name__ for name, part in parts.items()}
    for name, part in parts.items():
        defaults = getattr(part, "defaults", {})
        settings |= {f"{key} of {name}": repr(value) for key, value in defaults.items()}
    return settings


def state_of(part: Part) -> torch.Tensor | dict:
    """Return the state of a part: tensors and plain values."""
    return part.get_state() if isinstance(part, torch.Generator) else part.state_dict()


def load_part(part: Part, state: Any) -> None:
    """Give a part a state; what is raised where it does not fit depends on the part."""
    if isinstance(part, nn.Module):
        load_weights(part, state)
    elif isinstance(part, torch.Generator):
        part.set_state(state)
    else:
        if isinstance(part, torch.optim.Optimizer):
            _check_optimizer(part, state)
        part.load_state_dict(state)


def _check_optimizer(optimizer, state):
    """PyTorch looks at little more than the number of parameters; the rest would fail later."""
    weights = [weight for group in optimizer.param_groups for weight in group["params"]]
    for index, entries in state["state"].items():
        for name, value in entries.items():
            wrong = name in SHAPED and value.shape != weights[index].shape
            if wrong or isinstance(value, str):
                raise CheckpointError(f"{name} of weight {index} has another form")
    for group, saved in zip(optimizer.param_groups, state["param_groups"], strict=True):
        for name in group.keys() & saved.keys() - {"params"}:
            if isinstance(group[name], float) and not isinstance(saved[name], (int, float)):
                raise CheckpointError(f"{name} is no number")
