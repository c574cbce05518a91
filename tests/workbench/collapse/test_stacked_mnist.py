"""Stacked MNIST is drawn, packed, read and counted as its protocol says."""

import json

import pytest
import torch

from genai_course.collapse.scoreboard import load_stacked
from genai_course.data import load_images
from genai_course.evaluation.judge import load_judge
from workbench.collapse import stacked_mnist


@pytest.fixture(scope="module")
def benchmark():
    return stacked_mnist


@pytest.fixture(scope="module")
def digits():
    return load_images("digits", "train")


def test_each_channel_is_drawn_independently_from_all_digits(benchmark):
    numbered = torch.arange(50.0).reshape(50, 1, 1, 1).expand(50, 1, 28, 28)
    pictures = benchmark.draw_triples(numbered, 4000, torch.Generator().manual_seed(0))
    assert pictures.shape == (4000, 3, 28, 28)
    chosen = pictures[:, :, 0, 0]
    assert set(chosen.flatten().int().tolist()) == set(range(50))
    correlation = torch.corrcoef(chosen.T) - torch.eye(3)
    assert correlation.abs().max() < 0.06
    assert (pictures == chosen[:, :, None, None]).all()


def test_a_mode_is_the_number_that_the_three_channels_spell(benchmark, digits):
    images, labels = digits
    judge = load_judge("digits")
    one_each = torch.cat([images[labels == digit][:1] for digit in range(10)])
    pictures = torch.stack([one_each[[2, 0, 7]], one_each[[0, 0, 9]], one_each[[9, 8, 1]]])
    mode, clear = benchmark.modes_of(judge, pictures.squeeze(2))
    assert mode.tolist() == [207, 9, 981]
    assert clear.all()


def test_one_unreadable_channel_makes_a_picture_unreadable(benchmark, digits):
    judge = load_judge("digits")
    picture = digits[0][:3].reshape(1, 3, 28, 28).clone()
    picture[:, 1] = 0.0
    mode, clear = benchmark.modes_of(judge, picture)
    assert 0 <= mode.item() < 1000 and clear.tolist() == [[True, False, True]]
    report = benchmark.measure(judge, torch.cat((picture, digits[0][:3].reshape(1, 3, 28, 28))))
    assert report["readable_digits"] == pytest.approx(5 / 6, abs=1e-3)
    assert report["readable"] == 0.5 and report["readable_modes"] == 1


def test_real_triples_reach_the_floor_and_one_picture_the_ceiling(benchmark, digits):
    images, labels = digits
    judge = load_judge("digits")
    fair = torch.cat([images[labels == digit][:100] for digit in range(10)])
    real = benchmark.draw_triples(fair, 8000, torch.Generator().manual_seed(0))
    report = benchmark.measure(judge, real)
    assert report["modes"] > 985 and report["readable"] > 0.8
    assert report["kl"] == pytest.approx(999 / 16_000, rel=0.4)
    same = real[:1].expand(500, -1, -1, -1)
    report = benchmark.measure(judge, same)
    assert report["modes"] == 1 and report["kl"] == pytest.approx(6.9078, abs=1e-3)


def test_a_pack_is_more_channels_of_one_picture(benchmark):
    discriminator = benchmark.PackedDiscriminator(benchmark.Variant(pack=2))
    discriminator.eval()
    pictures = torch.rand(6, 3, 28, 28)
    logits = discriminator(pictures)
    assert logits.shape == (3, 1)
    assert torch.allclose(logits[:1], discriminator(pictures[:2]), atol=1e-6)
    glued = torch.cat((pictures[0], pictures[1]))[None]
    assert torch.allclose(logits[:1], discriminator.judged(glued), atol=1e-6)


def test_variants_differ_as_their_names_say(benchmark):
    sizes = {
        name: benchmark.settings_of(name, 10, "cpu")["parameters"] for name in benchmark.VARIANTS
    }
    assert len({size["generator"] for size in sizes.values()}) == 1
    narrow, usual = sizes["DCGAN, D of a quarter width"], sizes["DCGAN"]
    assert narrow["discriminator"] < usual["discriminator"] / 4
    assert benchmark.VARIANTS["PacGAN2"].pack == 2
    assert "PacGAN2, D of a quarter width" in sizes


def test_pictures_are_drawn_with_the_statistics_of_the_training(benchmark):
    generator, _ = benchmark.make_networks(benchmark.VARIANTS["DCGAN"], "cpu")
    pictures = benchmark.generate(generator, 1500)
    assert pictures.shape == (1500, 3, 28, 28) and generator.training
    assert pictures.min() >= 0 and pictures.max() <= 1
    assert not pictures.requires_grad


def test_real_and_generated_pictures_are_normalised_apart(benchmark):
    """Joint batches leave the generator without a signal: 1 mode after 2,000 steps."""
    generator, discriminator = benchmark.make_networks(benchmark.VARIANTS["PacGAN2"], "cpu")
    seen = []
    discriminator.judged.layers.register_forward_pre_hook(lambda _, x: seen.append(x[0].shape))
    before = discriminator.judged.to_logits.weight.detach().clone()
    generator_before = {k: v.clone() for k, v in generator.named_parameters()}
    optimizer = torch.optim.Adam(discriminator.parameters())
    benchmark.separate_step(generator, discriminator, optimizer, torch.rand(8, 3, 28, 28))
    assert seen == [(4, 6, 28, 28)] * 2
    assert not torch.equal(before, discriminator.judged.to_logits.weight)
    assert all(torch.equal(v, generator_before[k]) for k, v in generator.named_parameters())


def test_runs_are_stored_and_not_repeated(benchmark, digits, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(benchmark, "all_digits", lambda: digits[0])
    monkeypatch.setattr(benchmark, "SAMPLES", 200)
    ran, original = [], benchmark.run_variant

    def counted(name, *more):
        ran.append(name)
        return original(name, *more)

    monkeypatch.setattr(benchmark, "run_variant", counted)
    path = tmp_path / "x.json"
    arguments = ["--out", str(path), "--steps", "2", "--variants", "DCGAN", "PacGAN2"]
    for more in ([], [], ["--seeds", "2"]):
        assert benchmark.main(arguments + more) == 0
    assert ran == ["DCGAN", "PacGAN2"] * 2
    run = json.loads(path.read_text())["runs"]["PacGAN2"]
    assert run["seeds"] == [0, 1] and len(run["kl"]) == len(run["modes"]) == 2
    assert run["pictures_seen"] == 2 * 64 * 2
    benchmark.main([*arguments, "--steps", "3"])  # other settings: nothing old is kept
    assert json.loads(path.read_text())["runs"]["DCGAN"]["seeds"] == [0]
    printed = capsys.readouterr().out
    assert "floor" in printed and "ceiling" in printed and "modes, KL" in printed


def test_what_is_stored_names_its_settings():
    stacked = load_stacked()
    known = stacked["protocol"]
    assert known["modes"] == 1000 and known["samples"] >= 25_600
    assert known["kl_floor"] < known["real"]["kl"] < 0.05 and known["real"]["modes"] == 1000
    assert "not comparable" in known["label"]
    for run in stacked["runs"].values():
        for key in ("steps", "batch_size", "pictures_seen", "parameters", "torch", "device"):
            assert key in run
        count = len(run["seeds"])
        assert count == len(run["modes"]) == len(run["kl"]) == len(run["seconds"]) > 0
        assert all(0 < modes <= 1000 for modes in run["modes"])
        assert all(known["kl_floor"] < kl <= known["kl_ceiling"] for kl in run["kl"])
