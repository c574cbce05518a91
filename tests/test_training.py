"""The training loop: what it calls, collects and refuses, and how it stops."""

import os
import signal

import pytest
import torch

from genai_course.training import check_finite, fit

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


@pytest.mark.parametrize(
    "wrong",
    [{"num_epochs": 0}, {"num_epochs": 1, "batch_size": 0}, {"num_epochs": 1, "batch_size": 11}],
)
def test_impossible_numbers_are_refused(wrong):
    with pytest.raises(ValueError, match="cannot fit"):
        fit(lambda x: {}, IMAGES, **{"batch_size": 5, **wrong})


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


def test_an_interrupt_ends_after_the_running_step_and_keeps_the_history():
    finished = []

    def step(x):
        if len(finished) == 2:
            os.kill(os.getpid(), signal.SIGINT)
        finished.append(1)
        return {"loss": torch.tensor(1.0)}

    before = signal.getsignal(signal.SIGINT)
    with pytest.warns(UserWarning, match="interrupted"):
        history = fit(step, IMAGES, num_epochs=50, batch_size=5)
    assert len(history["loss"]) == len(finished) == 3
    assert signal.getsignal(signal.SIGINT) is before


def test_a_second_interrupt_stops_at_once():
    def step(x):
        os.kill(os.getpid(), signal.SIGINT)
        os.kill(os.getpid(), signal.SIGINT)
        return {"loss": torch.tensor(1.0)}

    before = signal.getsignal(signal.SIGINT)
    with pytest.raises(KeyboardInterrupt):
        fit(step, IMAGES, num_epochs=1, batch_size=5)
    assert signal.getsignal(signal.SIGINT) is before
