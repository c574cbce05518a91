"""Every door to a loss, a step or a metric refuses what it cannot use, or answers NaN to NaN.

The doors are derived: all public functions, constructors and methods of the packages below. Each
of their parameters has a kind, by its name; a parameter whose name nobody has thought about is a
fault, and so is a door of a kind that lets through what that kind refuses. Wrong shapes, empty
batches and integers are tried at all of them; where every shape is right, that is tried as well.
"""

import re

import pytest
import torch
from good_calls import at, doors, good_call, owner_of

NOT_DATA = set(
    """activation alpha_bar angles average batch_layer batch_size beta betas bins calls card
    choose chosen column commitment content count critic data_name decay decode
    decode_at_once decoder device discriminator distance divergence dropped edges end
    epsilon eta every extra factor fake_label fake_labels field file_name folder
    free_nats frequency function gain gamma generator generators guess half_width hidden
    highest inputs judge k key keys label labels last latent_dim layer length linear_map
    loss loss_of_fakes lowest lr made mask mean metric minimum_share model modes moments
    multiplier n name network noise_for noise_variance none num_a num_b num_classes
    num_codes num_completions num_components num_directions num_epochs num_fake
    num_hidden num_images num_inputs num_lags num_letters num_levels num_networks
    num_new num_real num_rounds num_samples num_side num_steps optimizer order ours
    p_values pack pairs path play_round players predict problem queue queues radius rate
    real_label real_labels real_target recipe reports rho rise row rows s scale seed
    seeds seen shape share share_left shifts side sigma signal sizes slopes
    smallest_deviation snapshots space spacing split spread starts std step steps stored
    streams stride t target temperature theirs threshold told tolerance topics vae
    velocity vqvae w wanted wanted_label wavenet weights width""".split()
)
KINDS = {  # what a parameter of this name is, unless MORE_EXACTLY says otherwise
    "images": "images",
    "image": "images",
    "real": "images",
    "fake": "images",
    "samples": "images",
    "train": "images",
    "test": "images",
    "x_signed": "signed",
    "factors": "signed",
    "logits": "logits",
    "real_logits": "logits",
    "fake_logits": "logits",
    "features": "points",
    "features_a": "points",
    "features_b": "points",
    "real_features": "points",
    "centres": "points",
    "points": "points",
    "gradients": "points",
    "codes": "points",
    "covariance": "points",
    "table": "points",
    "information": "points",
    "radii": "rows",
    "to_train": "rows",
    "to_test": "rows",
    "before": "rows",
    "after": "rows",
    "counts": "counts",
    "probabilities": "counts",
    "mix": "matched",  # a batch of as many rows as another one
    "c": "matched",
    "probe": "batch",
    "index": "chosen",
    "wave": "logits",
    "text": "text",
    "letters": "text",
    "sample": "text",
    "notes": "letters",
}
BATCHES = """codebook d fake_features fake_values logvar memory mu noise noise_hat
    query real_values score state v v_with v_without x_fake x_hat x_real x_t z_e""".split()
KINDS |= dict.fromkeys(BATCHES, "batch")  # a NaN comes out as one, the rest is refused
LOUD = """a b conditions covariance_a covariance_b images_signed log_p log_q log_w matrix mean_a
    mean_b p q start value values weight z z_end z_start""".split()
KINDS |= dict.fromkeys(LOUD)  # any number goes in, and a NaN comes out as one: nothing to refuse
MORE_EXACTLY = {
    "data.shuffling.batches": {"images": None},  # any tensor is shuffled, indices too
    "data.images.to_signed_range": {"images": None},  # arithmetic; its results are looked at later
    "gan.proposed_losses": dict.fromkeys(("real_logits", "fake_logits", "real_features"), "batch"),
    "gan.penalties": dict.fromkeys(("logits", "x"), "batch"),  # the slope counts, not the value
    "gan.theory": {"p": "batch", "q": "batch"},
    "gan.theory.optimal_discriminator": {"p": None, "q": None},  # numbers, too
    "gan.dirac.dirac_field": {"state": None},  # what is no pair does not unpack
    "gan.dirac.wgan_gp_field": {"state": None, "weight": None},
    "gan.dirac.follow": {"state": None},  # of any step
    "gan.dirac.jacobian_at": {"state": None},
    "gan.augmentation": {"x": None},  # samples of any space, here and below
    "gan.stacked": {"x": None},
    "gan.steps": {"x_real": "signed"},
    "gan.toy": {"x": None},
    "vae.linear": {"x": None},  # any centred data
    "vae.linear.linear_elbo": {"x": "batch"},
    "vae.linear.exact_linear_elbo": {"x": "batch"},
    "vae.linear.LinearVAE.posterior": {"x": "batch"},
    "vae.likelihoods": {"x": "images", "logits": "batch"},
    "vae.losses": {"x": "images", "logits": "batch"},
    "vae.importance": {"x": "images"},
    "vae.importance.mean_and_error": {"values": None},
    "vae.iwae": {"x": "images"},
    "vae.quadrature": {"x": "images"},
    "vae.beta_vae": {"x": "images"},
    "vae.beta_vae.active_units": {"mu": "points"},
    "vae.steps": {"x": "images"},
    "vae.vqvae": {"x": "images"},
    "vae.vqvae.indices_to_logits": {"index": None},  # of any number of grids
    "vae.codebook.perplexity": {"index": None},  # of any shape
    "conditional.alarm": {"x": "images"},
    "conditional.steps": {"x": "images", "x_real": "signed"},
    "conditional.networks": {"x": None, "c": None},  # the step looks, once for both networks
    "conditional.training": {"x": "images"},
    "diffusion": {"x": "batch"},  # samples of any shape
    "diffusion.mixtures": {"x_t": "points"},
    "diffusion.sampling.draw_samples": {"start": "batch"},
    "diffusion.walks": {"start": "batch"},
    "diffusion.training": {"x": None},  # the step looks
    "diffusion.schedules.signal_and_noise": {"x": None},  # only its shape and type count
    "flow": {"x": "batch", "start": "batch"},  # samples of any shape
    "flow.paths": {"velocity": "batch"},
    "flow.paths.per_sample": {"x": None},  # only its dimensions count
    "flow.mixtures": {"x_t": "points"},
    "flow.density": {"x": "points"},
    "flow.density.hutchinson_divergence": {"x": "batch"},
    "flow.training": {"x": None},  # the step looks
    "sequences": {"index": "letters", "p": "distributions", "table": "distributions"},
    "sequences.attention": {"key": "batch"},
    "sequences.counting.bits_per_letter": {"log_p": "batch"},
    "sequences.counting.count_contexts": {"index": None},  # the model looks, once for all orders
    "sequences.counting.numbers_of": {"index": None},
    "sequences.counting.NGram.next_letter": {"index": "context"},
    "sequences.masked.masked_nats": {"letters": None},  # a list; in its own tests
    "sequences.sampling": {"index": "unbounded"},  # only the network knows how many there are
    "sequences.steps": {"rows": "unbounded", "logits": "batch"},
    "sequences.text.text_of": {"index": "context"},
    "sequences.text.windows": {"index": "unbounded"},
    "sequences.training": {"rows": "unbounded", "index": "unbounded"},
    "sequences.transformer": {"query": None},  # `attend` looks
    "sequences.wavenet": {"start": "letters"},
    "sequences.wavenet.GatedLayer.one": {"x": None},
    "sequences.waves.mu_law": {"wave": "signed"},
    "sequences.waves.mu_law_back": {"spread": "rows"},
    "sequences.waves.to_levels": {"wave": "batch"},  # what leaves the range is cut
    "divergences": {"x": None, "mean": None},
    "baselines.made.MADE.log_likelihood": {"x": "images"},
    "baselines.pca.GaussianInPCA.lift": {"codes": None},
    "baselines.pixels": {"x": "images"},
    "baselines.steps": {"x": "images"},
    "collapse.causes": {"samples": "snapshots", "shares": None, "table": None},  # few_images looks
    "collapse.fixes.Recipe": {"x_real": None, "x_fake": None},
    "collapse.objectives": {"x_real": None, "x_fake": None},
    "collapse.views": {"x": None},
    "collapse.digits_report.few_images_report": {"samples": "points", "images": "signed"},
    "collapse.factorial": dict.fromkeys(("method", "rates", "cells")),  # names, and what is stored
    "collapse.statistics": dict.fromkeys(("values", "gain", "deviation", "level")),  # plain numbers
    "collapse.problems.few_images": {"images": "signed"},
    "collapse.problems.turn": {"x": None},
    "collapse.readings.digit_shares": {"samples": "snapshots"},
    "collapse.slopes": {"samples": "snapshots"},
    "collapse.readings.pixels": {"samples": None},  # a generator's; what leaves [-1, 1] is cut
    "evaluation.disentanglement.mutual_information": {"codes": "rows", "factors": "rows"},
    "evaluation.judge.Judge": {"x": None},
    "evaluation.kernel": {"rows": None},
    "evaluation.modes": {"samples": "points", "shares": "points"},
    "evaluation.negatives": {"digits": None, "images": None},  # `train_judge` has looked
    "evaluation.neighbours": {"real": "points", "fake": "points"},
}


def kind_of(door, parameter):
    """What a parameter is: a kind, or None for nothing to refuse. KeyError: nobody has said."""
    return at(door, dict.fromkeys(NOT_DATA) | KINDS, MORE_EXACTLY)[parameter]


ALL = [*doors()]


def test_every_parameter_of_every_door_has_a_kind():
    unknown = []
    for door, _, parameters in ALL:
        for parameter in parameters:
            try:
                kind_of(door, parameter)
            except KeyError:
                unknown.append(f"{door}: {parameter}")
    assert not unknown, "say above what these are:\n" + "\n".join(unknown)


def test_nothing_is_said_of_what_is_not_there():
    names = {name for _, _, parameters in ALL for name in parameters}
    assert NOT_DATA | KINDS.keys() <= names, sorted((NOT_DATA | KINDS.keys()) - names)
    for place, kinds in MORE_EXACTLY.items():
        meant = {
            name
            for door, _, parameters in ALL
            for name in parameters
            if door == place or door.startswith(f"{place}.")
        }
        assert kinds.keys() <= meant, (place, kinds.keys() - meant)


ANY_SHAPE = {  # pixels or logits in any order; that these let a wrong shape through is tried
    "baselines.made.MADE.log_likelihood: x",
    "baselines.mixture.MixtureInPCA: images",
    "baselines.mixture.MixtureInPCA.log_density: images",
    "baselines.pca.GaussianInPCA: images",
    "baselines.pca.GaussianInPCA.project: images",
    "baselines.pca.GaussianInPCA.log_density: images",
    "baselines.steps.made_step: x",
    "collapse.code_space.CodeSpace: images",
    "collapse.code_space.CodeSpace.encode: images",
    "collapse.problems.few_images: images",
    "collapse.problems.ten_images: images",
    "diffusion.sampling.draw_samples: start",
    "diffusion.walks.moments_of_walk: start",
    "diffusion.steps.diffusion_step: x",
    "flow.solvers.euler_step: x_t",
    "flow.solvers.heun_step: x_t",
    "flow.solvers.rk4_step: x_t",
    "flow.solvers.follow_velocity: start",
    "evaluation.diversity.mean_pairwise_distance: images",
    "evaluation.diversity.within_class_diversity: images",
    "vae.binarise.binarise: images",
    "vae.likelihoods.log_normaliser: logits",
    "vae.quadrature.quadrature_log_likelihood: x",
    "sequences.waves.from_levels: index",
    "sequences.waves.mu_law: wave",
    "sequences.waves.to_levels: wave",
}
LOSS = re.compile(r"loss|penalty|step|constraint|elbo|divergence|update|look_ahead|reparameterize")
FAMILIES = ("gan.", "vae.", "conditional.", "diffusion.", "flow.", "sequences.")
CHOICES = ("chosen", "letters", "context", "unbounded")  # a context may be empty
SHAPED = ("images", "signed", "logits", "points", "batch", "matched", "distributions", *CHOICES)


def misshapen(good):
    """The same numbers without their form: images and points flat, one number a sample twice."""
    if good.ndim == 1:
        return torch.stack((good, good), dim=1)
    return good.flatten() if good.ndim == 2 else good.flatten(1)


def spoilt(good, kind):
    """Yield (what is wrong, a value that a parameter of this kind must refuse)."""
    if kind == "text":
        yield from (("bytes", good.encode()), ("a list", [*good]), ("no text", None))
        return
    if kind != "context":
        yield "nothing", good[:0]
    if kind in SHAPED:
        yield "shape", misshapen(good)
    if kind in ("matched", "chosen"):
        yield "one for all", good[:1]
        yield "one too few", good[1:]
    if kind == "matched":
        yield "wider", torch.cat((good, good), dim=1)
    yield from (wrong_choices(good, kind) if kind in CHOICES else wrong_numbers(good, kind))


def wrong_choices(good, kind):
    """Numbers of rows that Python, or a mask, takes for other rows."""
    yield "from the end", good - 1
    if kind != "unbounded":
        yield "behind the end", good + 1
    yield "a mask", good > 0
    yield "bytes", good.byte()
    yield "floats", good.float()


def wrong_numbers(good, kind):
    """Values and types that no parameter of this kind can have."""
    broken = good.detach().clone()
    broken.view(-1)[0] = torch.nan
    if kind not in ("batch", "matched"):
        yield "NaN", broken
    if kind in ("images", "signed"):
        yield "bytes", (255 * good.abs()).byte()
        yield "0..255", 255 * good.abs()
    if kind == "images":
        yield "signed", 2 * good - 1
    if kind in ("points", "rows", "logits", "counts", "snapshots", "distributions"):
        yield "infinite", torch.where(broken.isnan(), torch.inf, broken)
    if kind in ("points", "logits", "batch", "matched", "distributions"):
        yield "integers", good.long()
    if kind == "distributions":
        yield from (("logits", good.log()), ("halves", good / 2))


REFUSING = [
    pytest.param(door, call, name, id=f"{door}-{name}")
    for door, call, parameters in ALL
    for name in parameters
    if at(door, KINDS, MORE_EXACTLY).get(name)
]
SENTENCE = re.compile(r"^[^\n]*\b(wanted|expected|must|there are no)\b[^\n]*$")


@pytest.mark.parametrize(("door", "call", "name"), REFUSING)
def test_a_door_refuses_what_it_cannot_use_in_one_sentence(door, call, name):
    owner, good = owner_of(door), good_call(door, call, name)
    call(*owner, **good)  # else the refusals below would say nothing
    let_through = []
    for wrong, value in spoilt(good[name], kind_of(door, name)):
        bad = {**good, name: value}
        if wrong == "shape" and f"{door}: {name}" in ANY_SHAPE:
            call(*owner, **bad)
            continue
        if wrong == "nothing":  # no labels either
            bad |= {other: bad[other][:0] for other in bad if other.endswith("labels")}
        try:
            call(*owner, **bad)
        except ValueError as refusal:
            if SENTENCE.match(str(refusal)):
                continue
            wrong += f" ({refusal})"
        except Exception as error:
            wrong += f" ({type(error).__name__}: {error})"
        let_through.append(wrong)
    assert not let_through


def test_a_loss_or_step_has_no_tensor_that_nobody_looks_at():
    """What the doors are for, by their names; only theory and networks are left to fail loudly."""
    idle = [
        f"{door}: {name}"
        for door, _, parameters in ALL
        for name in parameters
        if door.startswith(FAMILIES) and LOSS.search(door.split(".")[-1])
        if kind_of(door, name) is None and name not in NOT_DATA
    ]
    assert not idle, "say of which kind these are, and let the door look:\n" + "\n".join(idle)


def test_no_more_than_the_doors_named_take_any_shape():
    assert ANY_SHAPE <= {f"{door}: {name}" for door, _, names in ALL for name in names}


PAIRS = [
    pytest.param(door, call, name, id=f"{door}-{name}")
    for door, call, parameters in ALL
    for name in parameters
    if list(at(door, KINDS, MORE_EXACTLY).get(other) for other in parameters).count("points") > 1
    and kind_of(door, name) == "points"
]


@pytest.mark.parametrize(("door", "call", "name"), PAIRS)
def test_points_of_two_widths_are_refused(door, call, name):
    good = good_call(door, call, name)
    with pytest.raises(ValueError, match=SENTENCE):
        call(*owner_of(door), **{**good, name: torch.cat((good[name], good[name]), dim=1)})
