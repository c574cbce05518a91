"""The training loop: what it calls, collects and refuses, and how it stops."""

import gc
import os
import signal
import weakref

import pytest
import torch
from small_training import Game

from genai_course.training import check_finite, fit
from genai_course.training.checkpoints import load_checkpoint
from genai_course.training.stopping import Stopped

IMAGES = torch.arange(10.0).reshape(10, 1)


def test_every_epoch_visits_whole_batches_in_another_order():
    seen = []
    fit(lambda x: seen.append(x.flatten().tolist()) or {}, IMAGES, num_epochs=3, batch_size=5)
    epochs = [seen[i] + seen[i + 1] for i in (0, 2, 4)]
    assert all(sorted(epoch) == list(range(10)) for epoch in epochs)
    assert epochs[0] != epochs[1] != epochs[2]


def test_an_incomplete_last_batch_is_left_out():
    sizes = []
    fit(lambda x: sizes.append(len(x)) or {}, IMAGES, num_epochs=2, batch_size=4)
    assert sizes == [4, 4, 4, 4]


def test_the_order_depends_on_the_seed_alone():
    def order(seed):
        torch.rand(seed + 3)  # the global random numbers must not matter
        return fit(lambda x: {"first": x[0, 0]}, IMAGES, num_epochs=2, batch_size=2, seed=seed)

    assert torch.equal(order(1)["first"], order(1)["first"])
    assert not torch.equal(order(1)["first"], order(2)["first"])


def test_the_history_holds_one_detached_float_a_step():
    weight = torch.ones((), dtype=torch.float64, requires_grad=True)
    history = fit(lambda x: {"a": weight * 2, "b": x.sum()}, IMAGES, num_epochs=2, batch_size=5)
    assert history.keys() == {"a", "b"}
    assert history["a"].tolist() == [2.0] * 4 and history["b"].sum() == 2 * IMAGES.sum()
    assert history["a"].dtype == torch.float32 and not history["a"].requires_grad


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_a_loss_that_is_not_finite_stops_with_its_name_and_step(value):
    calls = []

    def step(x):
        calls.append(1)
        return {"loss": torch.tensor(value if len(calls) >= 7 else 1.0)}

    with pytest.raises(FloatingPointError, match=r"loss is (nan|inf) at step 7"):
        fit(step, IMAGES, num_epochs=500, batch_size=5)
    assert len(calls) == 100  # not all thousand


def test_a_finite_history_passes():
    check_finite({"loss": [torch.tensor(1.0), torch.tensor(-3.0)]})
    check_finite({})


def spoilt(name, at, value=float("nan")):
    """A history of nine steps of two losses, one of which breaks off, as it happens."""
    history = {"kl": torch.full((9,), 3.25), "loss": torch.full((9,), 0.5)}
    history[name][at - 1 :] = value
    return {key: list(values.unbind()) for key, values in history.items()}


@pytest.mark.parametrize("name", ["kl", "loss"])
@pytest.mark.parametrize("at", [1, 4, 9])
def test_the_message_tells_step_terms_and_three_causes(name, at):
    with pytest.raises(FloatingPointError) as error:
        check_finite(spoilt(name, at))
    text = str(error.value)
    terms = {"kl": "3.25", "loss": "0.5"} | {name: "nan"}
    assert text.startswith(
        f"{name} is nan at step {at} (kl = {terms['kl']}, loss = {terms['loss']})"
    )
    causes = text.partition("Three likely causes: ")[2].partition(".")[0]
    assert [
        word in cause
        for word, cause in zip(
            ("learning rate", "logarithm", "images"), causes.split(";"), strict=True
        )
    ] == [True] * 3
    assert "checkpoint=Checkpoint(" in text and "build them anew" in text


def test_the_first_bad_step_counts_whatever_the_order_of_the_names():
    history = spoilt("kl", 8) | {"loss": spoilt("loss", 6, float("-inf"))["loss"]}
    with pytest.raises(FloatingPointError, match=r"^loss is -inf at step 6 \(kl = 3.25, loss = -i"):
        check_finite(history)


def test_a_step_that_returns_a_name_only_now_and_then_is_reported_too():
    history = spoilt("loss", 5) | {"kl": [torch.tensor(1.0)]}
    with pytest.raises(FloatingPointError, match=r"loss is nan at step 5 \(loss = nan\)"):
        check_finite(history)


def poisoned(game, call, lr=1e30):
    """The step of a game whose learning rate explodes in one call."""

    def step(x):
        if game.calls + 1 == call:
            game.optimizer_d.param_groups[0]["lr"] = lr
        return game.step(x)

    return step


def test_the_last_good_weights_come_back_from_the_checkpoint(tmp_path, one_thread):
    game = Game()
    with pytest.raises(FloatingPointError) as error:
        game.fit(tmp_path / "game.pt", step=poisoned(game, 30), every=8)
    text = str(error.value)
    assert text.startswith("generator_loss is nan at step 30 (discriminator_loss = 0."), text
    assert "discriminator, average, " in text and "are back at step 24" in text
    assert load_checkpoint(tmp_path / "game.pt")["done"] == 24, "the bad steps were stored"
    good = Game()
    good.fit(num_epochs=4)  # 24 steps
    assert game.digest({}) == good.digest({}), "weights, optimisers or random numbers are not back"
    assert Game().fit(tmp_path / "game.pt", num_epochs=4)["generator_loss"].isfinite().all()


def test_weights_that_broke_behind_finite_losses_are_not_stored(tmp_path, one_thread):
    game = Game()

    def step(x):
        losses = game.step(x)
        if game.calls == 16:
            game.generator[0].weight.data[0, 0] = float("inf")
        return losses

    with pytest.raises(
        FloatingPointError,
        match="losses are finite, but the weights are not at "
        r"step 16 \(disc.* are back at step 8",
    ):
        game.fit(tmp_path / "game.pt", step=step, every=8)
    assert load_checkpoint(tmp_path / "game.pt")["done"] == 8
    assert all(p.isfinite().all() for p in game.generator.parameters())


def test_the_refusal_of_another_rate_after_that_says_what_to_do(tmp_path, one_thread):
    game = Game()
    with pytest.raises(FloatingPointError):
        game.fit(tmp_path / "game.pt", step=poisoned(game, 30))
    game.optimizer_d = torch.optim.SGD(game.discriminator.parameters(), lr=1e-3, momentum=0.9)
    with pytest.raises(ValueError, match="lr of optimizer_d is 0.01 in it and 0.001 here.*another"):
        game.fit(tmp_path / "game.pt")
    assert len(game.fit(tmp_path / "slower.pt")["generator_loss"]) == 60


# ---- memory ----

NO_MEMORY = (
    lambda: torch.empty(2**60),  # the real error of this machine's allocator
    lambda: raise_(torch.cuda.OutOfMemoryError("CUDA out of memory. Tried to allocate 2 GiB.")),
    lambda: raise_(RuntimeError("DefaultCPUAllocator: not enough memory: you tried to allocate")),
    lambda: raise_(RuntimeError("CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCr")),
    lambda: raise_(MemoryError()),
)


def raise_(error):
    raise error


@pytest.mark.parametrize("fail", NO_MEMORY)
@pytest.mark.parametrize(
    ("batch_size", "advice"), [(9, "try batch_size=4"), (2, "try batch_size=1"), (1, "close other")]
)
def test_out_of_memory_names_the_batch_size_to_try(fail, batch_size, advice):
    with pytest.raises(MemoryError) as error:
        fit(lambda x: fail(), IMAGES, num_epochs=1, batch_size=batch_size)
    text = str(error.value)
    assert text.startswith(f"there is not enough memory for batch_size={batch_size}: {advice}")
    assert "\n" not in text and isinstance(error.value.__cause__, (RuntimeError, MemoryError))


@pytest.mark.parametrize(
    "error", [RuntimeError("mat1 and mat2 shapes cannot be multiplied"), ValueError("planted")]
)
def test_other_errors_pass_untouched(error):
    with pytest.raises(type(error)) as caught:
        fit(lambda x: raise_(error), IMAGES, num_epochs=1, batch_size=5)
    assert caught.value is error and caught.value.__cause__ is None


def test_the_error_does_not_hold_what_the_failed_step_had_made():
    made = []

    def step(x):
        activations = torch.zeros(1000)
        made.append(weakref.ref(activations))
        return {"loss": torch.empty(2**60)}

    with pytest.raises(MemoryError) as error:
        fit(step, IMAGES, num_epochs=1, batch_size=5)
    gc.collect()
    assert error.value.__cause__ is not None and made[0]() is None


def test_an_interrupt_ends_after_the_running_step_and_keeps_the_history():
    finished = []

    def step(x):
        if len(finished) == 2:
            os.kill(os.getpid(), signal.SIGINT)
        finished.append(1)
        return {"loss": torch.tensor(1.0)}

    before = signal.getsignal(signal.SIGINT)
    advice = "run again, it trains the same networks on, .*checkpoint=Checkpoint"
    with pytest.raises(Stopped, match=f"^stopped after the running step, .*{advice}") as stopped:
        fit(step, IMAGES, num_epochs=50, batch_size=5)
    history = stopped.value.kept
    assert history["loss"].tolist() == [1.0] * 3 and len(finished) == 3
    assert signal.getsignal(signal.SIGINT) is before


def test_an_interrupt_in_the_last_step_stops_what_follows_too():
    def step(x):
        os.kill(os.getpid(), signal.SIGINT)
        return {"loss": torch.tensor(1.0)}

    with pytest.raises(Stopped) as stopped:
        fit(step, IMAGES, num_epochs=1, batch_size=10)
    assert len(stopped.value.kept["loss"]) == 1


def test_an_error_in_the_step_that_was_interrupted_is_the_one_that_is_raised():
    def step(x):
        os.kill(os.getpid(), signal.SIGINT)
        raise_(ValueError("planted"))

    with pytest.raises(ValueError, match="planted"):
        fit(step, IMAGES, num_epochs=1, batch_size=5)


def test_a_second_interrupt_stops_at_once():
    def step(x):
        os.kill(os.getpid(), signal.SIGINT)
        os.kill(os.getpid(), signal.SIGINT)
        return {"loss": torch.tensor(1.0)}

    before = signal.getsignal(signal.SIGINT)
    with pytest.raises(KeyboardInterrupt) as second:
        fit(step, IMAGES, num_epochs=1, batch_size=5)
    assert second.type is KeyboardInterrupt
    assert signal.getsignal(signal.SIGINT) is before
