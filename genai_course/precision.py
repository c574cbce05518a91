"""bfloat16 as a visible option: wrap a network, and its matrix products run in half the bits.

A bfloat16 number has the range of a float32 and 8 bits of precision instead of 24. Weights,
gradients and optimiser stay in float32; only what happens inside the network is rounded. It pays
on GPUs and on CPUs with AMX or AVX512_BF16, and is slower than float32 on others.
"""

import torch
from torch import nn


class InBFloat16(nn.Module):
    """A network seen through bfloat16: same parameters, float32 in and float32 out."""

    def __init__(self, network):
        super().__init__()
        self.network = network

    def forward(self, *inputs):
        """Call the network under autocast; every floating-point output comes back as float32."""
        device_type = next(self.network.parameters()).device.type
        with torch.autocast(device_type, dtype=torch.bfloat16):
            outputs = self.network(*inputs)
        return _to_float32(outputs)

    def __getattr__(self, name):
        try:
            return super().__getattr__(name)
        except AttributeError:
            if name == "network":  # not set yet, as while being copied
                raise
            return getattr(self.network, name)


def in_bfloat16(network):
    """Return the network behind a wrapper that computes in bfloat16.

    The wrapper shares parameters and answers to the names of the network (`latent_dim`), so it
    can stand in its place in a training step. Evaluate and save the network itself.

    Args:
        network: Any module whose `forward` returns a tensor or a tuple or list of tensors.
    """
    return InBFloat16(network)


def _to_float32(outputs):
    if isinstance(outputs, (tuple, list)):
        return type(outputs)(_to_float32(output) for output in outputs)
    return outputs.float() if outputs.is_floating_point() else outputs
