"""Exercises 10.2 and 10.3: which report of a training is sick, and which comparison is fair."""

from genai_course.exercises.engine import Exercise, Mistake

# 10.2 -----------------------------------------------------------------------------------------

REPORTS = {  # reconstruction, KL, -ELBO measured again, its standard error: nats per image
    "an ordinary model": (80.0, 25.0, 105.1, 0.1),
    "a poor model": (150.0, 9.0, 159.2, 0.1),
    "a report that was wrong by 326 nats": (70.0, 14.0, 410.0, 0.1),
    "a model that ignores its code": (206.0, 0.00001, 206.0, 0.1),
    "a model with a cheap code": (190.0, 0.5, 190.6, 0.1),
    "a report three errors of the difference away, and a little": (80.0, 25.0, 105.45, 0.1),
    "a report just within": (80.0, 25.0, 105.4, 0.1),
    "a report far above what was measured": (80.0, 25.0, 102.0, 0.1),
    "a small difference, measured badly": (80.0, 25.0, 107.0, 1.0),
    "an empty code and a false report": (206.0, 0.00001, 240.0, 0.1),
    "a model as bad as independent pixels that uses its code": (181.0, 25.0, 206.0, 0.1),
}


def _observe_reports(attempt):
    return {f"the diagnosis of {name}": attempt(*numbers) for name, numbers in REPORTS.items()}


def _diagnosis(
    far=lambda gap, error: abs(gap) > 3 * 2**0.5 * error,
    empty=lambda reconstruction, kl: kl < 0.01,
    empty_first=False,
):
    def attempt(reconstruction, kl, resampled, error):
        signs = [
            ("no bound", far(resampled - reconstruction - kl, error)),
            ("empty code", empty(reconstruction, kl)),
        ]
        found = [name for name, seen in (signs[::-1] if empty_first else signs) if seen]
        return found[0] if found else "sound"

    return attempt


DIAGNOSIS = Exercise(
    number="10.2",
    title="Judge: the sick report",
    asks="`attempt(reconstruction, kl, resampled, error)` returns a text.",
    observe=_observe_reports,
    reference=_diagnosis(),
    praise="the report is held against a second measurement, and the KL against zero",
    mistakes=(
        Mistake(
            _diagnosis(far=lambda gap, error: False),
            "you believe every report; the model that decodes `mu` reports the best number of all.",
            "what did the notebook find when it put the sampling back?",
            "Compare reconstruction + kl with resampled.",
        ),
        Mistake(
            _diagnosis(far=lambda gap, error: abs(gap) > 3 * error),
            "both numbers are estimates; you allow for the error of one of them.",
            "variances of independent errors add up.",
            "The difference has the standard error 2**0.5 * error.",
        ),
        Mistake(
            _diagnosis(far=lambda gap, error: gap != 0),
            "you call every difference a fault; two estimates are never equal.",
            "`error` says how much they may differ by chance.",
            "Allow three standard errors of the difference.",
        ),
        Mistake(
            _diagnosis(far=lambda gap, error: gap > 3 * 2**0.5 * error),
            "you let a report pass that is far above what was measured.",
            "that one is not the -ELBO of this model either.",
            "Take the absolute value of the difference.",
        ),
        Mistake(
            _diagnosis(far=lambda gap, error: abs(gap) > 1),
            "you use a fixed limit and not the error that was measured.",
            "half a nat is a lot where the error is 0.1, two nats are little where it is 1.",
            "The limit is 3 * 2**0.5 * error.",
        ),
        Mistake(
            _diagnosis(empty=lambda reconstruction, kl: reconstruction + kl >= 206),
            "you judge the code by the total; a bad model may well use its code.",
            "what is the KL of a code that says nothing?",
            "Ask for kl < 0.01.",
        ),
        Mistake(
            _diagnosis(empty=lambda reconstruction, kl: kl < 1),
            "you call a cheap code empty: half a nat is something.",
            "the limit is a hundredth of a nat.",
            "Ask for kl < 0.01.",
        ),
        Mistake(
            _diagnosis(empty_first=True),
            "of a false report you believe the KL.",
            "which of the two faults makes the other numbers worthless?",
            "Look for 'no bound' first.",
        ),
    ),
)

# 10.3 -----------------------------------------------------------------------------------------


def _model(nats, error=0.2, epochs=10, pixels="grey"):
    return {"nats": nats, "error": error, "epochs": epochs, "pixels": pixels}


CONTESTS = {
    "equal epochs, a better": (_model(94.8), _model(104.0)),
    "equal epochs, b better": (_model(158.0), _model(115.9)),
    "the winner trained longer": (_model(94.8, epochs=10), _model(126.3, epochs=2)),
    "the winner b trained longer": (_model(115.0, epochs=2), _model(104.7, epochs=10)),
    "the winner trained less": (_model(115.9, epochs=2), _model(158.0, epochs=6)),
    "the winner b trained less": (_model(158.0, epochs=6), _model(115.9, epochs=2)),
    "other pixels": (_model(97.0, pixels="fixed binary"), _model(104.7)),
    "other pixels and epochs": (_model(97.0, epochs=20, pixels="fixed binary"), _model(104.7)),
    "hardly any difference": (_model(104.7), _model(105.3)),
    "hardly any, and other epochs": (_model(104.7, epochs=20), _model(105.3)),
    "four errors of one apart": (_model(104.7, 0.1), _model(105.1, 0.1)),
    "the same, measured better": (_model(104.7, 0.01), _model(105.1, 0.01)),
    "five errors of one apart": (_model(104.7, 0.1), _model(105.2, 0.1)),
}


def _observe_contests(attempt):
    return {
        f"the verdict on {name}": attempt(dict(a), dict(b)) for name, (a, b) in CONTESTS.items()
    }


def _confounded(better, other):
    return better["epochs"] > other["epochs"]


def _verdict(
    pixels=True,
    error=lambda a, b: (a["error"] ** 2 + b["error"] ** 2) ** 0.5,
    confounded=_confounded,
    best=min,
):
    def attempt(a, b):
        if pixels and a["pixels"] != b["pixels"]:
            return "not comparable"
        if abs(a["nats"] - b["nats"]) <= 3 * error(a, b):
            return "no difference"
        name = best((a["nats"], "a"), (b["nats"], "b"))[1]
        better, other = (a, b) if name == "a" else (b, a)
        return "confounded" if confounded(better, other) else name

    return attempt


VERDICT = Exercise(
    number="10.3",
    title="Judge: is this comparison fair?",
    asks="`attempt(a, b)`, two dicts, returns a text.",
    observe=_observe_contests,
    reference=_verdict(),
    praise="who wins with less training has won",
    mistakes=(
        Mistake(
            _verdict(pixels=False),
            "you compare nats of different images: fixed binary pixels are another data set.",
            "what do the two numbers bound?",
            "Look at `pixels` first.",
        ),
        Mistake(
            _verdict(confounded=lambda better, other: False),
            "you credit the architecture with what longer training may have done.",
            "how many epochs had the winner, how many the loser?",
            "Return 'confounded' if the better one has more epochs.",
        ),
        Mistake(
            _verdict(confounded=lambda better, other: better["epochs"] != other["epochs"]),
            "you dismiss a winner that had less training: its rival had every advantage.",
            "more epochs help. Whom would they have helped here?",
            "Only more epochs of the better one confound.",
        ),
        Mistake(
            _verdict(confounded=lambda better, other: better["epochs"] < other["epochs"]),
            "it is the wrong one whose training you look at: more epochs of the loser hurt nobody.",
            "more epochs help. Whom would they have helped here?",
            "Only more epochs of the better one confound.",
        ),
        Mistake(
            _verdict(error=lambda a, b: 0.0),
            "you forgot the errors: a small difference may be chance.",
            "a test of so many images gives another number with other samples.",
            "Ask for more than three standard errors of the difference.",
        ),
        Mistake(
            _verdict(error=lambda a, b: a["error"]),
            "you use the error of one of the two numbers.",
            "variances of independent errors add up.",
            "(a['error']**2 + b['error']**2) ** 0.5.",
        ),
        Mistake(
            _verdict(error=lambda a, b: a["error"] + b["error"]),
            "you add the errors; it is their squares that add up.",
            "independent errors partly cancel.",
            "(a['error']**2 + b['error']**2) ** 0.5.",
        ),
        Mistake(
            _verdict(best=max),
            "the better one has fewer nats, not more.",
            "-ELBO bounds minus the log-likelihood from above.",
            "Take the smaller number.",
        ),
    ),
)
