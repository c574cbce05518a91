"""What differs between machines: data set, seeds, threads, instruction sets; a fixed sequence.

    python -m workbench.margins.settings    prints the bits that this setting computes, as JSON

The first ten settings have both data sets, one and two threads and every instruction set; the first
is the one that the notebooks are stored with. Any number of settings begins with the same ones.
"""

import hashlib
import json
import subprocess
import sys
from dataclasses import dataclass

from genai_course.commands.command_line import CommandLine
from genai_course.commands.environment import ROOT

DATA_SETS = ("mnist", "digits")
SEED_STRIDE = 1000  # no notebook counts its seeds so far
VARIABLES = ("ATEN_CPU_CAPABILITY", "ONEDNN_MAX_CPU_ISA", "MKL_CBWR")
# What PyTorch's own kernels, oneDNN (convolutions) and MKL (products) may use; "" is their choice.
INSTRUCTIONS = {
    "own choice": ("", "", ""),
    "oldest": ("default", "SSE41", "COMPATIBLE"),
    "avx2": ("avx2", "AVX2", "AVX2"),
    "mixed": ("", "AVX", "COMPATIBLE"),
    "avx512": ("avx512", "AVX512_CORE", "AVX512"),
}
INSTEAD = ("default", "", "")  # of a set that the processor lacks, which would be a crash
CAPABILITIES = {"avx2": ("AVX2", "AVX512"), "avx512": ("AVX512",)}


@dataclass(frozen=True)
class Setting:
    """One way in which a machine may differ from the one that made the notebooks."""

    number: int
    data_set: str
    shift: int
    threads: int
    instructions: str

    @property
    def machine(self):
        """What may change the bits: (threads, instructions)."""
        return self.threads, self.instructions

    def environ(self, capability):
        """Return the environment variables of this setting; "" stands for one that is not set.

        Args:
            capability: What PyTorch says of this processor, for example "AVX2".
        """
        lacking = capability not in CAPABILITIES.get(self.instructions, (capability,))
        values = INSTEAD if lacking else INSTRUCTIONS[self.instructions]
        return {
            **dict(zip(VARIABLES, values, strict=True)),
            "OMP_NUM_THREADS": str(self.threads),
            "GENAI_COURSE_DATASET": self.data_set,
            "GENAI_COURSE_SEED_SHIFT": str(self.shift),
            "GENAI_COURSE_DEVICE": "cpu",
        }


def settings(count):
    """Return the first `count` settings: pairs that differ in the data set alone."""
    names = list(INSTRUCTIONS)
    return [
        Setting(
            number,
            DATA_SETS[number % 2],
            SEED_STRIDE * (number // 2),
            1 + number // 2 % 2,
            names[number // 2 % len(names)],
        )
        for number in range(count)
    ]


def applied(environ, changes):
    """Return a copy of an environment with these changes; an empty value removes a variable."""
    return {k: v for k, v in {**environ, **changes}.items() if v or k not in changes}


def bits(environ):
    """Return what a process with this environment computes, or a sentence if it crashes.

    Returns:
        Dict: "capability" as PyTorch says it, and a short hash for each kind of computation.
    """
    command = [sys.executable, "-m", __name__]
    done = subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True)
    if done.returncode:
        return {"crash": f"exit code {done.returncode}"}
    return json.loads(done.stdout)


def computed():
    """Compute a product, a convolution, its gradient, sums and functions; return their hashes."""
    import torch
    from torch.nn import functional

    numbers = torch.Generator().manual_seed(0)
    a, b = torch.randn(128, 784, generator=numbers), torch.randn(784, 256, generator=numbers)
    images = torch.randn(32, 8, 28, 28, generator=numbers)
    weight = torch.randn(16, 8, 3, 3, generator=numbers).requires_grad_()
    maps = functional.conv2d(images, weight, padding=1)
    maps.square().sum().backward()
    results = {
        "product": a @ b,
        "convolution": maps,
        "gradient": weight.grad,
        "sum": a.sum(),
        "softmax": a.softmax(dim=1),
        "tanh": a.tanh(),
    }
    hashes = {name: _hash(result.detach().numpy().tobytes()) for name, result in results.items()}
    return {"capability": torch.backends.cpu.get_cpu_capability(), **hashes}


def _hash(data):
    return hashlib.sha256(data).hexdigest()[:8]


if __name__ == "__main__":
    CommandLine(description=__doc__.splitlines()[0]).parse_args()
    print(json.dumps(computed()))
