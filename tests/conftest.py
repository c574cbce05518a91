"""What several test files need: one thread for tiny networks, the largest tensor, a full disk."""

import contextlib

import pytest
import torch
from torch.utils._python_dispatch import TorchDispatchMode


@pytest.fixture
def one_thread():
    """Tiny networks only lose time on more; and a thread that spins and waits would look busy."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture
def largest_tensor():
    """Return a context that counts the entries of the largest tensor that is made inside."""

    class Largest(TorchDispatchMode):
        count = 0

        def __torch_dispatch__(self, function, types, args=(), kwargs=None):
            made = function(*args, **(kwargs or {}))
            for one in made if isinstance(made, (tuple, list)) else [made]:
                if isinstance(one, torch.Tensor):
                    self.count = max(self.count, one.numel())
            return made

    return Largest


@pytest.fixture
def room_for():
    """Return a context in which no file can grow beyond some bytes, as on a disk that is full."""

    @contextlib.contextmanager
    def limit(size):
        import resource

        before = resource.getrlimit(resource.RLIMIT_FSIZE)
        if size is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
        try:
            yield
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, before)

    return limit
