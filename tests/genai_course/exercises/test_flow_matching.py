"""Exercises of notebook 15: they agree with the notebook's own code, and no answer is a tie."""

import pytest
import torch

from genai_course.data import ring_centres
from genai_course.diffusion.mixtures import mixture_log_density
from genai_course.exercises.flow_matching import DENSITIES, ENDS, FIELDS, GUIDED
from genai_course.exercises.flow_matching_judgements import GUIDANCE, HALF, SOLVERS, TABLES
from genai_course.flow.density import exact_divergence, flow_log_density
from genai_course.flow.guidance import guide
from genai_course.flow.mixtures import mixture_velocity
from genai_course.flow.paths import ends_of_line, line_velocity, straight_path, velocity_of_score


def numbers(*shape, seed=1):
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(*shape, generator=generator, dtype=torch.double)


def test_both_ends_are_those_of_the_line_and_of_the_notebook():
    x, noise = numbers(4, 3), numbers(4, 3, seed=2)
    velocity, x_t = line_velocity(x, noise), straight_path(x, noise, 0.3)
    found = ENDS.reference(velocity, x_t, 0.3)
    torch.testing.assert_close(torch.stack(found), torch.stack([x, noise]))
    torch.testing.assert_close(found, ends_of_line(velocity, x_t, 0.3))


def test_a_scale_is_one_more_than_the_guidance_of_the_notebook():
    told, untold, x_t = (numbers(4, 3, seed=seed) for seed in (1, 2, 3))
    v_with, v_without = (velocity_of_score(score, x_t, 0.3) for score in (told, untold))
    found = GUIDED.reference(told, untold, x_t, 0.3, 2.5)
    torch.testing.assert_close(found, guide(v_with, v_without, 1.5))


@pytest.mark.parametrize("name", FIELDS)
@pytest.mark.parametrize("t", [0.0, 0.4, 1.0])
def test_the_divergence_that_a_field_tells_is_its_own(name, t):
    field, shape, _ = FIELDS[name]
    x = numbers(*shape)
    told = torch.cat([part.flatten() for part in field(x, t)])
    wanted = exact_divergence(lambda x, t: field(x, t)[0], x, t)
    torch.testing.assert_close(told, torch.cat([part.flatten() for part in wanted]))


def test_many_steps_end_at_the_density_of_the_notebook_and_of_the_mode():
    field, x = FIELDS["a single mode"][0], 1 + 0.3 * numbers(5, 2)
    found = DENSITIES.reference(field, x, 1000)
    notebook = flow_log_density(lambda x, t: field(x, t)[0], x, 50)
    mode = torch.distributions.Normal(1.0, 0.3).log_prob(x).sum(dim=1)
    torch.testing.assert_close(found, notebook, rtol=0, atol=0.02)
    torch.testing.assert_close(found, mode, rtol=0, atol=0.02)


def test_with_the_bug_a_place_between_two_modes_is_more_likely_than_a_mode():
    centres, width = ring_centres(8, 2.0).double(), 0.05
    between = centres[:2].mean(dim=0)
    places = torch.stack([centres[0], 2 * between / between.norm()])

    def field(x, t):
        return exact_divergence(lambda x, t: mixture_velocity(x, t, centres, width), x, t)

    mode, empty = DENSITIES.mistakes[0].wrong(field, places, 50)
    assert empty > mode + 10
    mode, empty = DENSITIES.reference(field, places, 50)
    clean = torch.tensor([1.0, 0.0], dtype=torch.double)
    exact = mixture_log_density(places, *clean, centres, width)
    assert empty < mode - 10 and abs(mode - exact[0]) < 0.1


def test_the_tables_have_a_choice_of_one_of_several_and_of_none():
    chosen = GUIDANCE.observe(GUIDANCE.reference).values()
    assert {len(weights) for weights in chosen} >= {0, 1, 2, 3}


def test_a_value_of_a_table_is_at_a_limit_or_well_away_from_it():
    at_the_limit = 0
    for real, rows in TABLES.values():
        for samples in rows.values():
            for place in (0, 2):
                off = abs(samples[place] - 0.9 * real[place])
                assert off > 0.005 or (off == 0 and real is HALF)
                at_the_limit += off == 0
    assert at_the_limit == 2


def test_everything_that_spoils_a_comparison_of_solvers_spoils_one():
    seen = SOLVERS.observe(SOLVERS.reference)
    spoils = {"network", "calls", "w", "num_images", "too few seeds"}
    assert set(seen.values()) == {*spoils, "fair"}


def test_an_answer_that_empties_the_lists_of_seeds_spoils_no_later_check():
    def emptying(a, b):
        a["seeds"].clear()
        b["seeds"].clear()
        return "fair"

    before = SOLVERS.verdict(SOLVERS.reference)
    assert SOLVERS.verdict(emptying).startswith("✗")
    seen = SOLVERS.observe(SOLVERS.reference)
    assert seen["the verdict on Euler's 20 steps and Heun's 10"] == "fair"
    assert SOLVERS.verdict(SOLVERS.reference) == before
