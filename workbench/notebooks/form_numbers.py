"""Rules on numbers in sentences: a claim's limit, a count of seeds and a summary match the code.

What a claim says of its limit ("at least nine", "under a tenth of", "within 0.05") must stand in
the comparison, as a threshold, a factor or an addend.
"""

import ast
import re

from workbench.notebooks.form_claims import sides_of
from workbench.notebooks.form_values import Unknown, Values, claims
from workbench.notebooks.number_words import WHOLE, numbers_in
from workbench.notebooks.stored_notebook import printed, syntax

UP = r"at least|more than|over|above|beyond|exceeds|passes"
DOWN = r"at most|fewer than|less than|under|below|within|up to"
LIMIT = re.compile(
    rf"\b(?:(?P<up>{UP})|(?P<down>{DOWN})|between|between \S+(?: %)? and)(?: the)? $", re.I
)


def states_its_limits(page):
    """The limit in a claim's sentence is that of its comparison, or a weaker one."""
    values = Values(page)
    for cell, call, _ in claims(page):
        sentence = getattr(call.args[0], "value", None)
        if call.func.id != "claim" or not isinstance(sentence, str):
            continue
        compared = {number for side in _compared(call) for number in _numbers(side, values)}
        stated = [(value, match) for value, match in numbers_in(sentence) if _limits(match)]
        missing = [(v, match) for v, match in stated if not _kept(v, match, compared)]
        if missing and (not compared or len(missing) < len(stated)):
            known = _behind(call, values)  # a limit within what is compared, or of another thing
            missing = [(v, match) for v, match in missing if not _among(v, known)]
        wholes = {value for value, _ in numbers_in(_around(page, cell))}
        for value, match in missing:
            counts = compared if match.string[match.end() :].startswith(" of ") else ()
            if not (value < 1 and any(c > 1 and _among(c / value, wholes) for c in counts)):
                yield cell, f"the sentence says {match[0]!r} of a limit, the comparison does not"


def _limits(match):
    """Whether a number is the limit of something; "less than twenty" is no count."""
    limit = LIMIT.search(match.string[: match.start()])
    after = match.string[match.end() :]
    if limit is None:
        return after.startswith((" or nine ", " or ten "))
    vague = limit[0].strip() == "less than" and match[0] in WHOLE
    return not vague and not after.startswith(" log")


def _kept(value, match, compared):
    """Whether a limit is among the compared numbers, or one of them is stricter and alike."""
    limit = LIMIT.search(match.string[: match.start()])
    if limit is None or not limit["up"]:
        return _among(value, compared)
    alike = [c for c in compared if (c > 1) == (value > 1) or value == 1]
    stricter = len(compared) == 1 and any(c > value for c in alike)
    return _among(value, compared) or stricter


def _behind(call, values):
    """All constants that the value of a claim may depend on."""
    nodes = (part for argument in call.args[1:] for part in values.behind(argument))
    known = (values.of(node) for node in nodes if isinstance(node, (ast.Constant, ast.UnaryOp)))
    return {float(number) for number in known if isinstance(number, (int, float))}


def _around(page, cell):
    """Text, code and output of a cell and of the six before it."""
    cells = page.notebook.cells
    at = cells.index(cell)
    return "\n".join(c.source + printed(c) for c in cells[max(0, at - 6) : at + 1])


def _compared(call):
    """The expressions that a claim compares, also those within one that is true or false."""
    for pair in sides_of(call):
        yield from pair
        for node in (node for side in pair for node in ast.walk(side)):
            if isinstance(node, ast.Compare):
                yield from (node.left, *node.comparators)


def _numbers(node, values):
    """The constants of an expression that count as limits: thresholds, factors, addends."""
    known = values.of(node)
    if known is not Unknown:
        parts = known if isinstance(known, tuple) else (known,)
        return {float(part) for part in parts if type(part) in (int, float)}
    if isinstance(node, ast.BinOp):
        if isinstance(node.op, (ast.Mult, ast.Div)):
            return _factors(node, values)
        return _numbers(node.left, values) | _numbers(node.right, values)
    if isinstance(node, (ast.List, ast.Tuple)):
        return {number for part in node.elts for number in _numbers(part, values)}
    if isinstance(node, ast.UnaryOp):
        return _numbers(node.operand, values)
    if isinstance(node, ast.Call):
        inner = (
            node.args if isinstance(node.func, ast.Name) else [getattr(node.func, "value", node)]
        )
        plain = isinstance(node.func, ast.Attribute) or node.func.id in ("min", "max", "abs", "sum")
        return {n for part in inner for n in _numbers(part, values)} if plain else set()
    return set()


def _factors(node, values):
    """The factor of a product, and its distance from 1; and the constants in the rest."""
    factor, rest, todo = 1.0, set(), [(node, False)]
    while todo:
        part, below = todo.pop()
        known = values.of(part)
        if known is not Unknown and isinstance(known, (int, float)) and known:
            factor *= 1 / known if below else known
        elif isinstance(part, ast.BinOp) and isinstance(part.op, (ast.Mult, ast.Div)):
            divided = isinstance(part.op, ast.Div)
            todo += [(part.left, below), (part.right, below != divided)]
        elif not isinstance(part, ast.Call) or isinstance(part.func, ast.Attribute):
            rest |= _numbers(part, values) if part is not node else set()
    return rest | {factor, 1 - factor} - {1.0, 0.0}


def _among(number, known):
    return any(abs(abs(number) - abs(other)) <= 1e-6 * max(1, abs(number)) for other in known)


def counts_its_seeds(page):
    """A sentence that says "three seeds" stands for three trainings in the code."""
    values = Values(page)
    everywhere = {n for cell in page.code for n in _seed_counts(ast.walk(_tree(cell)), values)}
    for cell, call, _ in claims(page):
        counts = _stated_seeds(ast.unparse(call.args[0]))
        behind = (node for argument in call.args[1:] for node in values.behind(argument))
        own = next(_seed_counts(behind, values), None) if counts else None
        for count in counts:
            if own is not None and count != own:
                yield cell, f"the sentence counts {count} seeds, what it looks at has {own}"
    for cell in page.notebook.cells if everywhere else ():
        for count in _stated_seeds(cell.source):
            if count not in everywhere:
                yield cell, f"it counts {count} seeds, the code has {sorted(everywhere)}"


def _stated_seeds(text):
    """The numbers that stand before the word seeds."""
    found = ((value, match.string[match.end() :]) for value, match in numbers_in(text))
    return [int(value) for value, after in found if re.match(r" seeds\b", after)]


def _seed_counts(nodes, values):
    """Yield how many values each loop over seeds runs through, and what `seeds` holds."""
    for node in nodes:
        runs = []
        if isinstance(node, (ast.ListComp, ast.GeneratorExp, ast.DictComp)):
            runs = [loop.iter for loop in node.generators if _over_seeds(loop.target, node)]
        elif isinstance(node, ast.For) and _over_seeds(node.target, node):
            runs = [node.iter]
        elif isinstance(node, ast.Name) and node.id in ("seeds", "num_seeds"):
            runs = [node]
        for value in map(values.of, runs):
            if isinstance(value, (range, tuple, int)):
                yield value if isinstance(value, int) else len(value)


def _over_seeds(target, loop):
    """Whether a loop hands its variable on as a seed, or calls it one."""
    names = {n.id for n in ast.walk(target) if isinstance(n, ast.Name)}
    calls = [node for node in ast.walk(loop) if isinstance(node, ast.Call)]
    used = [word.value for call in calls for word in call.keywords if word.arg == "seed"]
    used += [a for c in calls if ast.unparse(c.func).endswith("manual_seed") for a in c.args]
    handed = {n.id for part in used for n in ast.walk(part) if isinstance(n, ast.Name)}
    return bool(names & (handed | {"seed"}))


def _tree(cell):
    return syntax(cell) or ast.parse("")


NUMBER_RULES = (states_its_limits, counts_its_seeds)
