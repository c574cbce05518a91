"""The stored table of suspects: it is what the script measures, and the verdicts follow from it."""

import json
import math

import pytest
import torch
from recomputed import moved

from genai_course.collapse import causes
from genai_course.collapse.fixes import Recipe
from genai_course.collapse.game import train_ensemble
from genai_course.collapse.players import make_players
from genai_course.collapse.problems import ring
from genai_course.collapse.streams import Streams
from genai_course.data import ring_centres
from workbench.collapse import causes as causes_script


@pytest.fixture(scope="module")
def script():
    return causes_script


def test_every_suspect_is_stored_with_the_settings_of_today(script):
    stored = json.loads(causes.STORED.read_text(encoding="utf-8"))
    assert stored["settings"] == script.SETTINGS and stored["versions"]["torch"]
    assert list(stored["results"]) == list(causes.CAUSES)
    for name in causes.CAUSES:
        assert stored["suspects"][name] == script.settings_of(name)
        assert len(stored["results"][name]) == len(causes.SEEDS) >= 5


def modes_kept(reports):
    return {"modes_kept": [report["modes_kept"] for report in reports]}


@pytest.mark.parametrize("name", ["TOO_FAST, AdamW", "EQUAL, beta1 = 0"])
def test_a_stored_cell_is_measured_again(name):
    """Two seeds of a suspect, trained anew: their mean is that of what is stored."""
    again = causes.measure(name, seeds=(0, 1))
    assert not moved(name, modes_kept(causes.load_causes()[name]), modes_kept(again))


def test_two_games_of_another_suspect_are_seen():
    frozen, covering = (
        modes_kept(causes.load_causes()[name]) for name in ("TOO_FAST, AdamW", "EQUAL, beta1 = 0")
    )
    for own, other in ((frozen, covering), (covering, frozen)):
        assert not moved("itself", own, {"modes_kept": own["modes_kept"][:2]})
        assert moved("another", own, {"modes_kept": other["modes_kept"][:2]}) == ["modes_kept"]


def test_the_uneven_ring_has_the_shares_it_names():
    x = causes.uneven_ring().draw(Streams([0]), 20_000)[0]
    nearest = torch.cdist(x, ring_centres(8, 2.0))
    shares = torch.bincount(nearest.argmin(1), minlength=8) / 20_000
    assert torch.allclose(shares, torch.tensor(causes.UNEVEN), atol=0.01)
    assert nearest.amin(1).max() < 0.3


def test_a_memory_holds_old_fakes_and_changes_the_game_only_after_the_first_round():
    recipe = Recipe(rate_generator=1e-3, rate_discriminator=1e-3)
    with_memory = causes.train_with_memory(recipe, ring(), [0, 1], 6, 2, num_samples=40)
    plain = train_ensemble(recipe, ring(), [0, 1], 6, snapshots=2, num_samples=40).samples
    assert with_memory.shape == plain.shape == (2, 2, 40, 2)
    assert with_memory.isfinite().all() and not torch.allclose(with_memory[-1], plain[-1])
    one = causes.train_with_memory(recipe, ring(), [1], 6, 2, num_samples=40)
    assert torch.allclose(one[:, 0], with_memory[:, 1], atol=1e-5)


def test_hopping_is_read_in_the_second_half():
    centres = ring_centres(8, 2.0)
    early = [centres[k % 2].expand(50, 2) for k in range(6)]
    settled = [centres[3].expand(50, 2)] * 6
    assert causes.report_over_time(torch.stack(early + settled))["hopping"] == 0
    assert causes.report_over_time(torch.stack(settled + early))["hopping"] == 1


def test_the_script_stores_and_resumes(script, tmp_path, monkeypatch, capsys):
    calls = []

    def fake(name):
        calls.append(name)
        return [{"modes_kept": 8, "hopping": 0.0, "spread": math.nan}] * 5

    monkeypatch.setattr(script, "measure", fake)
    monkeypatch.setattr(script, "CAUSES", dict(list(causes.CAUSES.items())[:3]))
    monkeypatch.setattr(script, "add_ten_images", lambda path: None)
    path, threads = tmp_path / "causes.json", torch.get_num_threads()
    assert script.main(["--threads", str(threads)], path) == 0 and len(calls) == 3
    assert script.main(["--threads", str(threads)], path) == 0 and len(calls) == 3
    script.main(["--threads", str(threads), "--again"], path)
    assert len(calls) == 6 and "NaN" not in path.read_text(encoding="utf-8")
    assert "modes kept 8 8 8 8 8" in capsys.readouterr().out


def test_remembered_fakes_keep_no_graph_and_are_older_than_the_others():
    problem, streams = ring(), Streams([0, 1], "cpu")
    players = make_players(causes.EQUAL, problem, streams)
    discriminator, seen = players.discriminator, []

    def recording(x):
        seen.append(x)
        return discriminator(x)

    players.discriminator, play_round = recording, causes.rounds_with_memory()
    for _ in range(4):
        play_round(causes.EQUAL, problem, players, streams, 1.0)
    half, judged = problem.batch_size // 2, []
    for shown, fresh in zip(seen[1::3], seen[2::3], strict=True):
        judged.append(fresh.detach()[:, half:])
        assert not shown.requires_grad and fresh.requires_grad
        assert torch.equal(shown[:, :half], fresh.detach()[:, :half])
        for s, old in enumerate(shown[:, half:]):
            assert any(torch.equal(old, earlier[s]) for earlier in judged)
