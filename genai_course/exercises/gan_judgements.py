"""Exercises 4.2 and 4.4: which of two trainings is sick, and which change is to blame?"""

import torch

from genai_course.exercises.engine import Exercise, Mistake

# 4.2 ------------------------------------------------------------------------------------------

HISTORIES = {  # in tenths, eight snapshots: losses of D, of G, share that can be read, spread
    "steady": ("14 13 13 13 13 13 13 13", "7 7 8 8 8 8 7 7", "0 2 5 6 7 7 7 7", "9 9 9 9 9 9 9 9"),
    "rising": (
        "14 12 11 11 11 11 11 11",
        "7 9 9 12 15 18 19 20",
        "0 2 6 7 8 8 8 8",
        "6 8 9 9 9 9 9 9",
    ),
    "sure": ("14 9 6 5 4 4 4 4", "7 25 30 30 30 30 20 6", "0 1 4 6 7 7 7 7", "9 9 9 9 9 9 9 9"),
    "slow": ("14 14 14 14 13 12 12 12", "7 7 7 7 8 8 7 7", "0 0 0 0 0 3 8 8", "9 9 9 9 9 9 9 9"),
    "flicker": ("14 13 12 12 12 12 12 12", "7 8 9 9 9 9 9 7", "0 4 7 8 8 8 9 3", "9 9 9 9 9 9 9 9"),
    "blind": ("14 14 14 14 14 14 14 14", "7 7 7 7 7 7 7 7", "0 0 0 0 0 0 0 0", "9 9 9 9 9 9 9 9"),
    "one digit": (
        "14 12 12 12 12 12 12 12",
        "7 9 9 8 8 8 7 7",
        "0 4 8 9 9 9 9 9",
        "8 3 1 1 1 1 1 1",
    ),
    "blot": ("14 10 5 3 2 2 2 2", "7 20 30 35 40 40 40 40", "0 0 0 0 0 0 0 0", "6 2 0 0 0 0 0 0"),
    "late": ("14 13 12 12 12 12 12 12", "7 8 9 9 9 9 8 7", "0 5 8 8 8 8 9 9", "9 9 9 9 9 9 1 1"),
}
PAIRS = (
    ("rising", "one digit"),
    ("blind", "steady"),
    ("late", "flicker"),
    ("slow", "sure"),
    ("blot", "blind"),
    ("steady", "rising"),
    ("one digit", "slow"),
)


def _history(name):
    curves = [torch.tensor([int(x) for x in row.split()]).double() / 10 for row in HISTORIES[name]]
    return dict(zip(("d_loss", "g_loss", "readable", "spread"), curves, strict=True))


def _observe_pairs(attempt):
    return {f"the verdict on '{a}' and '{b}'": attempt(_history(a), _history(b)) for a, b in PAIRS}


def _sick(is_sick):
    def attempt(a, b):
        words = {(True, True): "both", (True, False): "a", (False, True): "b"}
        return words.get((bool(is_sick(a)), bool(is_sick(b))), "neither")

    return attempt


def _low(run, curve, part=slice(-2, None)):
    return run[curve][part].mean() < 0.5


def _low_in_any(part):
    return lambda run: _low(run, "readable", part) or _low(run, "spread", part)


SICK = Exercise(
    number="4.2",
    title="Judge: which of the two is sick?",
    asks="`attempt(a, b)`, two dicts of curves, returns 'a', 'b', 'both' or 'neither'.",
    observe=_observe_pairs,
    reference=_sick(_low_in_any(slice(-2, None))),
    praise="pictures decide, in quality and in variety, and the losses do not",
    mistakes=(
        Mistake(
            _sick(lambda run: run["g_loss"][-1] > run["g_loss"][0]),
            "you took a rising generator's loss for a disease; the discriminator has learned too.",
            "in this notebook it rose while noise became strokes.",
            "Leave the losses out.",
        ),
        Mistake(
            _sick(lambda run: run["d_loss"][-1] < 1.0),
            "you took a low discriminator's loss for a disease; only the pictures can tell.",
            "it says that D sees some difference, not which.",
            "Leave the losses out.",
        ),
        Mistake(
            _sick(lambda run: (run["d_loss"] > 1.35).all()),
            "you ask whether D only guesses; a generator may be sick before a D that does not.",
            "one digit for ever: D may well see that it is too frequent.",
            "Look at readable and spread.",
        ),
        Mistake(
            _sick(lambda run: _low(run, "readable")),
            "you ask only whether the pictures can be read; one digit for ever can be.",
            "collapse is a lack of variety.",
            "Ask for spread as well.",
        ),
        Mistake(
            _sick(lambda run: _low(run, "spread")),
            "you ask only whether the pictures differ; so does noise.",
            "variety of what?",
            "Ask for readable as well.",
        ),
        Mistake(
            _sick(lambda run: _low(run, "readable") and _low(run, "spread")),
            "you call sick only what lacks both quality and variety; one is enough.",
            "one digit for ever, or varied noise: would you keep the generator?",
            "Put an `or` between the two.",
        ),
        Mistake(
            _sick(_low_in_any(slice(-1, None))),
            "you judge by the last snapshot alone, and a flicker decides.",
            "the players circle; the next snapshot may be good again.",
            "Average over the last quarter.",
        ),
        Mistake(
            _sick(_low_in_any(slice(None))),
            "you average over the whole training: a bad start counts, and a late collapse hides.",
            "all generators begin with noise.",
            "Average over the last quarter.",
        ),
    ),
)

# 4.4 ------------------------------------------------------------------------------------------

OURS = {"beta1": 0.0, "lr": 5e-4, "dropout": 0.0, "steps": 3000, "digits": [10, 9, 10]}
BETA, RATE, DROP, SHORT = {"beta1": 0.9}, {"lr": 2e-4}, {"dropout": 0.3}, {"steps": 500}
FINE, DEAD = {"digits": [9, 10, 10]}, {"digits": [1, 2, 1]}
ALL = BETA | RATE | DROP | DEAD
TABLES = {  # the runs after the first one, which is OURS
    "one change alone": (BETA | DEAD, RATE | FINE, DROP | FINE, ALL),
    "all changes at once": (ALL,),
    "two changes that are innocent": (BETA | FINE, RATE | FINE, ALL),
    "one seed that dies": (RATE | {"digits": [1, 9, 10]}, BETA | FINE, DROP | FINE),
    "one seed that lives": (RATE | {"digits": [1, 1, 4]}, BETA | FINE, DROP | FINE, ALL),
    "a shorter training as well": (BETA | FINE, RATE | SHORT | DEAD, DROP | DEAD, ALL),
    "a shorter training, no other": (BETA | FINE, RATE | SHORT | DEAD, DROP | FINE),
    "two changes, each alone": (BETA | FINE, RATE | DEAD, DROP | {"digits": [2, 2, 2]}, ALL),
    "the training too short": (SHORT | DEAD, RATE | FINE),
    "a worse run of two changes": (
        DROP | {"digits": [2, 2, 2]},
        BETA | RATE | {"digits": [1, 1, 1]},
    ),
}


def _observe_tables(attempt):
    seen = {}
    for name, rows in TABLES.items():
        runs = [OURS | row for row in ({}, *rows)]
        seen[f"who is to blame for {name}"] = attempt([dict(run) for run in runs])
    return seen


def _changed(run, first, settings=("beta1", "lr", "dropout", "steps")):
    return [name for name in settings if run[name] != first[name]]


def _blame(dead=lambda digits: max(digits) <= 2, several="cannot tell", changed=_changed):
    """Build an answer: when a run is collapsed, what several culprits give, what counts as one."""

    def attempt(runs):
        found = [changed(run, runs[0]) for run in runs[1:] if dead(run["digits"])]
        alone = [names[0] for names in found if len(names) == 1]
        if len(alone) == 1:
            return alone[0]
        return alone[0] if alone and several == "first" else "cannot tell"

    return attempt


def _worst_run(runs):
    worst = min(runs[1:], key=lambda run: sum(run["digits"]))
    return _changed(worst, runs[0])[0] if max(worst["digits"]) <= 2 else "cannot tell"


def _by_exclusion(runs):
    known = _blame()(runs)
    innocent = [_changed(run, runs[0]) for run in runs[1:] if max(run["digits"]) > 2]
    left = [n for n in _changed(runs[-1], runs[0]) if [n] not in innocent]
    return left[0] if known == "cannot tell" and len(left) == 1 else known


BLAME = Exercise(
    number="4.4",
    title="Judge: which change is to blame?",
    asks="`attempt(runs)`, a list of dicts, returns the name of a setting or 'cannot tell'.",
    observe=_observe_tables,
    reference=_blame(),
    praise="one change at a time, and every seed",
    mistakes=(
        Mistake(
            _worst_run,
            "you blame the first change of the worst run; it may have made several.",
            "if two things change, which of them was it?",
            "Keep only the runs that differ from the first one in a single setting.",
        ),
        Mistake(
            _by_exclusion,
            "you blame by exclusion: two changes that are harmless alone may kill together.",
            "the third change was never tried alone.",
            "Blame what was changed alone, and nothing else.",
        ),
        Mistake(
            _blame(dead=lambda digits: sum(digits) / len(digits) <= 2),
            "you look at the mean over the seeds, and a seed that lives is drowned.",
            "would the next seed collapse?",
            "Ask that every seed has at most two digits.",
        ),
        Mistake(
            _blame(dead=lambda digits: min(digits) <= 2),
            "one collapsed seed is enough for you; the others lived with the same change.",
            "is it the change, or the seed?",
            "Ask that every seed has at most two digits.",
        ),
        Mistake(
            _blame(changed=lambda run, first: _changed(run, first, ("beta1", "lr", "dropout"))),
            "you overlook the number of steps: a training cut short differs by that, too.",
            "a budget is a setting like the others.",
            "Compare steps as well.",
        ),
        Mistake(
            _blame(several="first"),
            "you name the first of several; two changes collapse the game, each alone.",
            "asked is for the one to blame.",
            "Say 'cannot tell' if there are several.",
        ),
    ),
)
