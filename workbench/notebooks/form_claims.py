"""Rules on claims: each can fail, each has printed its line, and nothing else prints a tick."""

import ast
import math
import re

from genai_course.claims import ABOUT, CROSS, TICK
from workbench.notebooks.form_values import Unknown, Values, claims
from workbench.notebooks.stored_notebook import printed, syntax

MARKS = f"{TICK}{CROSS}✔✅☑✘✖❌❎"
LARGEST_TOLERANCE = 0.25  # where what is compared is 0, or too long to be printed whole
ALIKE = ("equal", "allclose", "isclose")
PARAMETERS = {
    "verify": ("statement", "got", "expected", "tolerance"),
    "claim": ("statement", "holds", "operator", "threshold", "measured"),
}
NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:e[+-]?\d+)?")


def ends_without_an_error(page):
    """No cell may fail: a typo would do as well as the error that is meant."""
    for cell in page.code:
        if "raises-exception" in cell.metadata.get("tags", []):
            yield cell, "`raises-exception` lets a typo pass; catch the error and `claim` its words"
        if any(output.output_type == "error" for output in cell.outputs):
            yield cell, "it ends in an error; catch the error and `claim` its words"
        for node in ast.walk(syntax(cell) or ast.parse("")):
            hides = isinstance(node, ast.Try) or (
                isinstance(node, ast.With) and "suppress" in ast.unparse(node.items[0])
            )
            if hides and _checks(ast.Module(node.body, [])):
                yield cell, "a check inside `try` may be skipped without a word; put it behind"


def compares_what_can_differ(page):
    """No claim compares a thing with itself, or constants, or with a tolerance for everything."""
    values = Values(page)
    for cell, call, _ in claims(page):
        name, sides = call.func.id, sides_of(call)
        if not any(values.is_computed(side) for pair in sides for side in pair):
            yield cell, f"this `{name}` looks at nothing that was computed, so it cannot fail"
        for pair in [*sides, *_inner_pairs(call)]:
            if len(pair) > 1 and values.same(*pair[:2]):
                text = ast.unparse(pair[0])
                yield cell, f"this `{name}` compares `{text}` with itself, so it cannot fail"
        given = [*call.args[1:], *(word.value for word in call.keywords)]
        for part in (part for argument in given for part in ast.walk(argument)):
            if isinstance(part, ast.BoolOp) and any(
                values.of(p) is not Unknown for p in part.values
            ):
                yield cell, f"a constant decides in `{ast.unparse(part)}`"
            number = values.of(part) if isinstance(part, ast.expr) else None
            if isinstance(number, float) and not math.isfinite(number):
                yield cell, f"nothing is beyond {number}, so this `{name}` cannot fail"
                break


def sides_of(call):
    """What a check compares: a list of expressions for each comparison, the value first."""
    given = dict(zip(PARAMETERS[call.func.id], call.args, strict=False))
    given |= {word.arg: word.value for word in call.keywords}
    if call.func.id == "verify":
        return [[given[name] for name in ("got", "expected") if name in given]]
    if "threshold" in given:
        return [[given["holds"], given["threshold"]]]
    parts = given["holds"].elts if isinstance(given.get("holds"), ast.List) else []
    triples = [part.elts for part in parts if isinstance(part, ast.Tuple) and len(part.elts) == 3]
    return [[value, limit] for value, _, limit in triples] or [[given["holds"]]]


def _inner_pairs(call):
    """Pairs that are compared within an argument: `a == b`, `torch.equal(a, b)`."""
    for node in (node for argument in call.args[1:] for node in ast.walk(argument)):
        if isinstance(node, ast.Compare):
            yield from zip([node.left, *node.comparators], node.comparators, strict=False)
        elif isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] in ALIKE:
            yield node.args[:2]


def is_strict_enough(page):
    """A tolerance is smaller than what is compared."""
    values = Values(page)
    for cell, call, _ in claims(page):
        if call.func.id != "verify":
            continue
        given = [*call.args[3:4], *(k.value for k in call.keywords if k.arg == "tolerance")]
        tolerance = values.of(given[0]) if given else None
        if not isinstance(tolerance, (int, float)):
            continue
        shown = [line for line in printed(cell).splitlines() if _pattern(call).match(line)]
        text = shown[0].partition(ABOUT)[2] if shown else ""
        largest = max((abs(float(number)) for number in NUMBER.findall(text)), default=0)
        limit = LARGEST_TOLERANCE if "..." in text or largest < 1e-6 else largest
        if tolerance > limit:
            yield cell, f"a tolerance of {tolerance:g} is larger than what is compared"


def prints_what_it_claims(page):
    """Each claim has left its line, and each line with a tick comes from a check."""
    everywhere = list(claims(page))
    functions = {id(call) for cell in page.code for call in _within_functions(cell)}
    for cell in page.code:
        lines = printed(cell).splitlines()
        own = [call for c, call, _ in everywhere if c is cell]
        patterns = [_pattern(call) for call in own]
        patterns += [_pattern(call) for _, call, _ in everywhere if id(call) in functions]
        if _asks_an_exercise(cell):
            patterns.append(re.compile(rf"[{TICK}{CROSS}] Exercise \d+\.\d+:"))
        for line in lines:
            if re.search(f"[{MARKS}]", line) and not any(p.match(line) for p in patterns):
                yield cell, f"no check of this cell prints `{line[:60]}`; a tick is never by hand"
        for c, call, sure in everywhere:
            if c is cell and sure and not any(map(_pattern(call).match, lines)):
                yield cell, f"the line of {ast.unparse(call.args[0])} is not in the output"


def _checks(tree):
    return any(
        isinstance(node, ast.Call) and ast.unparse(node.func) in ("verify", "claim")
        for node in ast.walk(tree)
    )


def _within_functions(cell):
    for node in ast.walk(syntax(cell) or ast.parse("")):
        if isinstance(node, ast.FunctionDef):
            yield from (part for part in ast.walk(node) if isinstance(part, ast.Call))


def _asks_an_exercise(cell):
    calls = (n for n in ast.walk(syntax(cell) or ast.parse("")) if isinstance(n, ast.Call))
    return any(re.search(r"(^|\.)check_\w+$", ast.unparse(call.func)) for call in calls)


def _pattern(call):
    """What the line of a check begins with: its sentence, and anything where a value is put in."""
    sentence = call.args[0] if call.args else ast.Constant("")
    parts = sentence.values if isinstance(sentence, ast.JoinedStr) else [sentence]
    literal = (re.escape(p.value) if isinstance(p, ast.Constant) else ".*" for p in parts)
    end = r" \(within|:" if call.func.id == "verify" else rf"   {ABOUT}|:|$"
    return re.compile(rf"[{TICK}{CROSS}] {''.join(map(str, literal))}(?:{end})")


def spells_no_tick(page):
    """No code writes the sign of a check, by itself or by its number."""
    for cell in page.code:
        for node in ast.walk(syntax(cell) or ast.parse("")):
            text = node.value if isinstance(node, ast.Constant) else None
            sign = isinstance(text, str) and re.search(f"[{MARKS}]", text)
            names = {a.name for a in node.names} if isinstance(node, ast.ImportFrom) else set()
            called = ast.unparse(node.func) if isinstance(node, ast.Call) else ""
            if sign or names & {"TICK", "CROSS"} or called in ("chr", "unicodedata.lookup"):
                yield cell, "a tick is printed by a check, never by hand"


CLAIM_RULES = (
    ends_without_an_error,
    compares_what_can_differ,
    is_strict_enough,
    prints_what_it_claims,
    spells_no_tick,
)
