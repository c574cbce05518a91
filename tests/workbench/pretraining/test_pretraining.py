"""Making the shipped models: a killed run goes on bit by bit, and nothing bad or half is stored."""

import hashlib
import json
import os
import signal
import subprocess
import sys
import textwrap

import pytest
import torch

from genai_course.evaluation.diversity import diversity_ratio
from genai_course.evaluation.judge import load_judge
from genai_course.models import pretrained, weights_file
from genai_course.models.pretrained import load_pretrained
from genai_course.models.weights_file import PretrainedError
from genai_course.reproducibility import seed_everything
from genai_course.training import precision
from genai_course.training.checkpoints import CheckpointError, load_checkpoint
from genai_course.training.resuming import checksum
from workbench.pretraining import (
    adversarial,
    autoencoders,
    bench,
    conditional,
    flows,
    make,
    sequences,
    sources,
    store,
)
from workbench.pretraining.recipes import RECIPES, Recipe
from workbench.pretraining.training import draws, rate_factor
from workbench.pretraining.training import train as train_all

COUNT, CPU = 70, torch.device("cpu")
SMALL = {
    "gan": {"start": adversarial.fully_connected, "arguments": {"widths": [8, 8, 8]}},
    "dcgan": {"start": adversarial.convolutional, "arguments": {"width": 4}},
    "vae": {"start": autoencoders.fully_connected, "arguments": {"hidden": 8}},
    "vae_conv": {
        "start": autoencoders.convolutional,
        "arguments": {"latent_dim": 4, "width": 4, "hidden": 16},
    },
    "conditional_gan": {"start": conditional.adversarial, "arguments": {"width": 4}},
    "conditional_vae": {"start": conditional.autoencoder, "arguments": {"hidden": 8}},
    "vqvae": {
        "start": autoencoders.codebook,
        "arguments": {"num_codes": 4, "code_dim": 2, "width": 2},
    },
    "gpt_codes": {
        "start": sequences.codes,
        "arguments": {"num_letters": 42, "length": 49, "width": 8, "depth": 1, "heads": 2},
    },
    "gpt_text": {
        "start": sequences.letters,
        "arguments": {"num_letters": 96, "length": 9, "width": 8, "depth": 1, "heads": 2},
    },
    "wavenet": {"start": sequences.sounds, "arguments": {"width": 4, "dilations": [1, 2]}},
    "flow_conditional": {"start": flows.conditional, "arguments": {"narrow": 4, "wide": 4}},
}
AVERAGED = [name for name in SMALL if name not in ("vqvae", "gpt_codes", "gpt_text", "wavenet")]


def rival(device, **arguments):
    """The same players by another function."""
    return adversarial.fully_connected(device, **arguments)


def small(name="gan", steps=12, seed=0, **more):
    """A recipe of a shipped kind that trains in a moment."""
    told = {"home": "04_gan", "about": "", "inputs": "", "metrics": ("readable_share",)}
    sizes = {"steps": steps, "batch_size": 16, "seed": seed}
    sizes |= {"source": {r.name: r for r in RECIPES}[name].source}
    return Recipe(name=name, **{**told, **sizes, **SMALL[name], **more})


def data():
    """A few images and labels, the same ones every time."""
    generator = torch.Generator().manual_seed(5)
    images = torch.rand(COUNT, 1, 28, 28, generator=generator)
    return images, torch.arange(COUNT) % 10


def data_of(recipe):
    """As `data`, in the form that the recipe's step takes."""
    if recipe.source is sources.MNIST:
        return data()
    generator = torch.Generator().manual_seed(5)
    levels = torch.randint(64, (COUNT, 10), generator=generator, dtype=torch.uint8)
    return levels, torch.arange(COUNT) % 8


def train(recipe, path, report=lambda done, losses: None, images_of=None):
    """Start a recipe and run it with a checkpoint every four steps; return its weights."""
    seed_everything(recipe.seed)
    training = recipe.start(CPU, **recipe.arguments)
    return train_all(
        training, images_of or data_of(recipe), recipe, path, report, every=4
    ).state_dict()


def same(a, b):
    return a.keys() == b.keys() and all(torch.equal(a[name], b[name]) for name in a)


class Killed(Exception):
    pass


def killed_at(step):
    def report(done, losses):
        if done == step:
            raise Killed

    return report


# ---- the training ----


@pytest.mark.parametrize("name", SMALL)
def test_a_run_that_was_stopped_twice_ends_with_the_same_bits(tmp_path, name):
    whole = train(small(name), tmp_path / "whole.pt")
    for step in (4, 8):
        with pytest.raises(Killed):
            train(small(name), tmp_path / "cut.pt", killed_at(step))
        torch.manual_seed(step)  # whatever the session did in between
    assert same(train(small(name), tmp_path / "cut.pt"), whole)
    assert not same(train(small(name, seed=1), tmp_path / "other.pt"), whole)


def test_a_stop_between_two_saves_repeats_the_steps_since_the_first(tmp_path, monkeypatch):
    whole = train(small(), tmp_path / "whole.pt")
    recipe, calls = small(), []

    def start(device, **arguments):
        training = adversarial.fully_connected(device, **arguments)
        inner = training.step

        def step(*batch):
            calls.append(1)
            if len(calls) == 7:
                raise Killed
            return inner(*batch)

        training.step = step
        return training

    start.__module__, start.__name__ = recipe.start.__module__, recipe.start.__name__
    broken = small(start=start)
    with pytest.raises(Killed):
        train(broken, tmp_path / "cut.pt")
    assert same(train(recipe, tmp_path / "cut.pt"), whole)


@pytest.mark.skipif(os.name == "nt", reason="there is no SIGKILL")
def test_a_process_killed_outright_loses_nothing(tmp_path):
    code = f"""
        import os, signal, sys
        sys.path[:0] = [{os.path.dirname(__file__)!r}, *{sys.path!r}]
        import test_pretraining as t
        kill = lambda done, losses: done == 8 and os.kill(os.getpid(), signal.SIGKILL)
        t.train(t.small("vae"), {str(tmp_path / "cut.pt")!r}, kill)
    """
    environ = {**os.environ, "OMP_NUM_THREADS": str(torch.get_num_threads())}
    done = subprocess.run([sys.executable, "-c", textwrap.dedent(code)], env=environ)
    assert done.returncode == -signal.SIGKILL
    steps = []
    resumed = train(small("vae"), tmp_path / "cut.pt", lambda done, losses: steps.append(done))
    assert steps == [12]  # it went on from 8
    assert same(resumed, train(small("vae"), tmp_path / "whole.pt"))


def test_a_finished_run_is_not_trained_again(tmp_path):
    whole = train(small(), tmp_path / "whole.pt")
    assert same(train(small(), tmp_path / "whole.pt", killed_at(4)), whole)


def refused(path, sentence, *arguments, **more):
    """Train on from the file of another training: one sentence, and the file stays as it was."""
    before = path.read_bytes()
    with pytest.raises(CheckpointError) as error:
        train(*arguments, path, killed_at(4), **more)
    assert str(error.value) == (
        f"{path.name} belongs to another training ({sentence}): "
        "give the checkpoint another name, or delete the file to begin anew"
    )
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    "change, sentence",
    [
        ({"steps": 16}, "steps of the recipe is 12 in it and 16 here"),
        ({"seed": 3}, "seed of the recipe is 0 in it and 3 here"),
        ({"batch_size": 8}, "batch_size of the recipe is 16 in it and 8 here"),
        (
            {"arguments": {"widths": [9, 8, 8]}},
            "arguments of the recipe is {'widths': [8, 8, 8]} in it and {'widths': [9, 8, 8]} here",
        ),
        (
            {"start": rival},
            "start of the recipe is 'workbench.pretraining.adversarial.fully_connected' in it "
            f"and '{__name__}.rival' here",
        ),
    ],
)
def test_another_recipe_is_refused_and_does_not_begin_anew(tmp_path, change, sentence):
    with pytest.raises(Killed):
        train(small(), tmp_path / "cut.pt", killed_at(8))
    refused(tmp_path / "cut.pt", sentence, small(**change))
    assert same(train(small(), tmp_path / "cut.pt"), train(small(), tmp_path / "whole.pt"))


@pytest.mark.parametrize("which", ["images", "labels"])
def test_other_data_are_refused(tmp_path, which):
    changed = {"images": data()[0], "labels": data()[1]}
    sums = [f"'{checksum(changed[which])}'"]
    train(small(), tmp_path / "cut.pt")
    changed[which][3] = 0
    sums.append(f"'{checksum(changed[which])}'")
    told = f"{which} of the recipe is {sums[0]} in it and {sums[1]} here"
    refused(tmp_path / "cut.pt", told, small(), images_of=tuple(changed.values()))


@pytest.mark.parametrize("num_steps", [3, 4, 5, 13])
def test_all_images_are_drawn_equally_often_and_the_steps_are_those_of_the_recipe(num_steps):
    times = draws(COUNT, num_steps, 16).bincount(minlength=COUNT)
    assert times.sum() == num_steps * 16 and times.max() - times.min() <= 1


def test_images_keep_their_labels_and_the_seed_decides_on_the_order(tmp_path):
    seen = []

    def drawn(seed, name):
        seen.clear()
        recipe = small("vae", steps=9, seed=seed)
        training = recipe.start(CPU, **recipe.arguments)
        inner = training.step
        training.step = lambda *batch: seen.append(batch) or inner(*batch)
        train_all(training, data(), recipe, tmp_path / name, lambda done, losses: None)
        return torch.cat([labels for _, labels, _ in seen])

    first = drawn(0, "a.pt")
    pairs = dict(zip((image.sum().item() for image in data()[0]), data()[1].tolist(), strict=True))
    for images, labels, _ in seen:
        assert [pairs[image.sum().item()] for image in images] == labels.tolist()
    assert [share for *_, share in seen] == [done / 9 for done in range(9)]
    assert torch.equal(drawn(0, "b.pt"), first) and not torch.equal(drawn(1, "c.pt"), first)


def test_the_rate_rises_stays_and_falls_to_nothing():
    factors = [rate_factor(done, 1000) for done in range(1000)]
    assert factors[0] == pytest.approx(1 / 200) and factors[99] == pytest.approx(0.5)
    assert set(factors[200:500]) == {1.0}
    assert factors[750] == pytest.approx(0.5) and 0 < factors[-1] <= 0.002 + 1e-9


def test_the_optimisers_get_that_rate(tmp_path):
    seen, recipe = [], small(steps=8)
    seed_everything(0)
    training = recipe.start(CPU, **recipe.arguments)
    inner = training.step

    def step(*batch):
        seen.append([opt.param_groups[0]["lr"] for opt in training.optimizers.values()])
        return inner(*batch)

    training.step = step
    train_all(training, data(), recipe, tmp_path / "x.pt", lambda done, losses: None, every=4)
    for done, rates in enumerate(seen):
        assert rates == pytest.approx([5e-4 * rate_factor(done, 8)] * 2)


def test_a_value_that_is_not_finite_stops_the_run_before_it_is_stored(tmp_path):
    recipe = small("vae")
    training = recipe.start(CPU, **recipe.arguments)
    inner, calls = training.step, []

    def step(*batch):
        inner(*batch)
        calls.append(1)
        return {"loss": torch.tensor(float("nan") if len(calls) == 6 else 1.0)}

    training.step = step
    with pytest.raises(FloatingPointError, match="loss is nan at step 6"):
        train_all(training, data(), recipe, tmp_path / "x.pt", lambda done, losses: None, every=4)
    assert load_checkpoint(tmp_path / "x.pt")["done"] == 4


@pytest.mark.parametrize("name", AVERAGED)
def test_what_is_shipped_is_the_average_and_not_the_last_weights(tmp_path, name):
    recipe = small(name)
    training = recipe.start(CPU, **recipe.arguments)
    model = train_all(training, data(), recipe, tmp_path / "x.pt", lambda done, losses: None)
    assert model is training.networks["average"] and not model.training
    last = next(iter(training.networks.values()))  # the one that draws comes first
    assert not same(dict(model.named_parameters()), dict(last.named_parameters()))


def test_the_last_part_of_the_convolutional_autoencoder_climbs_the_tighter_bound():
    training = autoencoders.convolutional(CPU, **SMALL["vae_conv"]["arguments"])
    images, labels = data()
    assert set(training.step(images, labels, 0.84)) >= {"negative_elbo", "kl"}
    assert set(training.step(images, labels, 0.86)) == {"negative_bound"}


def test_the_flow_learns_signed_images_their_labels_and_fresh_noise(monkeypatch):
    told = []
    monkeypatch.setattr(flows, "flow_step", lambda *all: told.append(all[2:]) or torch.tensor(0.0))
    training, (images, labels) = flows.conditional(CPU, narrow=4, wide=4), data()
    for _ in range(2):
        training.step(images, labels, 0.0)
    for x, noise, asked in told:
        assert torch.equal(x, 2 * images - 1) and torch.equal(asked, labels)
        assert noise.shape == x.shape and noise.std() == pytest.approx(1, abs=0.02)
    assert not torch.equal(told[0][1], told[1][1])


@pytest.mark.parametrize("units", [(), ("AMX",)])
@pytest.mark.parametrize("name", ["gan", "dcgan", "vae_conv", "conditional_gan"])
def test_it_trains_in_bfloat16_where_there_are_units_for_it(monkeypatch, name, units):
    calls, forward = [], precision.InBFloat16.forward
    monkeypatch.setattr(precision, "bfloat16_units", lambda device: units)
    monkeypatch.setattr(
        precision.InBFloat16, "forward", lambda self, *x: calls.append(1) or forward(self, *x)
    )
    training = small(name).start(CPU, **SMALL[name]["arguments"])
    training.step(*data(), 0.0)
    assert bool(calls) == bool(units)


# ---- storing ----


@pytest.fixture
def shelf(tmp_path, monkeypatch):
    """A folder in place of the package's weights, empty, so the judge is loaded beforehand."""
    judge = load_judge("mnist")
    monkeypatch.setattr(bench, "load_judge", lambda name, device: judge)
    monkeypatch.setattr(weights_file, "WEIGHTS", tmp_path / "weights")
    (tmp_path / "weights").mkdir()
    monkeypatch.setattr(sources, "load_images", lambda name, split: data())
    monkeypatch.setattr(make, "choose_device", lambda: CPU)
    monkeypatch.setattr(bench, "load_images", lambda name, split: data())
    monkeypatch.setattr(bench, "NUM_SAMPLES", 30)
    return tmp_path


def made(shelf, *names, **changes):
    recipes = [small(**{"name": name, **changes}) for name in ("gan", "dcgan")]
    return make.main(names, shelf / "unfinished", shelf / "weights", recipes)


def test_a_model_is_made_measured_stored_and_loads(shelf, capsys):
    assert made(shelf, "dcgan") == 0
    assert {p.name for p in (shelf / "weights").iterdir()} == {"dcgan.safetensors", "dcgan.json"}
    assert list((shelf / "unfinished").iterdir()) == []
    card = json.loads((shelf / "weights" / "dcgan.json").read_text())
    assert card["training"]["steps"] == 12 and card["training"]["device"] == "cpu"
    assert card["metrics"]["readable_share"].keys() >= {"value", "how", "of_real_images"}
    assert card["arguments"] == {"width": 4}
    said = capsys.readouterr().out
    assert "dcgan: step 12 of 12, discriminator_loss" in said and "✓" in said
    assert load_pretrained("dcgan").layers[0].out_features == 4 * 4 * 9


def test_all_are_made_without_names_and_unknown_names_are_told(shelf, capsys):
    assert made(shelf) == 0
    assert len(list((shelf / "weights").iterdir())) == 4
    assert made(shelf, "gann") == 1
    assert "There is no recipe 'gann'; there are: gan, dcgan." in capsys.readouterr().out


def test_a_changed_recipe_is_one_sentence_and_the_other_models_are_made(shelf, capsys):
    assert made(shelf, "gan", at_least={"readable_share": 2.0}) == 1
    before = (shelf / "unfinished" / "gan.pt").read_bytes()
    capsys.readouterr()
    assert made(shelf, steps=16) == 1
    said = capsys.readouterr().out.splitlines()
    assert said[0] == (
        f"gan is not trained: in {shelf / 'unfinished'}, gan.pt belongs to another training "
        "(steps of the recipe is 12 in it and 16 here): "
        "give the checkpoint another name, or delete the file to begin anew."
    )
    assert said[1].startswith("dcgan: step 16 of 16")
    assert (shelf / "unfinished" / "gan.pt").read_bytes() == before
    assert {p.name for p in (shelf / "weights").iterdir()} == {"dcgan.safetensors", "dcgan.json"}


@pytest.mark.parametrize("bound", ["at_least", "at_most"])
def test_a_model_that_is_not_good_enough_is_not_stored_and_its_training_is_kept(shelf, bound):
    impossible = {"readable_share": 2.0 if bound == "at_least" else -1.0}
    assert made(shelf, "gan", **{bound: impossible}) == 1
    assert list((shelf / "weights").iterdir()) == []
    assert [p.name for p in (shelf / "unfinished").iterdir()] == ["gan.pt"]


def test_weights_and_card_of_two_makings_are_never_taken_for_a_pair(shelf, monkeypatch):
    """Killed between the two files: refused in one sentence, mended by making it again."""
    assert made(shelf, "gan") == 0
    replace, calls = os.replace, []

    def dies_at_the_card(source, target):
        if str(target).endswith(".json"):
            raise Killed
        calls.append(target)
        replace(source, target)

    monkeypatch.setattr(os, "replace", dies_at_the_card)
    with pytest.raises(Killed):
        made(shelf, "gan", seed=1)
    monkeypatch.undo()
    monkeypatch.setattr(weights_file, "WEIGHTS", shelf / "weights")
    with pytest.raises(PretrainedError, match="its checksum is not the one on its card"):
        load_pretrained("gan")


def test_the_card_speaks_of_the_numbers_as_they_are_stored():
    model = adversarial.fully_connected(CPU, widths=[8, 8, 8]).result()
    content = store.pack(model, "float16")
    recipe = small(metrics=())
    card = store.make_card(model, content, recipe, CPU, COUNT)
    assert card["sha256"] == hashlib.sha256(content).hexdigest()
    loaded = pretrained.model_from_bytes(content, card, "gan.safetensors").state_dict()
    assert all(torch.equal(loaded[k], v.half().float()) for k, v in model.state_dict().items())
    assert not same(loaded, model.state_dict())  # halves are coarser, and that is what ships


def test_the_card_of_a_slow_model_says_what_a_part_of_its_samples_is_worth(shelf):
    assert made(shelf, "dcgan", part=7, metrics=("diversity_ratio",)) == 0
    entry = json.loads((shelf / "weights" / "dcgan.json").read_text())["metrics"]["diversity_ratio"]
    samples, real = pretrained.draw(load_pretrained("dcgan"), 30), data()[0]
    assert entry["value"] == pytest.approx(diversity_ratio(samples, real), abs=1e-4)
    first = pytest.approx(diversity_ratio(samples[:7], real), abs=1e-4)
    assert entry["of_a_part"] == {"samples": 7, "value": first} and entry["value"] != first
    assert made(shelf, "gan") == 0
    entries = json.loads((shelf / "weights" / "gan.json").read_text())["metrics"]
    assert "of_a_part" not in entries["readable_share"]


def test_what_is_measured_has_the_weights_that_ship(monkeypatch):
    measured = []

    def remember(model, names, device):
        measured.append(model)
        return {}

    monkeypatch.setattr(store, "measure", remember)
    model = adversarial.fully_connected(CPU, widths=[8, 8, 8]).result()
    content = store.pack(model, "float16")
    store.make_card(model, content, small(metrics=()), CPU, COUNT)
    found = measured[0].state_dict()
    assert all(torch.equal(found[k], v.half().float()) for k, v in model.state_dict().items())


def test_a_model_of_a_megabyte_is_refused():
    with pytest.raises(ValueError, match="bytes, wanted below 1000000"):
        store.pack(torch.nn.Linear(500, 500), "float32")
    assert len(store.pack(torch.nn.Linear(500, 500), "float16")) < 1_000_000


# ---- the list ----


@pytest.mark.parametrize("recipe", RECIPES, ids=[r.name for r in RECIPES])
def test_every_recipe_starts_and_takes_a_step(recipe):
    seed_everything(recipe.seed)
    training = recipe.start(CPU, **recipe.arguments)
    losses = training.step(*data_of(recipe), 0.0)
    assert losses and all(value.isfinite() for value in losses.values())
    assert len(store.pack(training.result(), recipe.stored)) < 1_000_000
