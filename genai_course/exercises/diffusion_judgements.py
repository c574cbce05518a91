"""Exercises 14.2 and 14.3: is a sampler broken, and is a comparison of two samplers fair?"""

from genai_course.exercises.engine import Exercise, Mistake

# 14.2 ------------------------------------------------------------------------------------------

RULERS = ("readable", "distance", "coverage", "diversity")
MANY, FEW = (0.96, 6.0, 0.95, 1.0), (0.96, 40.0, 0.30, 1.0)  # real images: as many as samples
REPORTS = {  # RULERS of the samples, of the real images
    "good digits": ((0.80, 9.0, 0.70, 0.98), MANY),
    "a clean digit again and again": ((1.00, 150.0, 0.03, 0.30), MANY),
    "digits clearer than real ones": ((1.00, 8.0, 0.90, 0.95), MANY),
    "noise": ((0.05, 300.0, 0.00, 1.10), MANY),
    "one blot again and again": ((0.00, 400.0, 0.01, 0.10), MANY),
    "fifty good digits": ((0.85, 55.0, 0.25, 0.97), FEW),
    "fifty digits, many of them alike": ((0.99, 60.0, 0.10, 0.92), FEW),
    "a judge that reads few real digits": ((0.25, 9.0, 0.80, 1.00), (0.60, 6.0, 0.95, 1.0)),
    "few kinds of digits, far from each other": ((0.90, 9.0, 0.30, 1.05), MANY),
    "faint digits of all kinds": ((0.90, 8.0, 0.70, 0.45), MANY),
    "odd strokes": ((0.75, 90.0, 0.60, 0.95), MANY),
    "barely readable": ((0.34, 9.0, 0.60, 1.00), MANY),
    "hardly readable": ((0.29, 9.0, 0.60, 1.00), MANY),
    "a little more than half covered": ((0.90, 9.0, 0.49, 1.00), MANY),
    "a little less than half covered": ((0.90, 9.0, 0.46, 1.00), MANY),
}


def _observe_reports(attempt):
    def report(numbers):
        return dict(zip(RULERS, numbers, strict=True))

    return {
        f"the verdict on {name}": attempt(report(samples), report(real))
        for name, (samples, real) in REPORTS.items()
    }


def _below(ruler, share, of_real=True):
    """A rule: less than a share of what real images have, or of 1."""
    return lambda samples, real: samples[ruler] < share * (real[ruler] if of_real else 1)


FEW_PICTURES, UNREAD = _below("coverage", 1 / 2), _below("readable", 1 / 3)


def _verdict(few=FEW_PICTURES, unread=UNREAD, few_first=False):
    """Build an answer from its two rules and the order in which they are tried."""

    def attempt(samples, real):
        rules = [("not digits", unread), ("few pictures", few)]
        for fault, rule in reversed(rules) if few_first else rules:
            if rule(samples, real):
                return fault
        return "no fault seen"

    return attempt


def _clearer(samples, real):
    return samples["readable"] > real["readable"]


REPORT = Exercise(
    number="14.2",
    title="Judge: which sampler is broken?",
    asks="`attempt(samples, real)`, two reports, returns a verdict.",
    observe=_observe_reports,
    reference=_verdict(),
    praise="first whether they are digits, then how many, both beside as many real images",
    mistakes=(
        Mistake(
            _verdict(few=lambda samples, real: False),
            "you trust the readable share alone.",
            "one clean digit, drawn again and again, can be read each time.",
            "Look at the coverage as well.",
        ),
        Mistake(
            _verdict(few=_clearer),
            "you suspect samples only because more of them can be read than of real images.",
            "digits may be clear and of all kinds.",
            "How many kinds there are, coverage says.",
        ),
        Mistake(
            _verdict(few=lambda s, r: _clearer(s, r) and FEW_PICTURES(s, r)),
            "you see few pictures only where more can be read than of real images.",
            "a sampler may draw few pictures and not all of them well.",
            "Below a half the coverage alone decides.",
        ),
        Mistake(
            _verdict(few=_below("coverage", 1 / 2, of_real=False)),
            "you compare the coverage with 1, not with that of real images.",
            "fifty images cannot cover what a thousand do, not even real ones.",
            "Compare it with real['coverage'] / 2.",
        ),
        Mistake(
            _verdict(unread=_below("readable", 1 / 3, of_real=False)),
            "you compare the readable share with 1, not with that of real images.",
            "a judge may be unsure of many real digits.",
            "Compare it with real['readable'] / 3.",
        ),
        Mistake(
            _verdict(few=_below("coverage", 1)),
            "you call every loss of coverage a fault.",
            "a good model, too, covers a little less than real images do.",
            "Ask for less than half.",
        ),
        Mistake(
            _verdict(few_first=True),
            "you ask for the coverage first.",
            "noise covers nothing either; that it is no digit comes first.",
            "Try 'not digits' before 'few pictures'.",
        ),
        Mistake(
            _verdict(few=_below("diversity", 1 / 2)),
            "you went by the diversity.",
            "two kinds far from each other are diverse, and faint digits of all kinds are not.",
            "Which part of the data is reached, coverage says.",
        ),
        Mistake(
            _verdict(few=lambda samples, real: samples["distance"] > 5 * real["distance"]),
            "you went by the distance.",
            "it grows with every fault and does not say with which.",
            "Look at the coverage.",
        ),
    ),
)

# 14.3 ------------------------------------------------------------------------------------------

DDIM = {
    "network": "unet.pt",
    "calls": 20,
    "num_images": 500,
    "eta": 0.0,
    "seeds": [1, 2, 3],
    "chosen_on": [11, 12],
}
ANCESTRAL = DDIM | {"eta": 1.0}
COMPARISONS = {  # what differs from DDIM, from ANCESTRAL
    "samplers that differ in eta alone": ({}, {}),
    "samplers on other seeds": ({}, {"seeds": [4, 5, 6]}),
    "two seeds each": ({"seeds": [1, 2]}, {"seeds": [1, 2]}),
    "two networks": ({}, {"network": "unet_longer.pt"}),
    "10 calls against 20": ({"calls": 10}, {}),
    "half of the calls for twice the images": ({"calls": 10, "num_images": 1000}, {}),
    "half of the images": ({}, {"num_images": 250}),
    "one seed each": ({"seeds": [1]}, {"seeds": [2]}),
    "one seed of DDIM": ({"seeds": [1]}, {}),
    "one seed of the other": ({}, {"seeds": [1]}),
    "no seed told of either": ({"seeds": []}, {"seeds": []}),
    "another network and one seed": ({"network": "unet_longer.pt"}, {"seeds": [1]}),
    "another network and more calls": ({}, {"network": "unet_longer.pt", "calls": 50}),
    "settings of DDIM chosen on a reported seed": ({"chosen_on": [3, 11]}, {}),
    "settings of the other chosen on a reported seed": ({}, {"chosen_on": [1, 2, 3]}),
    "one seed, on which settings were chosen": ({"seeds": [1], "chosen_on": [1]}, {}),
}


def _observe_comparisons(attempt):
    return {
        f"the verdict on {name}": attempt(DDIM | a, ANCESTRAL | b)
        for name, (a, b) in COMPARISONS.items()
    }


def _first_difference(names):
    return lambda a, b: next((name for name in names if a[name] != b[name]), None)


def _few(a, b, count=lambda a, b: min(len(a["seeds"]), len(b["seeds"]))):
    return "too few seeds" if count(a, b) < 2 else None


def _reused(a, b):
    own = any(set(report["seeds"]) & set(report["chosen_on"]) for report in (a, b))
    return "reused seeds" if own else None


def _pooled(a, b):
    return _few(a, b, count=lambda a, b: len(set(a["seeds"]) | set(b["seeds"])))


def _shared(a, b):
    return "reused seeds" if set(a["seeds"]) & set(b["seeds"]) else None


def _price(a, b):
    """The network, then the calls for all images together."""
    if a["network"] != b["network"]:
        return "network"
    return None if a["calls"] * a["num_images"] == b["calls"] * b["num_images"] else "calls"


SAME = ("network", "calls", "num_images")


def _fairness(*rules):
    """Build an answer: the first rule that finds something speaks."""
    return lambda a, b: next(filter(None, (rule(a, b) for rule in rules)), "fair")


def _equal(*names):
    return _fairness(_first_difference(names), _few, _reused)


COMPARISON = Exercise(
    number="14.3",
    title="Judge: is this comparison fair?",
    asks="`attempt(a, b)`, two dicts, returns what spoils the comparison, or 'fair'.",
    observe=_observe_comparisons,
    reference=_equal(*SAME),
    praise="one network, one price, equal N, several fresh seeds; eta is what is compared",
    mistakes=(
        Mistake(
            _equal(*SAME, "eta"),
            "you want eta to agree; it is what is compared.",
            "eta is 0 for DDIM and 1 for ancestral sampling.",
            "Let eta differ.",
        ),
        Mistake(
            _equal("calls", "num_images"),
            "you overlook that there are two networks.",
            "which of the two has the better samples, sampler or network?",
            "Return 'network' where it differs.",
        ),
        Mistake(
            _equal("network", "num_images"),
            "you overlook that one may call the network more often.",
            "the question is which is better at equal price.",
            "Return 'calls' where they differ.",
        ),
        Mistake(
            _equal("network", "calls"),
            "you overlook that one was judged with more images.",
            "what chance adds to a distance shrinks as 1/N.",
            "Return 'num_images' where it differs.",
        ),
        Mistake(
            _fairness(_price, _few, _reused),
            "you multiply calls and images.",
            "twice as many images do not make each of them better; they change the ruler.",
            "Compare calls and num_images one after the other.",
        ),
        Mistake(
            _fairness(_first_difference(SAME), _reused),
            "you let a single seed pass.",
            "how far would a second seed be from the first?",
            "Return 'too few seeds' unless both have at least two.",
        ),
        Mistake(
            _fairness(_first_difference(SAME), _pooled, _reused),
            "you count the seeds of both together.",
            "the spread of one says nothing about that of the other.",
            "Each of them needs at least two.",
        ),
        Mistake(
            _fairness(_few, _first_difference(SAME), _reused),
            "you count seeds before you ask what differs.",
            "more seeds do not repair a comparison of two networks.",
            "Try network, calls and num_images first.",
        ),
        Mistake(
            _equal(*reversed(SAME)),
            "where two things differ you name the later one.",
            "the order is network, calls, num_images.",
            "Return at the first that differs.",
        ),
        Mistake(
            _fairness(_first_difference(SAME), _few),
            "you let them be judged on the seeds on which their settings were chosen.",
            "the best of ten settings was lucky on the seeds that chose it.",
            "Compare seeds with chosen_on, for each of the two.",
        ),
        Mistake(
            _fairness(_first_difference(SAME), _few, _shared),
            "you want the two to have different seeds.",
            "both may start from the same noise; that makes them easier to compare.",
            "Reused are seeds that are also in the same dict's chosen_on.",
        ),
    ),
)
