"""Exercises 8.2 and 8.5: is a comparison fair, and what do its seeds show?"""

from itertools import combinations

from genai_course.exercises.engine import Exercise, Mistake

# 8.2 ------------------------------------------------------------------------------------------

PLAIN = {
    "loss": "GAN",
    "penalty": "none",
    "rates": (1e-3, 1e-4),
    "steps": 3000,
    "seeds": (0, 1, 2, 3, 4),
    "settings_tried": 6,
    "tuned_on": (10, 11, 12),
}
COMPARISONS = {  # what the other run changes, and what the comparison is about
    "one setting differs": ({"penalty": "R1"}, "penalty"),
    "the rates differ as well": ({"penalty": "R1", "rates": (1e-3, 1e-3)}, "penalty"),
    "it trains three times as long": ({"penalty": "R1", "steps": 9000}, "penalty"),
    "it has lucky seeds of its own": ({"penalty": "R1", "seeds": (5, 7, 20)}, "penalty"),
    "it was tuned much harder": ({"penalty": "R1", "settings_tried": 40}, "penalty"),
    "it was tuned on the seeds reported": ({"penalty": "R1", "tuned_on": (3, 4, 5)}, "penalty"),
    "it was tuned on other fresh seeds": ({"penalty": "R1", "tuned_on": (20, 21, 22)}, "penalty"),
    "nothing differs": ({}, "penalty"),
    "the question is the rates": ({"rates": (1e-3, 1e-3)}, "rates"),
    "the question is the loss, the penalty changes": ({"penalty": "R1"}, "loss"),
}


def _observe_comparisons(attempt):
    seen = {}
    for name, (change, about) in COMPARISONS.items():
        seen[f"'the comparison is fair where {name}'"] = attempt(PLAIN | change, dict(PLAIN), about)
    return seen


def _fair(alike=None, asked=True, fresh=True, but=("tuned_on",)):
    """Build an answer: settings to be alike, whether the asked one must differ, fresh seeds."""

    def attempt(ours, plain, about):
        names = [name for name in (alike or plain) if name != about and name not in but]
        sound = all(ours[name] == plain[name] for name in names)
        if asked:
            sound = sound and ours[about] != plain[about]
        if fresh:
            sound = sound and not any(set(r["tuned_on"]) & set(r["seeds"]) for r in (ours, plain))
        return sound

    return attempt


FAIR = Exercise(
    number="8.2",
    title="Judge: is the comparison fair?",
    asks="`attempt(ours, plain, about)`, two dicts and a name, returns True or False.",
    observe=_observe_comparisons,
    reference=_fair(),
    praise="one difference, equal budget, tuned alike, and on other seeds than those reported",
    mistakes=(
        Mistake(
            lambda ours, plain, about: ours == plain,
            "you refuse every comparison in which something differs, also what it is about.",
            "without any difference there is nothing to compare.",
            "Leave out the name in `about`, and ask that it does differ.",
        ),
        Mistake(
            _fair(alike=("steps", "seeds", "settings_tried")),
            "you compare the budgets and overlook a second difference between the methods.",
            "if two things change, which of them was it?",
            "All settings but the one asked about have to agree.",
        ),
        Mistake(
            _fair(but=("tuned_on", "settings_tried")),
            "you overlook that one of them was tuned much harder.",
            "the best of forty tries beats the best of six, even if nothing helps.",
            "Ask that settings_tried agrees.",
        ),
        Mistake(
            _fair(fresh=False),
            "you let a method be reported on the seeds that it was tuned on.",
            "the setting was chosen because these very seeds went well.",
            "No seed may be in tuned_on and in seeds of the same run.",
        ),
        Mistake(
            _fair(but=("tuned_on", "seeds")),
            "you overlook that they were run on different seeds.",
            "three lucky seeds are easily found among twenty.",
            "Ask that seeds agrees.",
        ),
        Mistake(
            _fair(but=("tuned_on", "steps")),
            "you overlook that one of them was trained for longer.",
            "a verdict belongs to a budget.",
            "Ask that steps agrees.",
        ),
        Mistake(
            _fair(asked=False),
            "you pass a comparison that does not change what it is about.",
            "what could it say about it?",
            "Ask that ours[about] and plain[about] differ.",
        ),
        Mistake(
            _fair(but=()),
            "you ask that both were tuned on the same seeds; fresh ones are as good.",
            "what matters is that no reported seed was used for tuning.",
            "Compare tuned_on with seeds within a run, not between runs.",
        ),
    ),
)

# 8.5 ------------------------------------------------------------------------------------------

RUNS = {  # modes kept by ours and by the plain GAN, one number a seed; methods that were tried
    "five seeds, all against nothing, one method": ([8] * 5, [0] * 5, 1),
    "the same among 23 methods": ([8] * 5, [0] * 5, 23),
    "eight seeds among 23 methods": ([8] * 8, [0, 0, 1, 0, 0, 2, 0, 0], 23),
    "a mean that is higher by luck": ([3, 4, 5, 4, 3], [2, 3, 4, 4, 2], 1),
    "a method that harms": ([0, 1, 0, 0, 1], [7, 8, 8, 6, 7], 1),
    "a lead that only one side would announce": ([6, 6, 7, 5, 8], [5, 4, 6, 3, 5], 1),
    "a lead with one seed out of line": ([8, 8, 8, 8, 2, 8, 8], [1, 1, 2, 1, 1, 3, 1], 1),
    "three seeds against three": ([8, 8, 8], [0, 0, 0], 1),
}


def _observe_runs(attempt):
    return {f"'shown: {n}'": attempt(list(a), list(b), k) for n, (a, b, k) in RUNS.items()}


def _share(ours, plain, far=lambda gap, seen: abs(gap) >= abs(seen) - 1e-9):
    """Share of all ways to deal the numbers out to both sides whose gap of means is that far."""
    pooled, count = ours + plain, len(ours)

    def gap(chosen):
        mine = sum(pooled[i] for i in chosen)
        return mine / count - (sum(pooled) - mine) / len(plain)

    deals = list(combinations(range(len(pooled)), count))
    seen = gap(range(count))
    return sum(far(gap(deal), seen) for deal in deals) / len(deals)


def _shown(corrected=True, **options):
    def attempt(ours, plain, tried):
        return _share(ours, plain, **options) * (tried if corrected else 1) <= 0.05

    return attempt


SHOWN = Exercise(
    number="8.5",
    title="Judge: what do these seeds show?",
    asks="`attempt(ours, plain, tried)`, two lists and a count, returns True or False.",
    observe=_observe_runs,
    reference=_shown(),
    praise="chance is counted, on both sides, and once for every method that was tried",
    mistakes=(
        Mistake(
            lambda ours, plain, tried: sum(ours) / len(ours) != sum(plain) / len(plain),
            "you announce every difference of means.",
            "how often would dealing out the same numbers at random give such a difference?",
            "Count over all splits of the pooled numbers.",
        ),
        Mistake(
            _shown(corrected=False),
            "you forgot how many methods were tried: one in twenty looks good by chance.",
            "23 tries, each with a chance of 1 in 20, give one false alarm.",
            "Multiply the share by `tried`.",
        ),
        Mistake(
            _shown(far=lambda gap, seen: gap >= seen - 1e-9),
            "you count one side only, so harm is never shown and a lead is shown too easily.",
            "you would have announced the opposite as well.",
            "Compare absolute differences.",
        ),
        Mistake(
            _shown(far=lambda gap, seen: abs(gap) > abs(seen) + 1e-9),
            "you leave out the split that was observed, so a share can be 0.",
            "as far or farther, not farther.",
            "Use >= and a little room for rounding.",
        ),
        Mistake(
            lambda ours, plain, tried: min(ours) > max(plain) or max(ours) < min(plain),
            "you ask that the two do not overlap, whatever their number.",
            "three seeds against three fall apart by chance in one of ten cases.",
            "Count over all splits of the pooled numbers.",
        ),
    ),
)
