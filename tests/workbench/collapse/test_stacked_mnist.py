"""Stacked MNIST is stored run by run, with its settings, and no run is repeated."""

import json

import pytest

from genai_course.collapse.scoreboard import load_stacked
from genai_course.data import load_images
from workbench.collapse import stacked_mnist


@pytest.fixture(scope="module")
def benchmark():
    return stacked_mnist


@pytest.fixture(scope="module")
def digits():
    return load_images("digits", "train")


def test_variants_differ_as_their_names_say(benchmark):
    sizes = {
        name: benchmark.settings_of(name, 10, "cpu")["parameters"] for name in benchmark.VARIANTS
    }
    assert len({size["generator"] for size in sizes.values()}) == 1
    narrow, usual = sizes["DCGAN, D of a quarter width"], sizes["DCGAN"]
    assert narrow["discriminator"] < usual["discriminator"] / 4
    assert benchmark.VARIANTS["PacGAN2"].pack == 2
    assert "PacGAN2, D of a quarter width" in sizes


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
