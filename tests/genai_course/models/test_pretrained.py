"""Shipped models: whole, small, described, as good as their cards say, and refused when spoilt."""

import hashlib
import json
import pickle
import re
import shutil
from pathlib import Path

import pytest
import torch
from safetensors.torch import load, load_file, save
from torch.nn import functional as F

from genai_course.data import load_images
from genai_course.data.mnist_files import DataError
from genai_course.evaluation.judge import (
    DATA_NAMES,
    class_histogram,
    load_judge,
    predicted_class,
    readable_share,
)
from genai_course.models import weights_file
from genai_course.models.pretrained import (
    NAMES,
    NUM_STEPS,
    draw,
    load_pretrained,
    read_card,
)
from genai_course.models.weights_file import WEIGHTS, PretrainedError
from genai_course.sequences.counting import NGram, bits_per_letter
from genai_course.sequences.text import LETTERS, clean_topics, encode, split_topics
from genai_course.sequences.training import held_out_nats
from genai_course.vae.binarise import binarise
from workbench.pretraining.bench import CHUNK, NUM_SAMPLES, Bench
from workbench.pretraining.metrics import METRICS, nll_each
from workbench.pretraining.recipes import RECIPES
from workbench.pretraining.words import nats_of_codes, words

WRITERS = ("vqvae", "gpt_codes", "gpt_text", "wavenet")  # they draw no images
DRAWERS = tuple(name for name in NAMES if name not in WRITERS)
JUDGES = tuple(f"judge_{name}" for name in DATA_NAMES)


@pytest.fixture(scope="module")
def models():
    """Every shipped model, loaded once."""
    return {name: load_pretrained(name) for name in NAMES}


@pytest.fixture(scope="module")
def benches(models):
    """What the metrics look at, for each model: samples are drawn once, of a slow one a part."""
    return {recipe.name: Bench(models[recipe.name], "cpu", recipe.part) for recipe in RECIPES}


@pytest.fixture(scope="module")
def mnist():
    """Nothing, where MNIST is; else the test is skipped and says why."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GENAI_COURSE_OFFLINE", "1")
        try:
            return load_images("mnist", "test")
        except DataError as error:
            pytest.skip(f"the metric compares with MNIST, which is not here: {error}")


# ---- what is shipped ----


def test_every_recipe_is_shipped_and_nothing_else():
    assert NAMES == tuple(recipe.name for recipe in RECIPES)
    wanted = {f"{name}.{end}" for name in (*NAMES, *JUDGES) for end in ("safetensors", "json")}
    found = {path.name for path in WEIGHTS.iterdir()} - {"README.md"}
    assert found == wanted, "files without a name, or names without files"


@pytest.mark.parametrize("name", NAMES)
def test_a_model_is_small_and_its_card_tells_what_it_is(name, models):
    file, card = WEIGHTS / f"{name}.safetensors", read_card(name)
    assert file.stat().st_size == card["bytes"] < 1_000_000
    assert card["sha256"] == hashlib.sha256(file.read_bytes()).hexdigest()
    model = models[name]
    assert card["class"] == type(model).__name__
    assert card["parameters"] == sum(p.numel() for p in model.parameters())
    licence = {"gpt_text": "PSF-2.0", "wavenet": "MIT"}.get(name, "CC BY-SA 3.0")
    assert card["data"]["licence"] == licence
    assert ("MNIST" in card["data"]["name"]) == (licence == "CC BY-SA 3.0")
    assert card["licence"].startswith("weights: MIT") and card["torch"] and card["limits"]
    notebooks = Path(__file__).parents[3] / "notebooks"
    assert (notebooks / f"{card['notebook']}.ipynb").exists()
    stored = {str(t.dtype) for t in load_file(file).values() if t.is_floating_point()}
    assert stored == {f"torch.{card['stored_as']}"}


@pytest.mark.parametrize("recipe", RECIPES, ids=NAMES)
def test_a_card_and_the_recipe_of_today_agree(recipe):
    card = read_card(recipe.name)
    told = {key: value for key, value in card["training"].items() if key != "device"}
    assert told == recipe.settings()
    assert (card["about"], card["notebook"]) == (recipe.about, recipe.home)
    assert (card["input"], card["output"]) == (recipe.inputs, recipe.outputs)
    assert tuple(card["metrics"]) == recipe.metrics
    for name, entry in card["metrics"].items():
        assert entry["how"] == METRICS[name].how
        assert entry["value"] >= recipe.at_least.get(name, entry["value"])
        assert entry["value"] <= recipe.at_most.get(name, entry["value"])


def test_no_card_holds_a_path_or_anything_that_json_does_not_know():
    for name in (*NAMES, *JUDGES):
        text = (WEIGHTS / f"{name}.json").read_text(encoding="ascii")
        assert "NaN" not in text and "Infinity" not in text
        assert not any(word in text for word in ("/home", "/tmp", "/root", ":\\"))


def row_of(name, word="value"):
    """The numbers of a card as README writes them; with "of_real_images", those of real digits."""
    card = read_card(name)
    training, told = card["training"], {key: one.get(word) for key, one in card["metrics"].items()}
    seen = training["steps"] * training["batch_size"]
    sizes = [f"{card['parameters'] / 1000:.0f}", f"{seen / 1000:.0f}"]
    return [
        *(sizes if word == "value" else ["", ""]),
        f"{100 * told['readable_share']:.0f} %",
        f"{told['frechet_judge_distance']:.1f}",
        f"{told['diversity_ratio']:.2f}",
    ]


def test_the_table_beside_the_weights_is_that_of_the_cards():
    text = (WEIGHTS / "README.md").read_text(encoding="utf-8")
    lines = [[cell.strip("` ") for cell in line.split("|")[1:-1]] for line in text.splitlines()]
    table = {line[0]: line[1:] for line in lines if len(line) == 8}
    drawing = [name for name in NAMES if "readable_share" in read_card(name)["metrics"]]
    assert list(table) == ["name", "---", *drawing, "real digits"]
    for name in drawing:
        notebook, _, *numbers = table[name]
        assert read_card(name)["notebook"].startswith(notebook + "_")
        assert numbers == row_of(name)
        assert table["real digits"][2:] == row_of(name, "of_real_images")
    calls = f"the flow calls its network {2 * NUM_STEPS} times, the GPT 49 times, the others once"
    assert calls in " ".join(text.split())


def test_what_stands_below_it_says_of_the_other_models_what_their_cards_say():
    part = " ".join((WEIGHTS / "README.md").read_text(encoding="utf-8").split())
    value = {
        name: {key: entry["value"] for key, entry in read_card(name)["metrics"].items()}
        for name in WRITERS
    }
    assert (
        f"`vqvae` (13) copies digits, {value['vqvae']['copies_readable']:.0%}".replace("%", " %")
        in part
    )
    assert (
        f"`gpt_text` (16) writes English at {value['gpt_text']['bits_per_letter']:.2f} bits" in part
    )
    assert f"`wavenet` (16) plays {value['wavenet']['strings_in_tune']} of 8 strings" in part


# ---- the metrics, computed anew ----


@pytest.mark.parametrize("name", NAMES)
def test_what_needs_no_data_is_as_the_card_says(name, benches):
    check_metrics(name, benches[name], needs_mnist=False)


@pytest.mark.parametrize("name", NAMES)
def test_what_compares_with_mnist_is_as_the_card_says(name, benches, mnist):
    check_metrics(name, benches[name], needs_mnist=True)


def check_metrics(name, bench, needs_mnist):
    for metric, entry in read_card(name)["metrics"].items():
        if METRICS[metric].needs_mnist == needs_mnist and metric not in BY_CHUNKS:
            told = entry.get("of_a_part", {"samples": NUM_SAMPLES, **entry})
            assert bench.num_samples == told["samples"]
            value = METRICS[metric].compute(bench)
            assert value == pytest.approx(told["value"], abs=entry["tolerance"]), metric


@pytest.mark.parametrize("name", [recipe.name for recipe in RECIPES if recipe.part])
def test_a_part_of_the_samples_says_the_same_as_all_of_them(name):
    """Within a few spreads of a part; the distance of a few is the least certain."""
    for metric, entry in read_card(name)["metrics"].items():
        spread = 3.0 if metric == "frechet_judge_distance" else 0.02
        assert entry["of_a_part"]["value"] == pytest.approx(entry["value"], abs=spread), metric


BY_CHUNKS = ("nll", "negative_elbo_binary")  # a minute for all images, so a part of them


@pytest.mark.parametrize("name", [n for n in NAMES if "nll" in read_card(n)["metrics"]])
def test_the_likelihood_is_as_the_card_says_image_by_image(name, benches, mnist):
    """The card has the value of each of 1,000 images; 60 of them are computed anew."""
    entries = read_card(name)["metrics"]
    each = torch.tensor([float(word) for word in entries["nll"]["each"].split()])
    assert len(each) == 1000
    assert each.mean().item() == pytest.approx(entries["nll"]["value"], abs=0.01)
    for chunk in (0, 23, 49):
        anew = nll_each(benches[name].weights_of_chunk(chunk))
        said = each[chunk * CHUNK : (chunk + 1) * CHUNK]
        assert anew.mean().item() == pytest.approx(said.mean().item(), abs=0.2)
        assert (anew - said).abs().max() < 1.5
    assert entries["nll"]["value"] < entries["negative_elbo_binary"]["value"]


def test_the_goal_of_the_long_training_is_reached():
    assert read_card("vae_conv")["metrics"]["nll"]["value"] <= 87


def test_every_metric_of_a_card_is_computed_somewhere_here():
    told = {metric for name in NAMES for metric in read_card(name)["metrics"]}
    assert told <= set(METRICS)
    assert {metric for metric in told if METRICS[metric].each} <= set(BY_CHUNKS)


# ---- loading and drawing ----


@pytest.mark.parametrize("name", DRAWERS)
def test_a_loaded_model_draws_and_leaves_the_session_alone(name):
    torch.manual_seed(7)
    expected = torch.rand(3)
    torch.manual_seed(7)
    model = load_pretrained(name)
    images = draw(model, 12, seed=3)
    assert torch.equal(torch.rand(3), expected)  # neither took random numbers from it
    assert images.shape == (12, 1, 28, 28) and images.min() >= 0 and images.max() <= 1
    assert not model.training and not any(p.requires_grad for p in model.parameters())
    assert all(p.dtype == torch.float32 for p in model.parameters())
    torch.testing.assert_close(draw(model, 12, seed=3), images)
    assert (draw(model, 12, seed=4) - images).abs().max() > 0.5


@pytest.mark.parametrize("name", DRAWERS)
def test_it_draws_dark_pictures_with_bright_strokes_of_many_digits(name, models):
    """A swapped range or a missing sigmoid would show here, and so would one digit for ever."""
    images = draw(models[name], 500, seed=11)
    assert 0.08 < images.mean() < 0.2 and images.amax(dim=(1, 2, 3)).median() > 0.9
    judge = load_judge("mnist")
    assert readable_share(judge, images) > 0.4
    assert (class_histogram(judge, images) > 0).all()


CONDITIONAL = [name for name in NAMES if "conditional" in name]


@pytest.mark.parametrize("name", CONDITIONAL)
def test_a_conditional_model_draws_what_it_is_told(name, models):
    """Labels in an order of their own, so that one taken for another would show."""
    labels = torch.randint(10, (400,), generator=torch.Generator().manual_seed(2))
    seen = predicted_class(load_judge("mnist"), draw(models[name], 400, labels=labels))
    assert (seen == labels).float().mean() > 0.85
    sevens = draw(models[name], 60, labels=torch.full((60,), 7))
    sevens = predicted_class(load_judge("mnist"), sevens)
    assert (sevens == 7).float().mean() > 0.8
    with pytest.raises(ValueError, match=r"labels have shape \(3,\), wanted \(4,\)"):
        draw(models[name], 4, labels=torch.arange(3))


@pytest.mark.parametrize("name", sorted(set(DRAWERS) - set(CONDITIONAL)))
def test_other_models_take_no_labels(name, models):
    with pytest.raises(ValueError, match="it takes no labels"):
        draw(models[name], 4, labels=torch.arange(4))


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        (
            "vqvae",
            "a VQVAE draws no images: it copies images; what it draws is written by gpt_codes",
        ),
        ("gpt_text", "a GPT draws no images: it writes letters, or codes for the decoder of vqvae"),
        (
            "gpt_codes",
            "a GPT draws no images: it writes letters, or codes for the decoder of vqvae",
        ),
        ("wavenet", "a WaveNet draws no images: it plays sounds"),
    ],
)
def test_a_model_that_draws_no_images_says_so_in_one_sentence(name, sentence, models):
    for labels in (None, torch.arange(4)):
        with pytest.raises(ValueError) as error:
            draw(models[name], 4, labels=labels)
        assert str(error.value) == sentence


@pytest.mark.parametrize("name", WRITERS)
def test_what_draws_no_images_is_loaded_ready_and_leaves_the_session_alone(name):
    torch.manual_seed(7)
    expected = torch.rand(3)
    torch.manual_seed(7)
    model = load_pretrained(name)
    assert torch.equal(torch.rand(3), expected)
    assert not model.training and not any(p.requires_grad for p in model.parameters())
    assert all(p.dtype == torch.float32 for p in model.parameters())


def test_the_text_beats_the_best_counting_with_a_margin(models):
    """On the held-out topics of whichever Python this is, by letters that both guess."""
    train, test = (encode(text, LETTERS) for text in split_topics(clean_topics()))
    counted = bits_per_letter(NGram(train, len(LETTERS), 5).log_likelihood(test[:8001])[1:])
    guessed = bits_per_letter(-held_out_nats(models["gpt_text"], test[:8001], 64, 32))
    assert guessed < counted - 0.1


def test_the_words_of_digits_are_surer_than_codes_that_do_not_know_of_each_other(models, mnist):
    """Counted place by place on 4,000 test images; the words on 1,000 others."""
    images, labels = mnist
    torch.manual_seed(0)
    word = words(models["vqvae"], binarise(images[:5000]), labels[:5000])
    seen = F.one_hot(word[1000:, 1:], 32).float().mean(dim=0).clamp(min=1e-4)  # (49, 32)
    apart = -seen.log()[torch.arange(49), word[:1000, 1:]].sum(dim=1).mean()
    assert nats_of_codes(models["gpt_codes"], word[:1000]).mean() < 0.8 * apart
    wrong = word[:1000].clone()
    wrong[:, 0] = 32 + (labels[:1000] + 1) % 10
    costs = nats_of_codes(models["gpt_codes"], wrong) - nats_of_codes(
        models["gpt_codes"], word[:1000]
    )
    assert (costs > 0).float().mean() > 0.9  # the label counts


def test_drawing_does_not_depend_on_how_many_are_drawn_at_once(models):
    many = draw(models["dcgan"], 700, seed=1)
    alone = models["dcgan"](torch.randn(700, 64, generator=torch.Generator().manual_seed(1))[690:])
    torch.testing.assert_close(many[690:], (alone + 1) / 2, atol=1e-5, rtol=0)


@pytest.mark.parametrize("name", ["vae", "vae_conv"])
def test_an_autoencoder_draws_the_mean_of_its_decoder(name, models):
    """Probabilities, not logits cut off at 0 and 1, which look much alike."""
    decoder = models[name].decoder
    z = torch.randn(9, decoder.latent_dim, generator=torch.Generator().manual_seed(1))
    expected = 1 / (1 + torch.exp(-decoder(z)))
    torch.testing.assert_close(draw(models[name], 9, seed=1), expected, atol=1e-4, rtol=0)


def test_a_flow_follows_the_guided_velocity_that_its_card_tells_of(models):
    """Euler's steps written out, from noise at t = 1: the label counts 1 + w times."""
    flow, told = models["flow_conditional"], read_card("flow_conditional")["output"]
    num_steps, w = re.search(r"(\d+) Euler steps, guidance (\d+\.\d+)", told).groups()
    num_steps, w = int(num_steps), float(w)
    labels, none = torch.tensor([7, 0, 3, 7]), torch.full((4,), flow.num_classes)
    x = torch.randn(4, 1, 28, 28, generator=torch.Generator().manual_seed(1))
    for k in range(num_steps):
        t = torch.full((4,), 1 - k / num_steps)
        asked, unasked = flow(x, t, labels), flow(x, t, none)
        x = x - (asked + w * (asked - unasked)) / num_steps
    expected = (x / 2 + 0.5).clip(0, 1)
    torch.testing.assert_close(draw(flow, 4, 1, labels), expected, atol=1e-4, rtol=0)


def test_a_model_that_is_being_trained_stays_in_that_mode(models):
    model = load_pretrained("dcgan").train()
    before = {k: v.clone() for k, v in model.state_dict().items()}
    draw(model, 5)
    assert model.training
    assert all(torch.equal(before[k], v) for k, v in model.state_dict().items())


# ---- what is refused ----


@pytest.fixture
def copies(tmp_path, monkeypatch):
    """A copy of one model's files that may be spoilt: (weights, card)."""
    for end in ("safetensors", "json"):
        shutil.copy(WEIGHTS / f"dcgan.{end}", tmp_path)
    monkeypatch.setattr(weights_file, "WEIGHTS", tmp_path)
    load_pretrained("dcgan")
    return tmp_path / "dcgan.safetensors", tmp_path / "dcgan.json"


def refuses(words):
    return pytest.raises(PretrainedError, match=words)


def sign(weights, card, **changes):
    """Make the card fit the file, so that only the later checks stand."""
    content = weights.read_bytes()
    told = json.loads(card.read_text())
    told |= {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content), **changes}
    card.write_text(json.dumps(told))


def check_sentence(error):
    text = str(error.value)
    assert "\n" not in text and len(text) < 250


def test_an_unknown_name_is_told_what_there_is():
    for name in ("dcgann", "", "../judge_mnist", "judge_mnist", None):
        with refuses("there is no shipped model .*; there are: gan, dcgan, vae, ") as error:
            load_pretrained(name)
        check_sentence(error)


@pytest.mark.parametrize("end", ["safetensors", "json"])
def test_a_missing_file_is_named(copies, end):
    (copies[0].parent / f"dcgan.{end}").unlink()
    with refuses(rf"weights/dcgan.{end} cannot be read \(No such file.*make pretrained") as error:
        load_pretrained("dcgan")
    check_sentence(error)


@pytest.mark.parametrize("kept", [-1, 1000, 3, 0])
def test_a_truncated_file_is_told_apart(copies, kept):
    copies[0].write_bytes(copies[0].read_bytes()[:kept])
    with refuses(r"it was cut off, \d+ bytes of \d+; reinstall") as error:
        load_pretrained("dcgan")
    check_sentence(error)


@pytest.mark.parametrize("place", [5000, 100_000, -1])
def test_a_flipped_bit_is_refused(copies, place):
    content = bytearray(copies[0].read_bytes())
    content[place] ^= 1
    copies[0].write_bytes(content)
    with refuses("its checksum is not the one on its card") as error:
        load_pretrained("dcgan")
    check_sentence(error)


class Bomb:
    """Touches a file when it is unpickled."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return Path.touch, (self.path,)


@pytest.mark.parametrize("signed", [False, True])
def test_a_foreign_file_is_refused_and_nothing_in_it_runs(copies, tmp_path, signed):
    trace = tmp_path / "ran"
    foreign = pickle.dumps(Bomb(trace)) + bytes(400_000)
    pickle.loads(foreign)
    assert trace.exists()  # the bomb works
    trace.unlink()
    copies[0].write_bytes(foreign)
    if signed:
        sign(*copies)
    with refuses("refused: it is not a safetensors file") as error:
        load_pretrained("dcgan")
    check_sentence(error)
    assert not trace.exists()


def spoilt_tensors(state):
    first = "layers.0.weight"
    yield "is missing in the file", {k: v for k, v in state.items() if k != first}
    yield "in the file but not in the network", {**state, "extra": torch.zeros(2)}
    yield "has shape", {**state, first: state[first][:-1].clone()}
    yield "torch.float64", {**state, first: state[first].double()}
    yield "not finite", {**state, first: state[first] * float("nan")}


@pytest.mark.parametrize("case", range(5))
def test_tensors_of_another_network_are_refused(copies, case):
    words, tensors = list(spoilt_tensors(load(copies[0].read_bytes())))[case]
    copies[0].write_bytes(save(tensors))
    sign(*copies)
    with refuses(words) as error:
        load_pretrained("dcgan")
    check_sentence(error)


def test_the_weights_of_another_model_are_refused(copies):
    other = WEIGHTS / "gan.safetensors"
    shutil.copy(other, copies[0])
    with refuses("its checksum is not the one on its card"):
        load_pretrained("dcgan")
    sign(*copies)
    with refuses("the weights do not fit this ConvGenerator") as error:
        load_pretrained("dcgan")
    check_sentence(error)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (b"", r"weights/dcgan.json is not a card \(JSON\)"),
        (b"\xff\xfe\x00", "is not a card"),
        (b'{"class": ', "is not a card"),
        (b"[1, 2]", "does not say 'class'"),
        (b"{}", "does not say 'class'"),
    ],
)
def test_a_damaged_card_is_refused(copies, text, words):
    copies[1].write_bytes(text)
    for function in (read_card, load_pretrained):
        with refuses(words) as error:
            function("dcgan")
        check_sentence(error)


@pytest.mark.parametrize(
    "change", [{"class": "os.system"}, {"arguments": {"wide": 3}}, {"class": None}]
)
def test_a_card_that_names_no_network_of_the_course_is_refused(copies, change):
    sign(*copies, **change)
    with refuses("names no known network") as error:
        load_pretrained("dcgan")
    check_sentence(error)


def test_a_card_without_a_size_is_refused(copies):
    sign(*copies, bytes="many")
    with refuses("its card does not say how many bytes it has; reinstall") as error:
        load_pretrained("dcgan")
    check_sentence(error)


def test_halves_become_floats_without_loss(copies):
    halves = {
        k: v.half() if v.is_floating_point() else v for k, v in load(copies[0].read_bytes()).items()
    }
    copies[0].write_bytes(save(halves))
    sign(*copies)
    loaded = load_pretrained("dcgan").state_dict()
    assert all(torch.equal(loaded[k], v.to(loaded[k].dtype)) for k, v in halves.items())
