"""Random streams: each seed has its own, the same alone and beside others."""

import torch

from genai_course.collapse.streams import Streams


def test_a_seed_sees_the_same_alone_and_beside_others():
    for draw in (lambda s: s.normal(5, 2), lambda s: s.uniform(4), lambda s: s.integers(7, 6)):
        alone, beside = draw(Streams([3])), draw(Streams([8, 3]))
        assert torch.equal(alone[0], beside[1]) and not torch.equal(beside[0], beside[1])
    generator = torch.Generator().manual_seed(3)
    assert torch.equal(Streams([3]).normal(5)[0], torch.randn(5, generator=generator))


def test_draws_have_their_distributions():
    streams = Streams(range(4))
    assert len(streams) == 4
    normal, uniform = streams.normal(20_000), streams.uniform(20_000)
    assert normal.shape == (4, 20_000) and abs(normal.std() - 1) < 0.02
    assert 0 <= uniform.min() < 0.001 and 0.999 < uniform.max() < 1
    assert streams.integers(3, 100).unique().tolist() == [0, 1, 2]
