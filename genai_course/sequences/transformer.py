"""A GPT: a stream for each letter, to which attention and small networks add what they find."""

import torch
from torch import Tensor, nn

from genai_course.letters import check_count
from genai_course.sequences.attention import attend, causal_mask

Memory = dict[str, Tensor]  # keys and values of the letters so far, each (N, heads, T, d)


class CausalAttention(nn.Module):
    """Let each place of x (N, T, width) look at itself and the places before it, by some heads.

    Args:
        width: Numbers at a place, a multiple of heads.
        heads: Attentions side by side, each with its own width // heads numbers.

    Source:
        Vaswani et al. (2017), arXiv:1706.03762, Section 3.2.2.
    Shown in: notebooks/16_sequences.ipynb.
    """

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.enter, self.leave = nn.Linear(width, 3 * width), nn.Linear(width, width)

    def forward(self, x: Tensor, memory: Memory | None = None) -> Tensor:
        parts = self.enter(x).unflatten(-1, (3, self.heads, -1))  # (N, T, 3, heads, d)
        query, key, value = parts.permute(2, 0, 3, 1, 4)  # each (N, heads, T, d)
        if memory:
            pairs = (("key", key), ("value", value))
            key, value = (torch.cat([memory[name], new], dim=2) for name, new in pairs)
        if memory is not None:
            memory.update(key=key, value=value)
        return self.leave(self.mix(query, key, value).transpose(1, 2).flatten(2))

    def mix(self, query: Tensor, key: Tensor, value: Tensor) -> Tensor:
        """Return what the places of query take from key and value, each (N, heads, T, d)."""
        return attend(query, key, value, causal_mask(key.shape[2], query.shape[2]))


class Block(nn.Module):
    """Add to the stream x (N, T, width) what the places before say, then what a network makes.

    Args:
        width: Numbers at a place, a multiple of heads.
        heads: Attentions side by side.

    Source:
        Xiong et al. (2020), arXiv:2002.04745, Figure 1 (b): normalised before, not after.
    Shown in: notebooks/16_sequences.ipynb.
    """

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.before, self.listen = nn.LayerNorm(width), CausalAttention(width, heads)
        self.think = nn.Sequential(
            nn.LayerNorm(width), nn.Linear(width, 4 * width), nn.GELU(), nn.Linear(4 * width, width)
        )

    def forward(self, x: Tensor, memory: Memory | None = None) -> Tensor:
        x = x + self.listen(self.before(x), memory)
        return x + self.think(x)


class GPT(nn.Module):
    """Map letters (N, T), integers, to logits (N, T, num_letters) of the letter after each.

    With a list of memories, one empty dict for each block, it takes only the letters that are new,
    and keeps in them, in place, the keys and values of all so far.

    Args:
        num_letters: Letters of the alphabet.
        length: Places that it knows, the longest T.
        width: Numbers at a place, a multiple of heads.
        depth: Blocks, one after another.
        heads: Attentions side by side in a block.

    Source:
        Vaswani et al. (2017), arXiv:1706.03762, Section 3 (the decoder, with learned places).
    Shown in: notebooks/16_sequences.ipynb.
    """

    def __init__(
        self, num_letters: int, length: int, width: int = 64, depth: int = 3, heads: int = 4
    ) -> None:
        super().__init__()
        self.letter, self.place = nn.Embedding(num_letters, width), nn.Embedding(length, width)
        self.blocks = nn.ModuleList(Block(width, heads) for _ in range(depth))
        self.leave = nn.Sequential(nn.LayerNorm(width), nn.Linear(width, num_letters))
        for embedding in (self.letter, self.place):
            nn.init.normal_(embedding.weight, std=0.3)

    def forward(self, index: Tensor, memory: list[Memory] | None = None) -> Tensor:
        known = memory[0]["key"].shape[2] if memory and memory[0] else 0
        check_count(known + index.shape[1], "T", 1, self.place.num_embeddings)
        x = self.letter(index) + self.place(known + torch.arange(index.shape[1]).to(index.device))
        for number, block in enumerate(self.blocks):
            x = block(x, None if memory is None else memory[number])
        return self.leave(x)
