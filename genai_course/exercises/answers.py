"""How a check calls a learner's function, so that nobody is blamed for the faults of the other.

The function gets copies of its inputs. An error raised inside it is its own. What it returns is
brought into the form of what the reference returned at the same call: lists, arrays and plain
numbers are as good as tensors. Anything else is refused with one sentence.
"""

import inspect
from collections.abc import Callable, Sequence

import torch

from genai_course.exercises.forbidden_calls import watched
from genai_course.exercises.forms import Formed, NotDone, Wrong, formed, kind, shapes, wrong_shape


class Answer:
    """A learner's function as `observe` calls it.

    Args:
        function: What the learner handed in; anything at all.
        model: The Answer of the reference, already observed; None if this is the reference.
        same_shape: Whether a result of another shape than the reference's is refused at once.
        without: Names of functions that it should not call, as in `watched`.
    """

    def __init__(
        self,
        function: Callable,
        model: "Answer | None" = None,
        same_shape: bool = False,
        without: Sequence[str] = (),
    ) -> None:
        self.function, self.model = function, model
        self.same_shape, self.without = same_shape, without
        self.results: list[Formed] = []
        self.called: list[str] = []
        self.changes_inputs = False

    def __call__(self, *inputs: object) -> Formed:
        """Call the function on copies of `inputs`; tensors come back as doubles on the CPU.

        Raises NotDone for None, and Wrong for an error or a result of another form.
        """
        _refuse_what_cannot_be_called(self.function, inputs)
        copies = _copied(inputs)
        try:
            with torch.enable_grad(), watched(self.without, self.called):
                result = self.function(*copies)
        except (Exception, SystemExit) as error:  # whatever it is, it is the learner's
            raise Wrong(f"your answer stopped with {_first_line(error)}") from error
        if result is None and getattr(self.function, "__code__", _stub.__code__).co_names:
            raise NotDone(": it returns None. Is a `return` missing?")  # it does something
        self.changes_inputs |= not _equal(copies, inputs)
        if self.model is None:
            self.results.append(formed(result, result))
            return self.results[-1]
        wanted = self.model.results[len(self.results)]
        self.results.append(formed(result, wanted))
        if self.same_shape and shapes(self.results[-1]) != shapes(wanted):
            raise wrong_shape(self.results[-1], wanted)
        return self.results[-1]

    def explain(self, error: Exception) -> Wrong:
        """What is wrong with the answer, if `observe` itself stumbled over it with `error`."""
        if self.results and self.model:
            result, wanted = self.results[-1], self.model.results[len(self.results) - 1]
            if shapes(result) != shapes(wanted):
                return wrong_shape(result, wanted)
        return Wrong(f"the check could not look at what your answer did: {_first_line(error)}")


def gradients(value: torch.Tensor, *inputs: torch.Tensor) -> Sequence[torch.Tensor]:
    """The gradient of a result's sum in each of `inputs`; zeros where it does not depend on it.

    Raises Wrong if the result was never a tensor, so that a gradient cannot have passed.
    """
    if plain := getattr(value, "plain", None):
        raise Wrong(
            f"your answer returns {plain}, wanted a tensor through which a gradient "
            "passes: leave out .item() and the like."
        )
    if not value.requires_grad:
        return [torch.zeros_like(each) for each in inputs]
    return torch.autograd.grad(
        value.sum(), inputs, retain_graph=True, allow_unused=True, materialize_grads=True
    )


def noted(z: object, given: list[torch.Tensor]) -> None:
    """Keep a copy of the z that a network was given, if it is one."""
    if not torch.is_tensor(z) or z.ndim == 0:
        raise TypeError(f"the network is called with {kind(z)}, wanted a tensor z")
    given.append(z.detach().clone())


def joined(given: list[torch.Tensor], name: str) -> torch.Tensor:
    """All z that a network was given, in one call or in many, along dimension 0.

    Raises Wrong if there is none, or if their shapes do not fit together.
    """
    if not given:
        raise Wrong(f"your answer never calls the {name}.")
    if len({z.shape[1:] for z in given}) > 1:
        raise Wrong(f"your answer calls the {name} with z of different lengths.")
    return torch.cat(given)


def _stub():
    return None


def _refuse_what_cannot_be_called(function, inputs):
    if isinstance(function, type) or not callable(function):
        what = f"the class {function.__name__}" if isinstance(function, type) else kind(function)
        raise Wrong(f"your answer is {what}, wanted a function: its name, without parentheses.")
    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):  # some compiled functions have none
        return
    try:
        signature.bind(*inputs)
    except TypeError:
        given = ", ".join(map(kind, inputs)) or "nothing"
        message = f"your function takes {signature}, but the check calls it with {given}."
        raise Wrong(message) from None


def _copied(inputs):
    """Copies of the tensors, also of those in lists; a gradient still reaches the original."""
    if isinstance(inputs, (list, tuple)):
        return type(inputs)(_copied(each) for each in inputs)
    return inputs.clone() if torch.is_tensor(inputs) else inputs


def _equal(left, right):
    if isinstance(left, (list, tuple)):
        return len(left) == len(right) and all(map(_equal, left, right))
    return not torch.is_tensor(left) or (left.shape == right.shape and torch.equal(left, right))


def _first_line(error):
    line = (str(error).splitlines() or [""])[0]
    return f"{type(error).__name__}: {line}" if line else f"{type(error).__name__}."
