"""One lopsided call for every function that draws: whatever changes places with another shows."""

import torch

from genai_course.collapse.scoreboard import COLUMNS, Scoreboard
from genai_course.data.mixtures import ring_centres
from genai_course.plots import (
    common,
    conditional_generation,
    dcgan,
    diffusion,
    elbo,
    flow_matching,
    game_dynamics,
    gan,
    gan_minimax,
    generative_models,
    latent_codes,
    measuring_generators,
    mode_collapse,
    mode_collapse_fixes,
    plane,
    sequences,
    start_here,
    vae,
    vae_tradeoffs,
)


def spread(*shape):
    """Numbers in [0, 1) without any symmetry, the same on every machine."""
    count = torch.Size(shape).numel()
    return (torch.arange(1, count + 1) * 0.6180339887).remainder(1).reshape(shape)


def falling(count):
    return 2.0 / torch.arange(1, count + 1)


def pictures(count, height=6, width=4):
    """Small images, brighter to the right and the later, with one bright corner."""
    images = 0.5 * spread(count, 1, height, width)
    images += 0.4 * torch.linspace(0, 1, count)[:, None, None, None]
    images[:, :, 0, 0] = 1.0
    return images.clamp(0, 1)


def ten_times(count):
    """Labels 0 to 9, `count` of each, in turn."""
    return torch.arange(10).repeat(count)


def cell(kept, quality):
    metrics = {name: [0.1, 0.2, 0.3, 0.4, 0.5] for name in COLUMNS["ring_fast"].metrics}
    return {"seeds": list(range(5)), "metrics": {**metrics, "modes_kept": kept, "quality": quality}}


def board():
    cells = {
        "none": cell([1, 2, 2, 3, 1], [0.9] * 5),
        "balanced rates": cell([8, 8, 7, 8, 8], [0.8] * 5),
        "PacGAN2": cell([5, 4, 5, 4, 5], [0.3] * 5),
        "R1": {"seeds": list(range(5)), "diverged": "overflow"},
    }
    slow = {"none": cell([4, 5, 5, 6, 4], [0.7] * 5)}
    return Scoreboard({"cells": {"ring_fast": cells, "ring_slow": slow}})


def ring_drawn():
    figure, place = common.new_figure(size=(2.0, 2.5))
    plane.draw_ring(place, 3 * spread(30, 2) - 0.5, CENTRES, plane.PIXELS)
    return figure


def fits_drawn():
    figure, place = common.new_figure(size=(3.0, 2.5))
    generative_models.draw_fits(place, 4.0, 0.7, with_values=True)
    return figure


CENTRES = ring_centres(5, 2.0)
STEPS = torch.tensor([0.0, 10.0, 30.0])
TABLE = {
    name: {
        "Frechet": {c: 3.0 + 7 * i + c for c in range(3)},
        "diversity": {c: 0.2 + 0.1 * i + 0.05 * c for c in range(3)},
    }
    for i, name in enumerate(("real", "first", "second"))
}
LADDER = {
    "training images": {"KL": 0.5, "coverage": 0.9, "Frechet": 3.0},
    "noise": {"KL": 900.0, "coverage": 0.02, "Frechet": 20.0},
    "copies": {"KL": 0.2, "coverage": float("nan"), "Frechet": 4.0},
}
FRAMES = [
    {"title": "first", "q": spread(9), "d": 0.5 * spread(9)},
    {"title": "later", "q": 0.3 * spread(9), "d": 0.2 + 0.7 * spread(9)},
]
PULLS = {
    "saturating": (torch.tensor([1.0, 3.0]), torch.tensor([0.5, 0.01])),
    "non-saturating": (torch.tensor([1.0, 4.0]), torch.tensor([0.9, 0.8])),
}
POINTS = {
    "saturating": (torch.tensor([2.0]), torch.tensor([0.1])),
    "non-saturating": (torch.tensor([2.5]), torch.tensor([0.7])),
}
EXAMPLES = {
    "common.sample_grid": lambda: common.sample_grid(pictures(5), columns=3, title="five"),
    "common.loss_curves": lambda: common.loss_curves(
        {"one": falling(9), "two": spread(9)},
        ylabel="nats", reference=("best", 0.2), smooth=3, title="both",
    ),
    "common.rows_of_images": lambda: common.rows_of_images(
        {"first": pictures(3, 28, 28), "second": pictures(3, 28, 28).flip(0)}, columns=3
    ),
    "common.rows_of_pictures": lambda: common.rows_of_pictures(
        {"first": pictures(3), "second": pictures(3).flip(0)}, size=4.0
    ),
    "conditional_generation.labelled_rows": lambda: conditional_generation.labelled_rows(
        pictures(9), torch.tensor([7, 2, 5, 7, 2, 5, 7, 2, 5]), columns=2
    ),
    "conditional_generation.class_bars": lambda: conditional_generation.class_bars(
        TABLE, ["second", "first"], "real"
    ),
    "conditional_generation.accuracy_bars": lambda: conditional_generation.accuracy_bars(
        {"first": (spread(10)).tolist(), "second": (0.5 * spread(10)).tolist()}
    ),
    "conditional_generation.trade_off": lambda: conditional_generation.trade_off(
        {"curve": ([0.2, 0.4, 0.9], [0.9, 0.8, 0.3], ["a", "b", "c"])},
        {"here": (0.5, 0.6), "there": (0.7, 0.1)},
    ),
    "conditional_generation.completions": lambda: conditional_generation.completions(
        pictures(2), pictures(6).reshape(2, 3, 1, 6, 4)
    ),
    "conditional_generation.guided_densities": lambda: conditional_generation.guided_densities(
        {"none": spread(4, 3), "much": 3 * spread(4, 3)}, (-1.0, 2.0, -3.0, 5.0)
    ),
    "dcgan.matrices_side_by_side": lambda: dcgan.matrices_side_by_side(
        {"small": spread(3, 4) - 0.2, "large": 5 * spread(6, 2) - 4}
    ),
    "dcgan.overlap_maps": lambda: dcgan.overlap_maps(
        {"even": 2 * spread(3, 4), "odd": 7 * spread(5, 4)}, [spread(3, 4), 9 * spread(5, 4)]
    ),
    "dcgan.convergence_of_power_iteration": lambda: dcgan.convergence_of_power_iteration(
        0.5 ** torch.arange(1.0, 6.0), 0.8
    ),
    "dcgan.two_sheets": lambda: dcgan.two_sheets(
        {"left": pictures(4), "right": pictures(4).flip(0)}, columns=2
    ),
    "dcgan.filters_and_maps": lambda: dcgan.filters_and_maps(
        pictures(1)[0, 0], spread(2, 3, 3) - 0.3, 4 * spread(2, 5, 3) - 3
    ),
    "diffusion.clouds": lambda: diffusion.clouds(
        {"noise": spread(5, 2), "data": 2 * spread(7, 2) - 1}, spread(3, 2)
    ),
    "diffusion.schedules": lambda: diffusion.schedules(
        {"a": torch.tensor([1.0, 0.6, 0.1]), "b": torch.tensor([1.0, 0.3])}
    ),
    "diffusion.quality_by_calls": lambda: diffusion.quality_by_calls(
        {"ancestral": {5: 80.0, 20: 50.0}, "DDIM": {5: 70.0, 50: 45.0}}, 9.0
    ),
    "diffusion.moment": lambda: diffusion.moment(
        2 * pictures(3) - 1, 1 - 2 * pictures(3), "step t = 3"
    ),
    "elbo.prior_sampling": lambda: elbo.prior_sampling([1, 2, 8], [900.0, 30, 1.5], [0.1, -1, -9]),
    "elbo.bound_and_gap": lambda: elbo.bound_and_gap(
        torch.tensor([0.0, 0.3, 1.0]), torch.tensor([-9.0, -4.0, -2.0]), -1.0
    ),
    "elbo.gradient_spread": lambda: elbo.gradient_spread(
        {"narrow": 3 + spread(50), "wide": 90 * spread(50) - 30}, 2.0
    ),
    "elbo.elbo_over_training": lambda: elbo.elbo_over_training(
        {"other": spread(9), "a": -falling(9), "b": -3 * spread(9)}, -0.1, ("b", "a"), 7
    ),
    "elbo.wrong_kls": lambda: elbo.wrong_kls(
        torch.tensor([0.5, 1.0, 3.0]),
        {"right": torch.tensor([0.4, 0.0, 2.0]), "wrong": torch.tensor([1.0, 0.5, 0.2])},
    ),
    "elbo.reported_and_true": lambda: elbo.reported_and_true(
        {"x": {"reported": -1.0, "ELBO": -2.0}, "y": {"reported": 0.5, "ELBO": -3.0}}, -0.9
    ),
    "flow_matching.lines_and_paths": lambda: flow_matching.lines_and_paths(
        2 * spread(3, 2) - 1, 1.5 * spread(3, 2), 2 * spread(4, 3, 2) - 0.5, spread(3, 2)
    ),
    "flow_matching.errors_by_calls": lambda: flow_matching.errors_by_calls(
        {"Euler": {4: 0.5, 16: 0.1}, "Heun": {4: 0.3, 8: 0.02}, "RK4": {8: 0.01, 16: 0.0001}}
    ),
    "flow_matching.clouds": lambda: flow_matching.clouds(
        {"a": spread(5, 2), "b": 2 * spread(7, 2) - 1, "c": 3 * spread(2, 2)}, spread(3, 2), 2
    ),
    "flow_matching.by_guidance": lambda: flow_matching.by_guidance(
        {
            0.0: {"accuracy": 0.8, "coverage": 0.7, "distance": 30.0},
            1.0: {"accuracy": 0.9, "coverage": 0.75, "distance": 20.0},
            4.0: {"accuracy": 0.99, "coverage": 0.4, "distance": 60.0},
        },
        {"accuracy": 0.97, "coverage": 0.9, "distance": 5.0},
    ),
    "flow_matching.flow_moment": lambda: flow_matching.flow_moment(
        3 * spread(3, 5, 2) - 1, spread(3, 2), "4 Euler steps, t = 0.40"
    ),
    "flow_matching.drawn_digit": lambda: flow_matching.drawn_digit(pictures(3), 7, 1.5),
    "game_dynamics.paths_and_distances": lambda: game_dynamics.paths_and_distances(
        {"first": spread(4, 2) - 0.2, "second": 2 * spread(5, 2)}, {"first": falling(4)}
    ),
    "game_dynamics.eigenvalues_and_stability": lambda: game_dynamics.eigenvalues_and_stability(
        torch.tensor([0.1, 0.5, 1.5]),
        torch.complex(-spread(3, 2), spread(3, 2)),
        torch.tensor([0.1, 0.2, 0.4, 0.8]),
        0.5 + spread(4, 3),
    ),
    "game_dynamics.portrait": lambda: game_dynamics.portrait(0.2, 0.5),
    "game_dynamics.portrait_strip": lambda: game_dynamics.portrait_strip([(0.1, 0.0), (0.3, 0.9)]),
    "game_dynamics.distances_over_seeds": lambda: game_dynamics.distances_over_seeds(
        STEPS, {"plain": 0.1 + spread(2, 3), "R1": 3 + spread(2, 3)}
    ),
    "game_dynamics.network_portraits": lambda: game_dynamics.network_portraits(
        {"plain": spread(5, 2), "R1": 3 * spread(5, 2)}, ("across", "up")
    ),
    "game_dynamics.momentum_and_average": lambda: game_dynamics.momentum_and_average(
        torch.tensor([-0.5, 0.0, 0.9]),
        {"first": torch.tensor([0.9, 1.0, 1.2]), "second": torch.tensor([1.1, 1.0, 1.7])},
        torch.tensor([0.5, 0.9, 0.99]),
        torch.tensor([0.8, 0.5, 0.1]),
        torch.tensor([0.7, 0.6, 0.2]),
    ),
    "gan.losses_of_two_players": lambda: gan.losses_of_two_players(
        {"generator_loss": falling(9), "discriminator_loss": spread(9)}, smooth=3
    ),
    "gan.class_shares": lambda: gan.class_shares(
        {"real": torch.arange(1, 11), "fake": torch.tensor([9, 0, 0, 0, 0, 0, 0, 0, 0, 1])}
    ),
    "gan_minimax.paired_guess": lambda: gan_minimax.paired_guess(
        3 * spread(40, 1) - 2, 0.5 * spread(40, 1)
    ),
    "gan_minimax.pointwise_value": lambda: gan_minimax.pointwise_value([(0.3, 0.1), (0.2, 0.7)]),
    "gan_minimax.jsd_against_distance": lambda: gan_minimax.jsd_against_distance(
        torch.tensor([0.0, 1.0, 4.0]),
        {"a": (0.6 * spread(3), -spread(3)), "b": (0.1 * spread(3), 2 * spread(3))},
    ),
    "gan_minimax.losses_against_logit": gan_minimax.losses_against_logit,
    "gan_minimax.snapshots": lambda: gan_minimax.snapshots(torch.linspace(-2, 2.5, 9), FRAMES),
    "gan_minimax.vanishing_pull": lambda: gan_minimax.vanishing_pull(
        PULLS,
        POINTS,
        {"saturating": falling(4), "non-saturating": spread(4)},
        {name: (1 + far, 0.3 * pull) for name, (far, pull) in PULLS.items()},
    ),
    "gan_minimax.minimax_figure": lambda: gan_minimax.minimax_figure(1.5, 0.7),
    "gan_minimax.minimax_strip": lambda: gan_minimax.minimax_strip([(1.5, 0.7), (-2.0, 1.4)]),
    "generative_models.fits_figure": lambda: generative_models.fits_figure(4.0, 0.7),
    "generative_models.fits_strip": lambda: generative_models.fits_strip([(4.0, 0.7), (1.0, 0.3)]),
    "generative_models.integrands_figure": lambda: generative_models.integrands_figure(4.0, 0.7),
    "generative_models.draw_fits": fits_drawn,
    "generative_models.likelihood_and_kl": lambda: generative_models.likelihood_and_kl(
        torch.tensor([-1.0, 0.5, 2.0]), torch.tensor([-4.0, -1.0, -3.0]), torch.tensor([5.0, 1, 2])
    ),
    "generative_models.family_tree": generative_models.family_tree,
    "generative_models.mask_figure": lambda: generative_models.mask_figure(
        torch.tensor([[1, 0, 0], [1, 1, 0]]).bool(),
        torch.tensor([[0, 0], [1, 0], [1, 1]]).bool(),
        torch.tensor([[0, 0, 0], [1, 0, 0], [0, 1, 0]]).bool(),
    ),
    "latent_codes.index_grids": lambda: latent_codes.index_grids(
        pictures(2), torch.tensor([[[0, 3, 1], [2, 2, 5]], [[4, 0, 0], [1, 5, 3]]]), 6
    ),
    "latent_codes.use_of_entries": lambda: latent_codes.use_of_entries(
        torch.tensor([0.1, 0.5, 0.0, 0.4])
    ),
    "latent_codes.collapse_points": lambda: latent_codes.collapse_points(
        {"loss": [1.5, 2.5], "averages": [6.0, 4.0]}, 8
    ),
    "latent_codes.traversals": lambda: latent_codes.traversals(
        pictures(6, 28, 28).reshape(2, 3, 1, 28, 28), spread(2, 3), ["tilt", "slant", "size"]
    ),
    "measuring_generators.bias_curve": lambda: measuring_generators.bias_curve(
        [100, 1000], [[3.0, 4.0, 3.5], [0.5]], [3.1, 0.4]
    ),
    "measuring_generators.balls": lambda: measuring_generators.balls(
        2 * spread(6, 2) - 1, spread(5, 2) + 0.5, k=2
    ),
    "measuring_generators.ladder": lambda: measuring_generators.ladder(LADDER),
    "measuring_generators.nearest_scatter": lambda: measuring_generators.nearest_scatter(
        {"copies": (0.1 * spread(4), spread(4)), "new": (2 * spread(4), 1 + spread(4))}
    ),
    "plane.draw_ring": ring_drawn,
    "mode_collapse.ring_frames": lambda: mode_collapse.ring_frames(
        {"slow": spread(3, 9, 2), "fast": 4 * spread(3, 9, 2) - 2}, [1, 20, 300], CENTRES, points=7
    ),
    "mode_collapse.mode_timelines": lambda: mode_collapse.mode_timelines(
        {"slow": spread(3, 5), "fast": 0.5 * spread(3, 5)}, [100, 200, 300]
    ),
    "mode_collapse.one_frame": lambda: mode_collapse.one_frame(
        spread(9, 2), CENTRES, torch.tensor([0.4, 0.1, 0.2, 0.0, 0.3]), "now"
    ),
    "mode_collapse.suspects": lambda: mode_collapse.suspects(
        {
            "rates": [{"modes_kept": 1}, {"modes_kept": 3}],
            "width": [{"modes_kept": 8}, {"modes_kept": 7}],
            "memory": [{"modes_kept": 2}, {"modes_kept": 5}],
            "steps": [{"modes_kept": 4}, {"modes_kept": 6}],
        },
        {"rates": "freezes", "width": "covers", "memory": "hops", "steps": "spreads"},
        num_modes=9,
    ),
    "mode_collapse.digits_over_time": lambda: mode_collapse.digits_over_time(
        pictures(6).reshape(2, 3, 1, 6, 4), [50, 900]
    ),
    "mode_collapse_fixes.rings": lambda: mode_collapse_fixes.rings(
        {"none": spread(3, 9, 2), "R1": 4 * spread(3, 9, 2) - 2}, CENTRES, points=7
    ),
    "mode_collapse_fixes.one_ring": lambda: mode_collapse_fixes.one_ring(
        4 * spread(9, 2) - 1, CENTRES, "large"
    ),
    "mode_collapse_fixes.sheets": lambda: mode_collapse_fixes.sheets(
        {"left": pictures(4), "right": pictures(4).flip(0)}, columns=2
    ),
    "mode_collapse_fixes.scoreboard": lambda: mode_collapse_fixes.scoreboard(
        board(), ["ring_slow", "ring_fast"]
    ),
    "mode_collapse_fixes.overview": lambda: mode_collapse_fixes.overview(board()),
    "mode_collapse_fixes.methods_by_rates": lambda: mode_collapse_fixes.methods_by_rates(
        {
            ("none", "slow"): {"modes_kept": [1, 3], "quality": [0.5, 0.7]},
            ("none", "fast"): {"modes_kept": [7, 8], "quality": [0.1, 0.2]},
            ("R1", "fast"): {"modes_kept": [4, 5], "quality": [0.9, 0.8]},
        }
    ),
    "sequences.bits_by_order": lambda: sequences.bits_by_order(
        [6.5, 4.5, 3.0, 1.5], [6.5, 4.75, 4.0, 4.25], {"GPT": 3.5, "shipped": 2.5}
    ),
    "sequences.who_looks_where": lambda: sequences.who_looks_where(
        spread(5, 5).tril() / 2, "a b\nc"
    ),
    "sequences.next_letters": lambda: sequences.next_letters(
        {"as it is": spread(15).softmax(dim=0), "cold": spread(15).mul(3).softmax(dim=0),
         "hot": falling(15) / falling(15).sum(), "top": spread(15) / spread(15).sum()},
        "abcdefghijklm n",
    ),
    "sequences.waves_and_pitches": lambda: sequences.waves_and_pitches(
        {"string": 2 * spread(9) - 1, "WaveNet": spread(9) - 0.5}, 4000, [0.1, -0.25, 0.75]
    ),
    "start_here.class_rows": lambda: start_here.class_rows(
        pictures(20), ten_times(2).flip(0), per_class=2
    ),
    "start_here.class_counts": lambda: start_here.class_counts(
        torch.tensor([0, 0, 0, 3, 9, 9]), title="six"
    ),
    "start_here.mean_images": lambda: start_here.mean_images(pictures(20), ten_times(2).flip(0)),
    "start_here.pixel_histogram": lambda: start_here.pixel_histogram(spread(30).square(), bins=4),
    "start_here.pixel_values": lambda: start_here.pixel_values(pictures(1, 3, 2)[0]),
    "start_here.scatter": lambda: start_here.scatter(spread(9, 2), CENTRES, title="nine"),
    "start_here.generative_model_picture": lambda: start_here.generative_model_picture(
        pictures(16), spread(5) - 0.5, pictures(1)[0].flip(-1), pictures(3)
    ),
    "vae.training_parts": lambda: vae.training_parts(
        {"reconstruction": 90 * falling(9), "kl": 20 * spread(9)}, spread(4), smooth=3
    ),
    "vae.grids_side_by_side": lambda: vae.grids_side_by_side(
        {"left": pictures(4), "right": pictures(4).flip(0)}, columns=2
    ),
    "vae.latent_map": lambda: vae.latent_map(
        spread(6, 2), torch.tensor([1, 1, 1, 7, 7, 7]), pictures(4)
    ),
    "vae.latent_view": lambda: vae.latent_view(
        pictures(1), (0.5, -1.5), spread(6, 2), torch.tensor([1, 1, 1, 7, 7, 7])
    ),
    "vae.latent_strip": lambda: vae.latent_strip(pictures(2), [(-1.0, 0.5), (3.0, 1.0)]),
    "vae_tradeoffs.bound_ladder": lambda: vae_tradeoffs.bound_ladder(
        [1, 10, 500], [9.0, 4.0, 1.0], [0.5, 0.3, 0.1]
    ),
    "vae_tradeoffs.gaps_and_sizes": lambda: vae_tradeoffs.gaps_and_sizes(
        torch.tensor([300.0, 2.0, 90.0, 20.0]), torch.tensor([0.1, 9.0, 0.3, 4.0]), pictures(2)
    ),
    "vae_tradeoffs.rate_distortion": lambda: vae_tradeoffs.rate_distortion(
        [30.0, 20.0, 1.0], [60.0, 70.0, 150.0], [0.1, 1.0, 200.0]
    ),
    "vae_tradeoffs.surviving_axes": lambda: vae_tradeoffs.surviving_axes(
        torch.tensor([5.0, 2.0, 0.5]),
        {1.0: 0.4, 4.0: 1.6},
        {1.0: torch.tensor([0.9, 0.8, 0.1]), 4.0: torch.tensor([0.6, 0.2])},
    ),
    "vae_tradeoffs.price_lists": lambda: vae_tradeoffs.price_lists(
        {"free": spread(4), "dear": 3 * spread(5)}
    ),
    "vae_tradeoffs.pixel_densities": lambda: vae_tradeoffs.pixel_densities(
        torch.tensor([0.0, 0.4, 1.0]), {"a": spread(3), "b": 2 * spread(3)}
    ),
}  # fmt: skip
