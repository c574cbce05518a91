"""How an exercise is checked: what an attempt does, against a reference and known mistakes.

An exercise holds a reference answer, an `observe` function that runs an attempt on fixed inputs
and returns tensors, and a list of known mistakes, each with a wrong answer. An attempt that does
what the reference does is right. One that does what a known mistake does gets the sentence that
names it. Anything else gets a plain comparison.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

import torch

from genai_course.claims import CROSS, TICK


@dataclass(frozen=True)
class Mistake:
    """A plausible wrong answer, the sentence that names it and two hints, the second clearer."""

    wrong: Callable
    sentence: str
    hint: str
    second_hint: str


@dataclass(frozen=True)
class Exercise:
    """One exercise: its number ("3.1"), its title, and what it is checked against.

    `observe(attempt)` must be deterministic, must not change state that outlives it, and returns
    a dict from a description ("the loss at logits 0, 0") to a tensor or number, or None where the
    attempt returned None.
    """

    number: str
    title: str
    observe: Callable
    reference: Callable
    mistakes: tuple = field(default_factory=tuple)
    praise: str = "right"
    tolerance: float = 1e-5

    def check(self, attempt, hint=0):
        """Run the attempt and print one sentence (and, asked for, one or two hints).

        Args:
            attempt: The learner's function (or value, where `observe` takes one).
            hint: 0 for the sentence and the first hint, 1 for the second hint as well.
        """
        print(self.verdict(attempt, hint))

    def verdict(self, attempt, hint=0):
        """Return what `check` prints."""
        # a check does not move the learner's random numbers
        with torch.random.fork_rng(devices=[]):
            return self._judge(self._run(attempt), f"Exercise {self.number}", hint)

    def _judge(self, seen, name, hint):
        failed = isinstance(seen, Exception)
        if not failed and (seen is None or any(value is None for value in seen.values())):
            return f"{name}: not done yet."
        different = _error_sentence(seen) if failed else self._first_difference(seen, self.wanted)
        if different is None:
            return f"{TICK} {name}: {self.praise}."
        for mistake in self.mistakes:
            if self._same(seen, self._run(mistake.wrong)):
                extra = f" {mistake.second_hint}" if hint else ""
                return f"{CROSS} {name}: {mistake.sentence} Hint: {mistake.hint}{extra}"
        return f"{CROSS} {name}: {different}"

    @property
    def wanted(self):
        """What `observe` sees of the reference."""
        torch.random.default_generator.manual_seed(0)
        return self.observe(self.reference)

    def _run(self, attempt):
        """Return what `observe` sees of an attempt, or the error that stopped it."""
        torch.random.default_generator.manual_seed(0)
        try:
            seen = self.observe(attempt)
        except Exception as error:  # an attempt may fail in any way; the learner is told how
            return error
        return seen if seen is None or isinstance(seen, dict) else {"what it returns": seen}

    def _same(self, seen, other):
        """Whether an attempt does what a mistake does: the same values, or the same error."""
        if isinstance(seen, Exception) or isinstance(other, Exception):
            return type(seen) is type(other) and str(seen) == str(other)
        return other is not None and self._first_difference(seen, other) is None

    def _first_difference(self, seen, wanted):
        if seen.keys() != wanted.keys():
            return f"wanted {', '.join(wanted)}; it gives {', '.join(map(str, seen)) or 'nothing'}."
        for what, value in wanted.items():
            try:
                got = torch.as_tensor(seen[what]).detach().cpu().double()
            except (TypeError, ValueError, RuntimeError):
                return f"{what} is a {type(seen[what]).__name__}, wanted a tensor or a number."
            want = torch.as_tensor(value).detach().cpu().double()
            if got.shape != want.shape:
                return f"{what} has shape {tuple(got.shape)}, wanted {tuple(want.shape)}."
            finite = want[want.isfinite()].abs()
            scale = max(1.0, finite.max().item()) if finite.numel() else 1.0
            if not torch.allclose(got, want, rtol=0, atol=self.tolerance * scale, equal_nan=True):
                return f"{what} is {_show(got)}, wanted {_show(want)}."
        return None


def _error_sentence(error):
    first_line = (str(error).splitlines() or [""])[0]
    return f"your answer stopped with {type(error).__name__}: {first_line}"


def _show(tensor):
    if tensor.numel() == 1:
        return f"{tensor.item():.4g}"
    values = ", ".join(f"{v:.4g}" for v in tensor.flatten()[:4].tolist())
    return f"[{values}{', ...' if tensor.numel() > 4 else ''}]"
