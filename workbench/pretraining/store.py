"""Weights and card of a shipped model: made together, written together, each file whole.

The card goes last and holds the checksum of the weights. If the process dies between the two, the
old card refuses the new weights in one sentence, and running `make pretrained` again mends it.
"""

import hashlib
import json
from pathlib import Path

import torch
from safetensors.torch import save as bytes_from_tensors

from genai_course.models.pretrained import model_from_bytes
from genai_course.whole_files import write_together
from workbench.pretraining.metrics import OF_IMAGES, measure

MOST_BYTES = 1_000_000


def pack(model, stored):
    """Return the content of a weights file: floating-point numbers as `stored`, others as is."""
    dtype = getattr(torch, stored)
    tensors = {
        name: (tensor.to(dtype) if tensor.is_floating_point() else tensor).cpu().contiguous()
        for name, tensor in model.state_dict().items()
    }
    content = bytes_from_tensors(tensors, {"format": "pt"})
    if len(content) >= MOST_BYTES:
        raise ValueError(f"the weights take {len(content)} bytes, wanted below {MOST_BYTES}")
    return content


def seal(content, stored):
    """Return what every card says of its weights file: type of the numbers, size and checksum."""
    digest = hashlib.sha256(content).hexdigest()
    return {"stored_as": stored, "bytes": len(content), "sha256": digest}


def make_card(model, content, recipe, device, num_rows):
    """Return the card of a trained model; its metrics are those of the weights as stored.

    Args:
        model: The trained model.
        content: What `pack` made of it.
        recipe: How it was trained.
        device: Where it was trained, and where to measure it.
        num_rows: Size of the training set.
    """
    source = recipe.source
    card = {
        "name": recipe.name,
        "about": recipe.about,
        "notebook": recipe.home,
        "class": type(model).__name__,
        "arguments": recipe.arguments,
        "parameters": sum(p.numel() for p in model.parameters()),
        "input": recipe.inputs,
        "output": recipe.outputs,
        "value_range": list(recipe.value_range),
        "data": {**source.about(), source.rows: num_rows},
        "training": {**recipe.settings(), "device": torch.device(device).type},
        "torch": torch.__version__.split("+")[0],
        **seal(content, recipe.stored),
        "licence": source.licence,
        "limits": source.limits,
    }
    shipped = model_from_bytes(content, card, f"{recipe.name}.safetensors").to(device)
    card["metrics"] = _metrics(shipped, recipe, device)
    return card


def _metrics(model, recipe, device):
    """Measure the model; where that makes sense, real images in the same way; a part by itself."""
    entries = measure(model, recipe.metrics, device)
    real = measure(None, [name for name in recipe.metrics if name in OF_IMAGES], device)
    for name, entry in real.items():
        entries[name]["of_real_images"] = entry["value"]
    part = measure(model, recipe.metrics, device, recipe.part) if recipe.part else {}
    for name, entry in part.items():
        entries[name]["of_a_part"] = {"samples": recipe.part, "value": entry["value"]}
    return entries


def write(folder, name, content, card):
    """Put weights and card in their place; a file is replaced by a whole new one or not at all.

    Args:
        folder: Where the files go.
        name: Name of the model.
        content: The weights file, bytes.
        card: The card, a dict.
    """
    text = json.dumps(card, indent=1, ensure_ascii=True) + "\n"
    both = {f"{name}.safetensors": content, f"{name}.json": text.encode("ascii")}
    write_together({Path(folder, file): data for file, data in both.items()})
