"""bfloat16 as a visible option: wrap a network, and its matrix products run in half the bits.

A bfloat16 number has the range of a float32 and 8 bits of precision instead of 24. Weights,
gradients and optimiser stay in float32; only what happens inside the network is rounded. It pays
where the machine has units for it, which `bfloat16_units` names; elsewhere it is slower than
float32, on a CPU up to sixty times.
"""

from pathlib import Path
from typing import Any

import torch
from torch import nn

FLAGS = {"amx_bf16": "AMX", "avx512_bf16": "AVX512_BF16", "bf16": "ARM's BF16"}
NO_UNITS = "nothing here multiplies bfloat16 fast (AVX512_BF16, AMX, or a GPU from 2020 on)"


def bfloat16_units(device: torch.device | str = "cpu") -> tuple[str, ...]:
    """Name what multiplies bfloat16 numbers faster than float32.

    Args:
        device: A device, or its name.

    Returns:
        Tuple of names, empty where there is nothing of the kind.
    """
    device = torch.device(device)
    if device.type == "cpu":
        flags = _processor_flags()
        return tuple(name for flag, name in FLAGS.items() if flag in flags)
    if device.type != "cuda":
        return ()
    if torch.version.hip:
        return ("matrix cores",)
    return ("tensor cores",) if torch.cuda.get_device_capability(device)[0] >= 8 else ()


def _processor_flags():
    """Return the processor's abilities by name, as Linux tells them; elsewhere PyTorch is asked.

    Not on a Mac: its float32 products go another way, which is faster than any of bfloat16.
    """
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        asked = getattr(torch.cpu, "_is_avx512_bf16_supported", bool)  # since PyTorch 2.5
        return {"avx512_bf16"} if asked() else set()
    found = (line.partition(":")[2] for line in lines if line.startswith(("flags", "Features")))
    return set(next(found, "").split())


class InBFloat16(nn.Module):
    """A network seen through bfloat16: same parameters, float32 in and float32 out."""

    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self.network = network

    def forward(
        self, *inputs: torch.Tensor
    ) -> torch.Tensor | tuple[torch.Tensor, ...] | list[torch.Tensor]:
        """Call the network on inputs under autocast; every floating-point output comes back as
        float32.
        """
        device_type = next(self.network.parameters()).device.type
        with torch.autocast(device_type, dtype=torch.bfloat16):
            outputs = self.network(*inputs)
        return _to_float32(outputs)

    def __getattr__(self, name: str) -> Any:
        try:
            return super().__getattr__(name)
        except AttributeError:
            if name == "network":  # not set yet, as while being copied
                raise
            return getattr(self.network, name)


def in_bfloat16(network: nn.Module) -> InBFloat16:
    """Return the network behind a wrapper that computes in bfloat16.

    The wrapper shares parameters and answers to the names of the network (`latent_dim`), so it
    can stand in its place in a training step. Evaluate and save the network itself.

    Args:
        network: Any module whose `forward` returns a tensor or a tuple or list of tensors.
    """
    return InBFloat16(network)


def in_fastest(network: nn.Module, device: torch.device | str) -> nn.Module:
    """Return the network as it computes fastest on a device: in bfloat16 where that pays."""
    return in_bfloat16(network) if bfloat16_units(device) else network


def _to_float32(outputs):
    if isinstance(outputs, (tuple, list)):
        return type(outputs)(_to_float32(output) for output in outputs)
    return outputs.float() if outputs.is_floating_point() else outputs
