"""What a clumsy learner may hand in or return: every exercise says one true thing about it."""

import re

import numpy as np
import pytest
import torch
from every_exercise import BY_NUMBER

from genai_course.exercises import engine
from genai_course.vae.losses import elbo

NEED_GRADIENTS = {"3.4", "3.5", "8.1", "8.4", "13.5"}
every_exercise = pytest.mark.parametrize("number", BY_NUMBER)


class Rude(Exception):
    """An error of the learner's own."""


def always(value):
    return lambda *arguments: value


def raising(*arguments):
    raise Rude("my own fault")


def yielding(*arguments):
    yield 1.0


class Holder:
    """Takes anything and is no result."""

    def __init__(self, *arguments):
        self.arguments = arguments


# what is returned, and how the sentence may name it
RETURNED = {
    "a text": (always("0.5"), r"the str '0.5'|is '0.5'"),
    "a generator": (yielding, r"a generator"),
    "an object": (Holder(), r"a Holder|wanted a function"),
    "a made object": (lambda *arguments: Holder(*arguments), r"a Holder"),
    "a set": (always({1.0}), r"a set"),
    "a dict": (always({"loss": 1.0}), r"a dict"),
    "a function": (always(always(1.0)), r"a function"),
    "a class": (always(Holder), r"a type"),
    "texts": (always(("a", "b", "c", "d", "e", "f", "g")), r"7 values"),
    "complex numbers": (always(torch.zeros(2, 3, dtype=torch.cfloat)), r"complex|2 values"),
    "no numbers": (always(torch.zeros(7, 3, device="meta")), r"meta"),
    "a ragged list": (always([[1.0], [1.0, 2.0], [], [], [], [], []]), r"7 values"),
}
# right or wrong by chance, but never refused for what it is
NUMBERS = {
    "a float": always(0.123),
    "an int": always(3),
    "True": always(True),
    "NaN": always(float("nan")),
    "infinity": always(float("inf")),
    "an empty tuple": always(()),
    "a rude shape": always(torch.zeros(7, 5, 3)),
    "an array": always(np.array([0.5, 0.25])[::-1]),
    "a numpy number": always(np.float32(0.5)),
    "a list": always([0.5, 0.25]),
    "a tuple of a tensor": always((torch.tensor(0.5),)),
    "an integer tensor": always(torch.tensor(3)),
    "half precision": always(torch.tensor(0.5, dtype=torch.float16)),
    "a leaf with a gradient": always(torch.tensor(0.5, requires_grad=True)),
    "an inference tensor": torch.inference_mode()(lambda *arguments: torch.ones(2).sum()),
    "the first argument": lambda *arguments: arguments[0],
    "all arguments": lambda *arguments: arguments,
}
NOT_CALLABLE = {
    "None": (None, "None"),
    "a number": (0.5, "the float 0.5"),
    "a tensor": (torch.zeros(3), "a tensor of shape (3,)"),
    "a text": ("mean", "the str 'mean'"),
    "a class": (Holder, "the class Holder"),
    "a list of functions": ([raising], "a list of 1 value"),
}


def said(number, attempt):
    """The one sentence, which must be neither a traceback nor an excuse."""
    verdict = BY_NUMBER[number].verdict(attempt)
    assert verdict.count("\n") == 0 and "Traceback" not in verdict
    assert "the check could not" not in verdict, verdict
    assert re.match(rf"[✓✗] Exercise {number}: .|Exercise {number}: not done yet.$", verdict)
    return verdict


def blames(verdict):
    return "your answer stopped" in verdict


@every_exercise
def test_what_is_returned_is_named_and_nothing_is_called_an_error(number):
    for name, (attempt, naming) in RETURNED.items():
        verdict = said(number, attempt)
        assert verdict.startswith("✗") and not blames(verdict), (name, verdict)
        assert re.search(naming, verdict) and "wanted" in verdict, (name, verdict)
        assert verdict.count("Hint:") == 0, (name, verdict)


@every_exercise
def test_plain_numbers_are_compared_and_never_called_an_error(number):
    for name, attempt in NUMBERS.items():
        verdict = said(number, attempt)
        assert not blames(verdict), (name, verdict)


@every_exercise
def test_what_is_no_function_is_named(number):
    for attempt, naming in NOT_CALLABLE.values():
        assert said(number, attempt) == (
            f"✗ Exercise {number}: your answer is {naming}, wanted a function: "
            "its name, without parentheses."
        )


@every_exercise
def test_an_error_inside_the_answer_is_shown_as_the_answers_own(number):
    own = f"✗ Exercise {number}: your answer stopped with Rude: my own fault"
    assert said(number, raising) == own
    bare = said(number, lambda *arguments: exec("raise SystemExit"))
    assert bare == f"✗ Exercise {number}: your answer stopped with SystemExit."


@every_exercise
def test_too_few_and_too_many_arguments_are_told(number):
    assert "your function takes ()" in said(number, lambda: 1.0)
    many = said(number, lambda a, b, c, d, e, f, g, h: 1.0)
    assert re.search(r"takes \(a, .*, h\), but the check calls it with (an?|the) ", many)


@every_exercise
def test_a_stub_and_a_half_stub_are_not_done_yet(number):
    for value in (None, (None, None), [None, 1.0]):
        assert said(number, always(value)) == f"Exercise {number}: not done yet."


def translated(number, change):
    """The reference, with everything that it returns changed."""
    reference = BY_NUMBER[number].reference

    def change_all(value):
        if isinstance(value, (list, tuple)):
            return [change_all(each) for each in value]
        return change(value) if isinstance(value, torch.Tensor) else value

    return lambda *arguments: change_all(reference(*arguments))


EQUIVALENT = {
    "plain numbers and lists": lambda tensor: tensor.tolist(),
    "arrays": lambda tensor: tensor.detach().numpy(),
    "lists of tensors": lambda tensor: list(tensor) if tensor.ndim else tensor,
    "doubles": lambda tensor: tensor.double(),
    "parameters": lambda tensor: tensor + torch.zeros(1, requires_grad=True)[0],
}


@every_exercise
@pytest.mark.parametrize("kind", EQUIVALENT)
def test_a_right_answer_is_right_in_any_type_or_told_why_not(number, kind):
    verdict = said(number, translated(number, EQUIVALENT[kind]))
    if kind in ("plain numbers and lists", "arrays") and number in NEED_GRADIENTS:
        assert re.search("returns (the float|an array|a list).*a gradient passes", verdict)
        assert "wanted a tensor" in verdict and "leave out .item()" in verdict
    else:
        assert verdict.startswith("✓"), verdict


@every_exercise
def test_an_answer_that_spoils_its_input_spoils_no_later_check(number):
    exercise = BY_NUMBER[number]
    before = exercise.verdict(exercise.reference)

    def spoiling(*arguments):
        with torch.no_grad():
            for value in arguments:
                for tensor in value if isinstance(value, list) else [value]:
                    if torch.is_tensor(tensor):
                        tensor.zero_()
        torch.set_grad_enabled(False)
        return 0.0

    try:
        assert said(number, spoiling)[0] in "✓✗"
        assert torch.is_grad_enabled()
    finally:
        torch.set_grad_enabled(True)
    assert exercise.verdict(exercise.reference) == before
    assert before == f"✓ Exercise {number}: {exercise.praise}."


def shuffled_by_sorting(images, labels, generator):
    order = torch.rand(len(images), generator=generator).argsort()
    return images[order], labels[order]


def shuffled_by_chance(images, labels, generator):
    order = torch.randperm(len(images))
    return images[order], labels[order]


def one_by_one(generator, count):
    pictures = [generator(torch.randn(1, generator.latent_dim)) for _ in range(count)]
    return (torch.cat(pictures) + 1) / 2


def binary_one_by_one(decoder, num_images):
    z = (torch.randn(1, decoder.latent_dim) for _ in range(num_images))
    return torch.cat([torch.bernoulli(decoder(each).sigmoid()) for each in z])


def vae_step_without(*left_out):
    def step(vae, optimizer, x):
        logits, mu, logvar = vae(x)
        loss = -elbo(logits, x, mu, logvar).mean()
        for name, verb in (
            ("zero", optimizer.zero_grad),
            ("backward", loss.backward),
            ("step", optimizer.step),
        ):
            if name not in left_out:
                verb()
        return -loss if "minus" in left_out else loss

    return step


def few_fakes(generator, discriminator, optimizer, x_real):
    return discriminator(generator(torch.randn(1, generator.latent_dim))).mean()


def binary(change, latent_dim=None):
    def attempt(decoder, num_images):
        logits = decoder(torch.randn(num_images, latent_dim or decoder.latent_dim))
        return change(torch.bernoulli(logits.sigmoid()))

    return attempt


def cut_off(which):
    """Both losses of 8.4, one of them detached."""

    def attempt(*given):
        losses = list(BY_NUMBER["8.4"].reference(*given))
        losses[which] = losses[which].detach()
        return losses

    return attempt


CLUMSY = [
    (
        "0.4",
        lambda chance, noise: torch.bernoulli(chance.expand_as(noise)),
        "'the same noise gives the same pictures' is False",
    ),
    ("0.5", shuffled_by_sorting, "✓"),
    ("0.5", shuffled_by_chance, "'the order follows from the generator' is False"),
    ("4.1", few_fakes, "the number of z up to the first batch is 1, wanted 4"),
    ("4.3", one_by_one, "✓"),
    ("4.3", lambda generator, count: torch.rand(count, 1, 2, 2), "never calls the generator"),
    ("4.3", lambda generator, count: generator(count), "called with the int 64, wanted a tensor z"),
    (
        "6.5",
        lambda matrix: torch.linalg.eigvals(matrix).abs().max(),
        "returns the tensor 0.9487, wanted True or False",
    ),
    ("7.4", lambda shares: "frozen", "is 'frozen', wanted 'freezes'"),
    ("9.3", lambda a, b, cost_a, cost_b: "A", "is 'A', wanted 'a'"),
    (
        "8.4",
        cut_off(0),
        "gradient of the discriminator's loss in the discriminator: 2 of 2 entries are wrong",
    ),
    (
        "8.4",
        cut_off(1),
        "gradient of the generator's loss in the generator: 2 of 2 entries are wrong",
    ),
    ("10.4", binary_one_by_one, "✓"),
    ("10.4", binary(lambda x: x.bool()), "✓"),
    ("10.4", binary(lambda x: 2 * x - 1), "'every pixel is 0 or 1' is False"),
    ("10.4", binary(lambda x: x, 20), "the shape of z is '(1000, 20)', wanted '(1000, 8)'"),
    ("10.5", vae_step_without("backward"), "nothing moves"),
    ("10.5", vae_step_without("step"), "nothing moves"),
    ("10.5", vae_step_without("minus"), "the loss of step 1 is -555.3, wanted 555.3"),
]


@pytest.mark.parametrize(("number", "attempt", "sentence"), CLUMSY)
def test_what_a_learner_might_well_hand_in_gets_the_sentence_that_fits(number, attempt, sentence):
    assert sentence in said(number, attempt)


@every_exercise
def test_no_mistake_of_the_bank_confuses_the_check(number):
    exercise = BY_NUMBER[number]
    for mistake in exercise.mistakes:
        seen = engine._known(exercise, mistake.wrong)[1]
        assert "the check could not" not in str(seen)
