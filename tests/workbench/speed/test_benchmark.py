"""The epoch benchmark compares like with like, takes turns fairly and tells what it measured."""

import copy
import importlib
import itertools
import json
from dataclasses import replace
from types import SimpleNamespace

import psutil
import pytest
import torch
from torch.utils.data import DataLoader

from genai_course.collapse.fixes import TOO_FAST
from genai_course.collapse.game import one_round
from genai_course.collapse.players import make_players
from genai_course.collapse.problems import ring
from genai_course.collapse.streams import Streams
from genai_course.gan.stacked import StackedLinear
from workbench.speed import benchmark

STEPS = 4
pytestmark = pytest.mark.usefixtures("one_thread")


@pytest.fixture(scope="module")
def scripts():
    """Return a function that gives a script of the benchmark by name."""
    names = (
        "models",
        "tutorial",
        "course",
        "frameworks",
        "worker",
        "race",
        "start",
        "taking_turns",
    )
    return {name: importlib.import_module(f"workbench.speed.{name}") for name in names}


@pytest.fixture(scope="module")
def epoch():
    return benchmark


# ---------------------------------------------------------------- the same numbers


def small(scripts, name):
    """A model of the benchmark with batches of 16."""
    return replace(scripts["models"].MODELS[name], batch_size=16)


def losses_of(step, model, networks, seed=1):
    """Losses of some steps on batches and noise that depend on nothing but the seed."""
    torch.manual_seed(seed)
    shape = (STEPS, model.batch_size) + ((2,) if model.games > 1 else (1, 28, 28))
    found = []
    for batch in torch.rand(shape):
        torch.manual_seed(seed)
        losses = step(batch)
        found.append(losses)
    return found


def usual(scripts, model, networks):
    kind = "vae_steps" if len(networks) == 1 else "gan_steps"
    step = getattr(scripts["tutorial"], kind)(model, networks, torch.device("cpu"))
    return losses_of(step, model, networks)


@pytest.mark.parametrize("name", ["vae", "gan", "narrow"])
def test_the_course_and_the_tutorial_loop_give_the_same_losses(scripts, name):
    model = small(scripts, name)
    torch.manual_seed(0)
    networks = model.build()
    step = scripts["course"].course_step(model, copy.deepcopy(networks))
    ours = [
        (got.get("negative_elbo"),)
        if "negative_elbo" in got
        else (got["discriminator_loss"], got["generator_loss"])
        for got in losses_of(step, model, networks)
    ]
    expected = torch.tensor(usual(scripts, model, networks))
    assert torch.allclose(torch.tensor(ours), expected, rtol=1e-5, atol=1e-5)
    assert (expected[0] - expected[-1]).abs().max() > 1e-3  # the steps have moved the weights


@pytest.mark.parametrize("name", ["vae", "gan", "ring"])
@pytest.mark.parametrize("framework", ["accelerate", "pytorch_lightning"])
def test_the_frameworks_give_the_same_losses(scripts, name, framework):
    pytest.importorskip(framework)
    model = small(scripts, name)
    torch.manual_seed(0)
    networks = model.build()
    own = copy.deepcopy(networks)
    make = _accelerate_losses if framework == "accelerate" else _lightning_losses
    expected = torch.tensor(usual(scripts, model, networks))
    found = torch.tensor(make(scripts["frameworks"], model, own))
    assert torch.allclose(found, expected, rtol=1e-5, atol=1e-5)


def _accelerate_losses(frameworks, model, networks):
    from accelerate import Accelerator

    step = frameworks.accelerate_steps(model, networks, Accelerator(cpu=True))
    return losses_of(step, model, networks)


def _lightning_losses(frameworks, model, networks):
    from pytorch_lightning import Callback, Trainer

    frameworks.quiet_lightning()
    module, batches, found = frameworks.lightning_module(model, networks), [], []
    losses_of(lambda x: batches.append((x, 0)), model, networks)

    class SameNoise(Callback):
        def on_train_batch_start(self, *unused):
            torch.manual_seed(1)

    module.log = lambda name, loss: found.append([loss.item()])
    module.log_dict = lambda losses: found.append([loss.item() for loss in losses.values()])
    trainer = Trainer(
        accelerator="cpu",
        max_epochs=1,
        callbacks=[SameNoise()],
        logger=False,
        enable_checkpointing=False,
        enable_progress_bar=False,
        enable_model_summary=False,
    )
    trainer.fit(module, DataLoader(batches, batch_size=None))
    return found


def test_five_games_side_by_side_are_five_tutorial_loops(scripts):
    model, problem = small(scripts, "ring"), ring(batch_size=16)
    streams = Streams(range(5))
    players = make_players(TOO_FAST, problem, streams)
    networks = [_game(model, players, seed) for seed in range(5)]
    for _ in range(STEPS):
        one_round(TOO_FAST, problem, players, streams)
    z = torch.randn(10, 2)
    for seed, own in enumerate(networks):
        _play_alone(scripts["tutorial"], model, problem, own, seed)
        samples = players.generator(z.expand(5, 10, 2))[seed]
        assert torch.allclose(own[0](z), samples, rtol=1e-4, atol=1e-5)


def _play_alone(tutorial, model, problem, networks, seed):
    """The tutorial loop on the data and the noise that one of five games has seen."""
    stream = Streams([seed])
    make_players(TOO_FAST, problem, stream)  # draws the weights, so that both go on alike

    def noise(count, width, device):
        return stream.normal(count, width)[0]

    step = tutorial.gan_steps(model, networks, torch.device("cpu"), noise)
    for _ in range(STEPS):
        step(problem.draw(stream, 16)[0])


def _game(model, players, seed):
    """The plain networks of one game, with the weights that the stack has for this seed."""
    networks = model.build()
    for plain, stack in zip(networks, (players.generator, players.discriminator), strict=True):
        stacked = [layer for layer in stack.modules() if isinstance(layer, StackedLinear)]
        linear = [layer for layer in plain if isinstance(layer, torch.nn.Linear)]
        for own, layer in zip(linear, stacked, strict=True):
            own.weight.data.copy_(layer.weight[seed].T)
            own.bias.data.copy_(layer.bias[seed, 0])
    return networks


def test_the_usual_loader_gives_the_pixels_that_the_course_has(scripts, monkeypatch):
    pixels = torch.randint(0, 256, (32, 28, 28), dtype=torch.uint8)
    monkeypatch.setattr(scripts["models"], "training_pixels", lambda name: pixels.numpy())
    for name in ("vae", "gan"):
        model = small(scripts, name)
        found = torch.cat([x for x, _ in scripts["models"].usual_loader(model, "digits")])
        wanted = pixels[:, None] / 255
        wanted = wanted * 2 - 1 if model.signed else wanted
        assert found.shape == wanted.shape
        assert torch.allclose(found.sum(0), wanted.sum(0), atol=1e-4)  # shuffled


# ---------------------------------------------------------------- turns


def test_a_loop_trains_what_it_is_asked_for_and_answers_in_between(scripts):
    replies, batches = [], []
    worker = scripts["worker"]
    requests = [2, "colour", 3]
    turns = worker.Turns(
        requests, replies.append, torch.device("cpu"), {"colour": lambda: "green"}, games=2
    )
    with pytest.raises(worker.Over):
        turns.begin()
        while True:
            batches.append(len(replies))
            turns.batch_done()
    assert replies[0] == "ready" and replies[2] == "green"
    assert all(isinstance(seconds, float) for seconds in (replies[1], replies[3]))
    assert batches == [1] * 4 + [3] * 6  # two games each: twice as many batches


class FakeWorker:
    """Answers at once; its batches take a fixed time."""

    def __init__(self, seconds, log=None, name="", shares=()):
        self.seconds, self.log, self.name, self.shares = seconds, log, name, iter(shares)
        self.answers = {}

    def ask(self, request):
        if request in self.answers:
            return self.answers[request]
        if request == "rates":
            return {"float32": 1e9, "bfloat16": 4e9}
        if request == "share":
            return next(self.shares)
        if self.log is not None:
            self.log.append((self.name, request))
        return self.seconds * request


def test_variants_take_turns(scripts):
    log = []
    workers = {name: FakeWorker(1.0, log, name) for name in ("tutorial", "course", "floor")}
    seconds, rates = scripts["taking_turns"].take_turns(workers, rounds=2, count=8)
    assert log == [("tutorial", 2), ("course", 2)] + [("tutorial", 8), ("course", 8)] * 2
    assert seconds == {"tutorial": [8.0] * 2, "course": [8.0] * 2} and len(rates) == 2


def test_the_numbers_of_a_row(scripts):
    seconds = {
        "tutorial": [4.0, 6.0, 9.0],
        "course": [2.0, 2.0, 3.0],
        "course, bfloat16": [1.0, 1.0, 1.0],
    }
    rates = [{"float32": 1e9, "bfloat16": 4e9}] * 3
    rows = scripts["taking_turns"].compare(seconds, rates, operations=1e8, epoch=100, count=10)
    assert rows["course"] == {"seconds": 20.0, "ratio": 3.0, "floor": 0.5}
    assert rows["tutorial"]["ratio"] == 1.0
    assert rows["course, bfloat16"] == {"seconds": 10.0, "ratio": 6.0, "floor": 0.25}


def test_operations_are_those_of_the_layers(scripts):
    a, b = torch.randn(3, 5, requires_grad=True), torch.randn(5, 7, requires_grad=True)
    count = scripts["worker"].count_operations(lambda: (a @ b).sum().backward())
    assert count == 3 * 2 * 3 * 5 * 7  # forwards, and the slopes of both


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_a_rate_is_operations_over_seconds(scripts, monkeypatch, dtype):
    worker, readings = scripts["worker"], itertools.count(step=0.5)  # half a second a product
    clock = SimpleNamespace(perf_counter=lambda: float(next(readings)))
    monkeypatch.setattr(worker, "time", clock)
    assert worker._rate(8, dtype, torch.device("cpu"), seconds=10) == 2 * 8**3 / 0.5
    assert next(readings) == 0.5 * 2 * 20  # so many products fit into ten seconds


@pytest.mark.parametrize("units", [(), ("AMX",)])
def test_products_in_bfloat16_are_measured_only_where_there_are_units_for_them(
    scripts, monkeypatch, units
):
    worker, measured = scripts["worker"], []

    def rate(size, dtype, device, seconds):
        measured.append(dtype)
        return float(size)

    monkeypatch.setattr(worker, "_rate", rate)
    monkeypatch.setattr(worker, "bfloat16_units", lambda device: units)
    rates = worker.multiply_rates(torch.device("cpu"))
    assert rates == {name: 2048.0 for name in ("float32", *("bfloat16" for _ in units))}  # the best
    assert set(measured) == {getattr(torch, name) for name in rates}


def test_memory_is_what_a_process_gained_at_most(scripts):
    worker = scripts["worker"]
    gained = worker.memory_since(psutil.Process().memory_info().rss, torch.device("cpu"))
    held = torch.ones(100, 2**18)  # 100 MiB
    assert gained() > 80
    del held
    assert gained() > 80


def test_a_worker_that_breaks_off_says_why(scripts, tmp_path, monkeypatch):
    script = tmp_path / "worker.py"
    script.write_text(
        "import sys\nprint('\"ready\"', flush=True)\ninput()\nsys.exit('No memory.')\n"
    )
    monkeypatch.setattr(scripts["taking_turns"], "WORKER", "worker")
    monkeypatch.setattr(scripts["taking_turns"], "ROOT", tmp_path)
    worker = scripts["taking_turns"].Worker("ring", "tutorial", {"threads": 1})
    with worker:
        assert worker.hear() == "ready"
        with pytest.raises(RuntimeError, match="^ring, tutorial broke off: No memory.$"):
            worker.ask(3)


# ---------------------------------------------------------------- the race


def test_a_race_ends_where_the_judge_reads_enough(scripts, monkeypatch):
    def shares(*values):
        return [{"itself": plain, "average": average} for plain, average in values]

    workers = {
        "tutorial": FakeWorker(0.02, shares=shares((0.1, 0.9), (0.5, 0.9), (0.7, 0.9))),
        "course": FakeWorker(0.01, shares=shares((0.1, 0.2), (0.4, 0.6), (0.61, 0.8))),
        "course, bfloat16": FakeWorker(0.01, shares=shares(*[(0.1, 0.2)] * 4)),
    }
    place = {"device": "cpu"}
    race = scripts["race"]
    monkeypatch.setattr(race, "suits", lambda loop, device: True)
    results = race.race(place, [7], 400, begin=lambda *words: workers)
    assert results["tutorial"] == [(6.0, 300)]
    assert results["course"] == [(3.0, 300)] and results["course, averaged"] == [(2.0, 200)]
    assert results["course, bfloat16"] == [None]
    rows = race.summarise(results)
    assert rows["course, averaged"]["ratio"] == 3.0 and rows["course"]["ratio"] == 2.0
    assert rows["course, bfloat16"]["seconds"] is None
    assert rows["course, bfloat16"]["reached"] == 0


@pytest.mark.parametrize("units", [(), ("AMX",)])
def test_without_units_bfloat16_stays_away_from_the_race(scripts, monkeypatch, units):
    started = []

    def begin(stack, model, loops, place, more):
        started.extend(loops)
        return {}

    turns = scripts["race"].suits.__globals__
    monkeypatch.setitem(turns, "bfloat16_units", lambda device: units)
    scripts["race"].race({"device": "cpu"}, [7], 400, begin=begin)
    assert started == ["tutorial", "course", *("course, bfloat16" for _ in units)]


def test_the_judge_reads_real_digits_and_not_noise(scripts):
    from genai_course.data import load_images, to_signed_range
    from genai_course.evaluation.judge import load_judge

    images = to_signed_range(load_images("digits", "test")[0][:50])
    networks = {"real": lambda z: images, "noise": lambda z: torch.rand_like(images)}
    shares = scripts["worker"].share_of_readable(load_judge("digits"), networks, None)
    assert shares["real"] > 0.8 and shares["noise"] < 0.2


# ---------------------------------------------------------------- the whole


SKIP = ["--skip", "race", "yardsticks", "start"]
ROW = {"seconds": 2.0, "ratio": 2.0, "floor": 0.1, "memory": 30.0}


@pytest.fixture
def measured(epoch, monkeypatch):
    """Return a function that lets an epoch benchmark find these units and need not measure.

    Ratios are 2 in float32 and 3.5 with bfloat16.
    """

    def pretend(*units):
        rows = {loop: dict(ROW) for loop in epoch.LOOPS if units or "bfloat16" not in loop}
        rows["PyTorch Lightning"] = None
        if units:
            rows["course, bfloat16"]["ratio"] = 3.5
        monkeypatch.setattr(epoch, "measure", lambda *words: rows)
        monkeypatch.setattr(epoch, "bfloat16_units", lambda device: units)

    monkeypatch.setattr(epoch, "is_there", lambda loop: loop != "PyTorch Lightning")
    monkeypatch.setenv("GENAI_COURSE_DATASET", "digits")
    pretend("AMX")
    return pretend


def test_missed_goals_are_said_and_make_the_exit_code(epoch, measured, capsys):
    assert epoch.main(["--models", "gan", *SKIP]) == 0
    assert epoch.main(["--models", "vae", "gan", *SKIP]) == 1  # wants 2.2
    said = capsys.readouterr().out
    assert said.count("MISSED") == 1 and said.count(": met") == 5
    assert "PyTorch Lightning      not installed" in said and ".[benchmark]" in said
    assert "left out" not in said


def test_without_units_for_bfloat16_a_sentence_stands_in_its_place(
    epoch, measured, tmp_path, capsys
):
    measured()
    path = tmp_path / "speed.json"
    words = [
        "--models",
        "gan",
        "--skip",
        "race",
        "yardsticks",
        "start",
        "--store",
        "--out",
        str(path),
    ]
    assert epoch.main(words) == 0
    said = capsys.readouterr().out
    assert said.count(": met") == 1 and "course, bfloat16" not in said
    assert said.count("bfloat16 is left out: nothing here multiplies bfloat16 fast") == 1
    stored = json.loads(path.read_text())["epoch"]
    assert stored["bfloat16"] is False and "course, bfloat16" not in stored["rows"]["gan"]


@pytest.mark.parametrize("units", [(), ("AMX",)])
def test_a_round_asks_bfloat16_only_where_there_are_units(epoch, monkeypatch, units):
    asked = {}

    def begin(stack, model, loops, place):
        asked.update({loop: FakeWorker(1.0) for loop in loops})
        for worker in asked.values():
            worker.answers = {"operations": 1e6, "memory": 1.0}
        return asked

    monkeypatch.setattr(epoch, "start_workers", begin)
    monkeypatch.setattr(epoch, "is_there", lambda loop: True)
    monkeypatch.setitem(epoch.suits.__globals__, "bfloat16_units", lambda device: units)
    rows = epoch.measure("gan", {"data": "digits", "device": "cpu"}, rounds=1, count=4)
    assert list(rows) == [loop for loop in epoch.LOOPS if units or "bfloat16" not in loop]
    assert set(asked) == {*rows, "floor"} and all(rows.values())


def test_what_is_stored_has_no_date_and_no_path(epoch, measured, tmp_path):
    path = tmp_path / "speed.json"
    words = [
        "--models",
        "gan",
        "--skip",
        "race",
        "yardsticks",
        "start",
        "--store",
        "--out",
        str(path),
    ]
    epoch.main(words)
    stored = json.loads(path.read_text())
    assert stored["epoch"]["rows"]["gan"]["course"] == ROW
    assert torch.__version__.startswith(stored["machine"]["torch"])
    assert stored["machine"]["device"] and stored["machine"]["threads"] >= 1
    assert str(tmp_path) not in path.read_text()
    path.write_text(json.dumps({**stored, "start": {"figures": {}}}))
    epoch.main(words)
    assert "start" in json.loads(path.read_text())  # what was skipped is kept


def test_everything_runs_once(epoch, monkeypatch, capsys):
    monkeypatch.setenv("GENAI_COURSE_DATASET", "digits")
    monkeypatch.setattr(epoch, "LOOPS", ("tutorial", "course"))
    words = [
        "--quick",
        "--models",
        "ring",
        "--threads",
        "1",
        "--skip",
        "race",
        "yardsticks",
        "start",
    ]
    assert epoch.main(words) == 0
    said = capsys.readouterr().out
    assert "five GANs on the ring" in said and "1.00x" in said
