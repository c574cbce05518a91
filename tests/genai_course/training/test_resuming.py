"""Going on from a checkpoint: to the same bits, and only with the training it belongs to."""

import os
import pickle
import signal
from functools import partial

import pytest
import torch
from small_training import IMAGES, STEPS_AN_EPOCH, Game, whole_run
from torch import nn

from genai_course.training import fit
from genai_course.training.checkpoints import CheckpointError, load_checkpoint, save_checkpoint
from genai_course.training.resuming import Checkpoint, stacked
from genai_course.training.state import RandomNumbers
from genai_course.training.stopping import Stopped

pytestmark = pytest.mark.usefixtures("one_thread")


class Crash(Exception):
    pass


@pytest.fixture
def path(tmp_path):
    return tmp_path / "game.pt"


@pytest.fixture(scope="module")
def whole():
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield whole_run()
    torch.set_num_threads(before)


def broken_at(game, number, act):
    """A step that does something else before its work, once, in its n-th call."""

    def step(x):
        if game.calls + 1 == number:
            act()
        return game.step(x)

    return step


def crash():
    raise Crash


def interrupt():
    os.kill(os.getpid(), signal.SIGINT)


def test_keeping_a_checkpoint_changes_nothing(path, whole):
    game = Game()
    assert game.digest(game.fit(path)) == whole
    assert [file.name for file in path.parent.iterdir()] == ["game.pt"]


@pytest.mark.parametrize("call", [1, 2, 4, 5, 6, 7, 30, 59, 60])
def test_after_a_crash_at_any_step_the_run_ends_with_the_same_bits(path, whole, call):
    game = Game()
    with pytest.raises(Crash):
        game.fit(path, step=broken_at(game, call, crash))
    again = Game(weights_seed=9)
    torch.manual_seed(call)  # whatever the session did in between
    if call <= 4:
        again = Game()  # nothing but the beginning was stored, and Game() is that beginning
    assert again.digest(again.fit(path)) == whole
    assert again.calls == 60 - (call - 1) // 4 * 4, "it went on from the last multiple of four"


@pytest.mark.parametrize("call", [1, 2, 6, 7, 30, 59, 60])
def test_after_an_interrupt_at_any_step_the_run_ends_with_the_same_bits(path, whole, call):
    game = Game()
    with pytest.raises(Stopped, match="run again, it goes on from game.pt") as stopped:
        game.fit(path, step=broken_at(game, call, interrupt))
    assert len(stopped.value.kept["generator_loss"]) == game.calls == call
    again = Game(weights_seed=9)
    torch.manual_seed(call)
    assert again.digest(again.fit(path)) == whole
    assert again.calls == 60 - call, "nothing was done twice"


def test_the_same_objects_go_on_after_an_interrupt_too(path, whole):
    game = Game()
    for call in (5, 17, 18, 40):
        with pytest.raises(Stopped):
            game.fit(path, step=broken_at(game, call, interrupt))
    assert game.digest(game.fit(path)) == whole and game.calls == 60


def test_a_finished_training_gives_its_history_and_does_nothing(path, whole):
    game = Game()
    game.fit(path)
    again = Game(weights_seed=9)
    stamp = path.stat().st_mtime_ns
    assert again.digest(again.fit(path)) == whole and again.calls == 0
    assert path.stat().st_mtime_ns == stamp


def test_more_epochs_go_on_from_the_end_and_fewer_are_refused(path, whole):
    game = Game()
    game.fit(path, num_epochs=4)
    game.fit(path, num_epochs=7)
    assert game.digest(game.fit(path)) == whole and game.calls == 60
    with pytest.raises(CheckpointError, match="60 steps are done in it and 24 wanted here"):
        Game().fit(path, num_epochs=4)


def test_without_the_random_numbers_the_bits_would_differ(whole):
    game = Game()
    torch.rand(1)
    assert game.digest(game.fit()) != whole
    game = Game()
    game.noise.manual_seed(2)
    assert game.digest(game.fit()) != whole


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"seed": 1}, "seed is 0 in it and 1 here"),
        ({"batch_size": 6}, "batch_size is 8 in it and 6 here"),
    ],
)
def test_other_settings_are_refused(path, change, words):
    Game().fit(path, num_epochs=1)
    refused(path, lambda: Game().fit(path, **change), words)


def refused(path, attempt, words):
    """Expect one sentence and the same file as before."""
    content = path.read_bytes()
    with pytest.raises(CheckpointError, match=words) as error:
        attempt()
    text = str(error.value)
    assert text.startswith("game.pt ") and "\n" not in text and len(text) < 260, text
    assert path.read_bytes() == content


def other_images(path):
    game = Game()
    checkpoint = Checkpoint(path, **game.parts())
    fit(game.step, IMAGES[:40], num_epochs=2, batch_size=8, checkpoint=checkpoint)


def one_part_less(path):
    game = Game()
    parts = game.parts()
    del parts["average"]
    fit(game.step, IMAGES, num_epochs=2, batch_size=8, checkpoint=Checkpoint(path, **parts))


def other_optimiser(path):
    game = Game()
    game.optimizer_g = torch.optim.RMSprop(game.generator.parameters(), lr=1e-2)
    game.fit(path)


@pytest.mark.parametrize(
    ("attempt", "words"),
    [
        (other_images, "number of images is 48 in it and 40 here"),
        (one_part_less, "average is in it, but not here"),
        (other_optimiser, "optimizer_g is Adam in it and RMSprop here"),
        (lambda path: Game(lr=1e-3).fit(path), "lr of optimizer_[gd] is 0.01 in it and 0.001 her"),
        (lambda path: Game(width=9).fit(path), r"does not fit generator: .* has shape \(12, 4\)"),
    ],
)
def test_other_parts_are_refused(path, attempt, words):
    Game().fit(path, num_epochs=1)
    refused(path, lambda: attempt(path), words)


def test_what_does_not_fit_in_the_end_leaves_the_beginning_as_it_was(path):
    Game().fit(path, num_epochs=1)
    game = Game(weights_seed=5)
    game.discriminator = nn.Sequential(nn.Linear(6, 3), nn.Dropout(), nn.ReLU(), nn.Linear(3, 1))
    game.optimizer_d = torch.optim.SGD(game.discriminator.parameters(), lr=1e-2, momentum=0.9)
    before = game.digest({})
    refused(path, lambda: game.fit(path), "does not fit discriminator")
    assert game.digest({}) == before and game.calls == 0


# ---- files that carry the right mark and the wrong content ----


def without(name):
    def change(state):
        del state[name]

    return change


def with_value(*names):
    *way, last, value = names

    def change(state):
        for name in way:
            state = state[name]
        state[last] = value

    return change


SPOILT = {
    "no settings": without("settings"),
    "no steps": without("done"),
    "no history": without("history"),
    "no parts": without("parts"),
    "settings of nothing": with_value("settings", {}),
    "steps as a string": with_value("done", "6"),
    "steps as a truth value": with_value("done", True),
    "negative steps": lambda state: state.update(done=-1, history={}),
    "history of strings": with_value("history", "generator_loss", "good"),
    "history that is too long": with_value("history", "generator_loss", torch.zeros(7)),
    "empty history": with_value("history", "generator_loss", torch.zeros(0)),
    "history in two dimensions": with_value("history", "generator_loss", torch.zeros(6, 1)),
    "a list of parts": with_value("parts", []),
    "a part that is missing": lambda state: state["parts"].pop("average"),
    "weights as a number": with_value("parts", "generator", 3),
    "a weight as a number": with_value("parts", "generator", "0.weight", 3.0),
    "a weight of another shape": with_value("parts", "generator", "0.weight", torch.zeros(2)),
    "a weight that is missing": lambda state: state["parts"]["generator"].pop("0.weight"),
    "an optimiser as a list": with_value("parts", "optimizer_g", [1, 2]),
    "an optimiser without groups": with_value("parts", "optimizer_g", "param_groups", []),
    "a rate as a string": lambda state: state["parts"]["optimizer_g"]["param_groups"][0].update(
        lr="high"
    ),
    "a momentum of another shape": with_value(
        "parts", "optimizer_d", "state", 0, "momentum_buffer", torch.zeros(3)
    ),
    "a momentum of no weight": with_value("parts", "optimizer_d", "state", 99, {"exp_avg": None}),
    "a count as a string": with_value("parts", "optimizer_g", "state", 0, "step", "six"),
    "noise of floats": with_value("parts", "noise", torch.zeros(5056)),
    "random numbers cut off": with_value(
        "parts", "random numbers", "cpu", torch.zeros(9, dtype=torch.uint8)
    ),
    "random numbers missing": with_value("parts", "random numbers", {}),
}


@pytest.mark.parametrize("name", SPOILT)
def test_a_file_with_the_right_mark_and_wrong_content_is_refused(path, name):
    Game().fit(path, num_epochs=1)
    state = load_checkpoint(path)
    SPOILT[name](state)
    save_checkpoint(path, state)
    game = Game(weights_seed=5)
    before = game.digest({})
    refused(path, lambda: game.fit(path), ".")
    assert game.digest({}) == before and game.calls == 0, "refused, but something was changed"


class Malicious:
    def __reduce__(self):
        return (exec, ("import pathlib; pathlib.Path('ran').touch()",))


def foreign_files():
    whole = pickle.dumps(Malicious())
    yield "cut off, or never was", lambda path: path.write_bytes(whole)
    yield (
        "somebody else's code",
        lambda path: torch.save(
            {"mark": "genai_course checkpoint 1", "contents": {"done": Malicious()}}, path
        ),
    )
    yield "not a checkpoint of this course", lambda path: torch.save({"done": 3}, path)
    yield (
        "not a checkpoint of this course",
        lambda path: torch.save({"mark": "genai_course checkpoint 1"}, path),
    )
    yield "but not of a training", lambda path: save_checkpoint(path, {"weights": torch.ones(2)})
    yield "cut off", lambda path: path.write_bytes(b"")


@pytest.mark.parametrize("case", range(6))
def test_a_foreign_or_malicious_file_is_refused_and_nothing_in_it_runs(path, monkeypatch, case):
    monkeypatch.chdir(path.parent)
    words, write = list(foreign_files())[case]
    write(path)
    game = Game()
    before = game.digest({})
    refused(path, lambda: game.fit(path), words)
    assert game.digest({}) == before and not (path.parent / "ran").exists()


@pytest.mark.parametrize("keep", [0.1, 0.5, 0.99])
def test_a_file_that_was_cut_off_is_refused(path, keep):
    Game().fit(path, num_epochs=1)
    content = path.read_bytes()
    path.write_bytes(content[: int(keep * len(content))])
    refused(path, lambda: Game().fit(path), "cut off")


# ---- what a checkpoint is made of ----


def test_what_cannot_be_kept_is_refused_before_the_training(path, tmp_path):
    with pytest.raises(ValueError, match="needs parts"):
        Checkpoint(path)
    with pytest.raises(ValueError, match="every is 0, wanted an integer from 1 on"):
        Checkpoint(path, every=0, network=nn.Linear(1, 1))
    for every, words in ((0.5, "a float 0.5"), ("10", "a str '10'"), (None, "None")):
        with pytest.raises(TypeError, match=f"every is {words}, wanted an integer from 1 on"):
            Checkpoint(path, every=every, network=nn.Linear(1, 1))
    with pytest.raises(TypeError, match="path is a Linear, wanted the name of a file"):
        Checkpoint(nn.Linear(1, 1), network=nn.Linear(1, 1))
    with pytest.raises(CheckpointError, match="is a folder, wanted the name of a file"):
        Checkpoint(tmp_path, network=nn.Linear(1, 1))
    with pytest.raises(TypeError, match="average is a Tensor, which has no state_dict"):
        Checkpoint(path, average=torch.zeros(3))
    game = Game()
    with pytest.raises(CheckpointError, match="cannot write game.pt"):
        game.fit(tmp_path / "nowhere" / "game.pt")
    assert game.calls == 0


@pytest.mark.skipif(os.name != "posix", reason="sets a limit on the size of files")
def test_a_full_disk_does_not_stop_the_training_and_the_old_file_stays(path, room_for, whole):
    game = Game()
    checkpoint = Checkpoint(path, every=4, **game.parts())
    save = checkpoint.save

    def save_with_little_room(done, history):
        with room_for(5_000 if 20 < done < 60 else None):
            save(done, history)

    checkpoint.save = save_with_little_room
    with pytest.warns(UserWarning, match="File too large; training goes on, .* keeps step 20"):
        history = game.fit(path, checkpoint=checkpoint)
    assert game.digest(history) == whole and load_checkpoint(path)["done"] == 60
    assert [file.name for file in path.parent.iterdir()] == ["game.pt"]


def test_the_random_numbers_of_gpus_are_kept_and_left_out_where_there_are_none(monkeypatch):
    state = torch.arange(16, dtype=torch.uint8)
    monkeypatch.setattr(torch.cuda, "is_initialized", lambda: True)
    monkeypatch.setattr(torch.cuda, "get_rng_state_all", lambda: [state, state + 1])
    kept = RandomNumbers().state_dict()
    assert [gpu.tolist() for gpu in kept["gpus"]] == [state.tolist(), (state + 1).tolist()]
    was_set = {}
    monkeypatch.setattr(torch.cuda, "set_rng_state", lambda new, i: was_set.update({i: new}))
    for count in (0, 1, 2, 3):
        was_set.clear()
        monkeypatch.setattr(torch.cuda, "device_count", lambda count=count: count)
        RandomNumbers().load_state_dict(kept)
        assert {i: new[0].item() for i, new in was_set.items()} == {
            i: i for i in range(min(count, 2))
        }


def test_values_of_several_devices_and_from_a_file_are_joined():
    values = [torch.tensor(1.0), *torch.tensor([2.0, 3.0]).unbind(), torch.tensor(4.0)]
    assert stacked(values).tolist() == [1.0, 2.0, 3.0, 4.0]


def test_the_numbers_of_this_file():
    assert len(IMAGES) // 8 == STEPS_AN_EPOCH and whole_run(1) != whole_run(2)


# ---- the images that belong to a checkpoint ----


def on(images):
    """An attempt to train on these images."""

    def attempt(path):
        game = Game()
        checkpoint = Checkpoint(path, **game.parts())
        fit(game.step, images, num_epochs=2, batch_size=8, checkpoint=checkpoint)

    return attempt


OTHERS = {
    "others": 1 - IMAGES,
    "one pixel": torch.cat((IMAGES[:-1], IMAGES[-1:] + torch.eye(6)[5:] * 1e-6)),
    "another order": IMAGES.flip(0),
    "more precision": IMAGES.double(),
}


@pytest.mark.parametrize("name", OTHERS)
def test_other_images_of_the_same_number_are_refused(path, name):
    Game().fit(path, num_epochs=1)
    refused(path, lambda: on(OTHERS[name])(path), "checksum of the images is .* in it and .* here")


def test_the_same_images_in_another_memory_are_the_same(path, whole):
    game = Game()
    game.fit(path, num_epochs=1)
    apart = torch.cat((IMAGES, IMAGES), dim=1)[:, :6]
    assert not apart.is_contiguous()
    on(apart)(path)
    assert load_checkpoint(path)["done"] == 12


def test_a_checkpoint_of_an_earlier_version_knows_no_checksum_and_is_taken(path, whole):
    Game().fit(path, num_epochs=1)
    state = load_checkpoint(path)
    del state["settings"]["checksum of the images"]
    save_checkpoint(path, state)
    game = Game(weights_seed=9)
    assert game.digest(game.fit(path)) == whole and game.calls == 54
    refused(path, lambda: on(1 - IMAGES)(path), "60 steps|checksum of the images")


@pytest.mark.parametrize(
    "kind", [torch.uint8, torch.int64, torch.bool, torch.bfloat16, torch.float64]
)
def test_images_of_every_type_have_a_checksum(path, kind):
    def step(x):
        return {"sum": x.double().sum()}

    images = (IMAGES * 3).floor().to(kind)
    for given, words in ((images, None), (images.roll(1, 0), "checksum of the images")):
        checkpoint = Checkpoint(path, network=nn.Linear(1, 1))
        train = partial(fit, step, given, num_epochs=2, batch_size=8, checkpoint=checkpoint)
        refused(path, train, words) if words else train()


# ---- what a checkpoint knows of itself ----


@pytest.mark.parametrize("call", [6, 30, 60])
def test_who_goes_on_knows_what_the_one_before_knew(path, call):
    """Every plain value: path, interval, settings, and the step that a later message names."""
    first, second = Game(), Game(weights_seed=9)
    before, after = (Checkpoint(path, every=4, **game.parts()) for game in (first, second))
    settings = {"seed": 3, "batch_size": 8}
    before.resume(60, settings)
    before.save(call, {"loss": [torch.tensor(0.0)] * call})
    after.resume(60, settings)
    told = [{k: v for k, v in vars(c).items() if k != "parts"} for c in (before, after)]
    assert told[0] == told[1] and call in told[0].values()
    assert before.put_back() == after.put_back() and f"back at step {call}," in after.put_back()
