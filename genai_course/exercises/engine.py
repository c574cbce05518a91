"""How an exercise is checked: what an attempt does, against a reference and known mistakes.

An exercise holds a reference answer, an `observe` function that runs an attempt on fixed inputs
and returns tensors, and a list of known mistakes, each with a wrong answer. An attempt that does
what the reference does is right. One that does what a known mistake does gets the sentence that
names it. Anything else gets a plain comparison.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache

import torch

from genai_course.claims import CROSS, TICK
from genai_course.exercises.answers import Answer
from genai_course.exercises.forms import NotDone, Wrong


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
    a dict from a description ("the loss at logits 0, 0") to a tensor, a number, a bool or a text.
    `attempt` is an `Answer`: what it returns has the form of what the reference returns there. If
    `observe` computes with it, `same_shape` refuses another shape beforehand. `without` names what
    a right answer does not call (see `watched`), `also_right` answers with other numbers, `asks`
    what an attempt takes and returns, for the help of `check`.
    """

    number: str
    title: str
    observe: Callable
    reference: Callable
    mistakes: tuple = field(default_factory=tuple)
    praise: str = "right"
    tolerance: float = 1e-5
    same_shape: bool = False
    without: tuple = ()
    also_right: tuple = ()
    asks: str = ""

    @property
    def check(self) -> Callable[..., None]:
        """The function of notebooks: print one sentence on an attempt. Its help says what is asked.

        It takes the learner's function and `hint`: 0 for the sentence and the first hint, 1 for
        the second hint as well.
        """

        def check(attempt, hint=0):
            print(self.verdict(attempt, hint))

        check.__doc__ = f"Exercise {self.number}: {self.asks or f'{self.title}.'}"
        return check

    def verdict(self, attempt: Callable, hint: int = 0) -> str:
        """Return what `check` prints."""
        # a check does not move the learner's random numbers
        with torch.random.fork_rng(devices=[]), torch.enable_grad():
            model, wanted = _known(self, self.reference)
            answer, seen = self._run(attempt, model, self.without)
            return self._judge(answer, seen, wanted, hint)

    def _judge(self, answer, seen, wanted, hint):
        name = f"Exercise {self.number}"
        if isinstance(seen, NotDone):
            return f"{name}: not done yet{str(seen) or '.'}"
        rights = [wanted, *(_known(self, other)[1] for other in self.also_right)]
        different = self._difference(seen, wanted)
        if any(self._difference(seen, right) is None for right in rights):
            if answer.called:
                return f"{CROSS} {name}: right, but it is to be done without {answer.called[0]}."
            note = " But it changes its input: work on a copy." if answer.changes_inputs else ""
            return f"{TICK} {name}: {self.praise}.{note}"
        for mistake in self.mistakes:
            if self._difference(seen, _known(self, mistake.wrong)[1]) is None:
                extra = f" {mistake.second_hint}" if hint else ""
                return f"{CROSS} {name}: {mistake.sentence} Hint: {mistake.hint}{extra}"
        return f"{CROSS} {name}: {different}"

    def _run(self, function, model=None, without=()):
        """Return the function as an Answer, and what `observe` sees of it, or why it cannot."""
        torch.random.default_generator.manual_seed(0)
        answer = Answer(function, model, self.same_shape, without)
        try:
            return answer, self.observe(answer)
        except Exception as error:
            if model is None:
                raise
            # anything else: `observe` stumbled over what the attempt did
            return answer, error if isinstance(error, (NotDone, Wrong)) else answer.explain(error)

    def _difference(self, seen, wanted):
        """The first difference between what two attempts do, in words, or None."""
        if isinstance(seen, Exception):
            alike = isinstance(wanted, Exception) and str(seen) == str(wanted)
            return None if alike else str(seen)
        if isinstance(wanted, Exception):
            return str(wanted)
        differences = (_compared(w, seen[w], wanted[w], self.tolerance) for w in wanted)
        return next(filter(None, differences), None)


@cache
def _known(exercise, function):
    """What one of the course's own answers does, which is always the same; see `_run`."""
    is_reference = function is exercise.reference
    return exercise._run(
        function, None if is_reference else _known(exercise, exercise.reference)[0]
    )


def _compared(what, got, want, tolerance):
    """Say how one of the things that are seen differs from what is wanted; None if it does not."""
    if isinstance(want, (bool, str)):
        return None if got == want else f"{what} is {got!r}, wanted {want!r}."
    got, want = (torch.as_tensor(value).detach().cpu().double() for value in (got, want))
    if got.shape != want.shape:
        wish = tuple(want.shape) or "a single number"
        return f"{what}: the shape is {tuple(got.shape)}, wanted {wish}."
    finite = want[want.isfinite()].abs()
    scale = max(1.0, finite.max().item()) if finite.numel() else 1.0
    alike = torch.isclose(got, want, rtol=0, atol=tolerance * scale, equal_nan=True)
    if alike.all():
        return None
    place = tuple((~alike).nonzero()[0].tolist())
    numbers = _told_apart(got[place].item(), want[place].item())
    if want.numel() == 1:
        return f"{what} is {numbers}."
    count = f"{(~alike).sum()} of {want.numel()} entries are wrong"
    return f"{what}: {count}, the first at {list(place)}: it is {numbers}."


def _told_apart(got, want):
    """Both numbers, with as many digits as it takes to see that they differ."""
    for digits in (4, 6, 9, 17):
        texts = f"{got:.{digits}g}", f"{want:.{digits}g}"
        if texts[0] != texts[1]:
            break
    return f"{texts[0]}, wanted {texts[1]}"
