"""No test is decided by a clock: it would be green at home and red on a machine that is busy.

The tests are read as syntax trees. Whatever comes from a clock is followed through variables,
containers, functions, fixtures and parameters until it is asserted. A loop that waits until a
moment is none of this: it decides nothing. What has to be fast is a row of `make benchmark`.
"""

import ast
import re
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TESTS = sorted((ROOT / "tests").rglob("*.py"))
MEASURING = sorted(p for tree in ("genai_course", "workbench") for p in (ROOT / tree).rglob("*.py"))
CLOCK_MODULES = ("time", "timeit")  # all that they offer, apart from TIMELESS
CLOCKS = ("getrusage", "times", "cpu_times", "cpu_percent", "now", "utcnow", "today", "clock")
TIMELESS = ("sleep", "ru_maxrss", "len", "isinstance", "keys")  # of these no result is a time
DURATION = re.compile(r"(?:^|_)(?:seconds|secs|elapsed|durations?|took|spent)(?:$|_)")
ORDER = (ast.Lt, ast.LtE, ast.Gt, ast.GtE)
# Tests of what measures processor time. A process that counts its own seconds by the same clock
# uses at least so many on every machine, and one that sleeps uses less than one that computes.
OF_MEASURING = {
    "test_watching": ["assert processor_seconds(process.pid) > 1.4"],
    "test_pytest_runs": [
        "assert outcome.spent['test_a.py'] >= 3",
        "assert outcome.spent['test_b.py'] < outcome.spent['test_a.py'] / 2",
        "assert seconds == sorted(seconds) and seconds[-1] >= 3",
    ],
    "test_benchmark": [  # rates that a pretended clock gives
        "assert rates == {name: 2048.0 for name in ('float32', *('bfloat16' for _ in units))}",
        "assert set(measured) == {getattr(torch, name) for name in rates}",
    ],
}
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
STOPS = ("fail", "skip", "xfail", "exit", "abort")
FILLS = ("append", "appendleft", "add", "extend", "insert", "update", "setdefault", "put")


def last_name(node):
    """Return `c` of `a.b.c` or of `c`; "" for anything else."""
    return getattr(node, "attr", getattr(node, "id", ""))


class Reading:
    """What a file knows of clocks.

    Args:
        tree: Its syntax tree.
        elsewhere: Names of functions in other files that return what a clock said.
    """

    def __init__(self, tree, elsewhere=()):
        self.tree, self.modules = tree, {name: name for name in CLOCK_MODULES}
        self.timers, self.known = set(elsewhere), set()  # functions; variables as (scope, name)
        self.scopes = [(node, self._scope_of(node)) for node in tree.body]
        self._imports()
        before = None
        while before != (before := (len(self.timers), len(self.known))):
            for node, scope in self.scopes:
                for inner in ast.walk(node):
                    self._follow(inner, scope)

    @staticmethod
    def _scope_of(node):
        return node.name if isinstance(node, (*FUNCTIONS, ast.ClassDef)) else ""

    def _imports(self):
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                for name in node.names:
                    if name.name in CLOCK_MODULES:
                        self.modules[name.asname or name.name] = name.name
            elif isinstance(node, ast.ImportFrom):
                for name in node.names:
                    if name.name in TIMELESS:
                        continue
                    if node.module in CLOCK_MODULES or name.name in self.timers:
                        self.timers.add(name.asname or name.name)

    def is_a_clock(self, node):
        """Say whether `node` is a clock's own function, as `time.monotonic`."""
        return (
            isinstance(node, ast.Attribute)
            and node.attr not in TIMELESS
            and (node.attr in CLOCKS or last_name(node.value) in self.modules)
        )

    def tells(self, node, scope):
        """Say whether the value of an expression depends on a clock."""
        if isinstance(node, ast.Name):
            found = {(scope, node.id), ("", node.id)} & self.known
            return bool(found) or node.id in self.timers
        if isinstance(node, (ast.Attribute, ast.Call)):
            name = last_name(node.func if isinstance(node, ast.Call) else node)
            if name in TIMELESS:
                return False
        if isinstance(node, ast.Attribute):
            if self.is_a_clock(node) or node.attr in self.timers:
                return True
            if (scope, ast.unparse(node)) in self.known:
                return True
        if isinstance(node, ast.Compare):
            if all(isinstance(op, (ast.In, ast.NotIn, ast.Is, ast.IsNot)) for op in node.ops):
                return False
        return any(self.tells(child, scope) for child in ast.iter_child_nodes(node))

    def _follow(self, node, scope):
        """Note what one node passes on."""
        if isinstance(node, FUNCTIONS):
            self._follow_function(node, scope)
        elif isinstance(node, (ast.Assign, ast.AnnAssign, ast.AugAssign, ast.NamedExpr)):
            if node.value is not None:
                self._follow_assignment(node, scope)
        elif isinstance(node, (ast.For, ast.AsyncFor, ast.comprehension)):
            self._mark(node.target, node.iter, scope)
        elif isinstance(node, ast.withitem) and node.optional_vars is not None:
            self._mark(node.optional_vars, node.context_expr, scope)
        elif isinstance(node, ast.Call):
            self._follow_call(node, scope)

    def _follow_function(self, node, scope):
        parameters = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
        self.known |= {(scope, p.arg) for p in parameters if p.arg in self.timers}  # fixtures
        for inner in ast.walk(node):
            if isinstance(inner, (ast.Return, ast.Yield)) and inner.value is not None:
                if self.tells(inner.value, scope):
                    self.timers.add(node.name)

    def _follow_assignment(self, node, scope):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        for target in targets:
            pairs = [(target, node.value)]
            if isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
                if len(target.elts) == len(node.value.elts):
                    pairs = list(zip(target.elts, node.value.elts, strict=True))
            for one, value in pairs:
                self._mark(one, value, scope)

    def _follow_call(self, node, scope):
        values = [*node.args, *(keyword.value for keyword in node.keywords)]
        if not any(self.tells(value, scope) for value in values):
            return
        if isinstance(node.func, ast.Attribute) and node.func.attr in FILLS:
            self._mark(node.func.value, node.args[0] if node.args else values[0], scope, sure=True)
        for other, name in self.scopes:
            if isinstance(other, FUNCTIONS) and name == last_name(node.func):
                arguments = [*other.args.posonlyargs, *other.args.args, *other.args.kwonlyargs]
                self.known |= {(name, argument.arg) for argument in arguments}

    def _mark(self, target, value, scope, sure=False):
        if not sure and not self.tells(value, scope):
            return
        while isinstance(target, (ast.Subscript, ast.Starred)):
            target = target.value
        for part in target.elts if isinstance(target, (ast.Tuple, ast.List)) else [target]:
            while isinstance(part, (ast.Subscript, ast.Starred)):
                part = part.value
            self.known.add((scope, ast.unparse(part)))


def is_a_duration(node):
    """Say whether an expression is called a duration, wherever it comes from."""
    if isinstance(node, ast.Call) and last_name(node.func) in TIMELESS:
        return False
    names = [last_name(node), node.value if isinstance(node, ast.Constant) else ""]
    if any(isinstance(name, str) and DURATION.search(name) for name in names):
        return True
    return any(is_a_duration(child) for child in ast.iter_child_nodes(node))


def weighs_durations(node):
    """Say whether anything called a duration is held against a limit."""
    for inner in ast.walk(node):
        if isinstance(inner, ast.Compare):
            near = any(last_name(getattr(x, "func", x)) == "approx" for x in ast.walk(inner))
            if near or any(isinstance(op, ORDER) for op in inner.ops):
                if any(is_a_duration(side) for side in (inner.left, *inner.comparators)):
                    return True
    return False


def replaces_the_clock(node, measuring):
    """Say whether a function puts something of its own in the place of what measures time."""
    for inner in ast.walk(node):
        if isinstance(inner, ast.Call) and last_name(inner.func) == "setattr":
            words = {w for a in inner.args[:2] for w in re.findall(r"\w+", ast.unparse(a))}
            if words & {*CLOCK_MODULES, *measuring}:
                return True
    return False


def decisions(node):
    """Yield (what decides, the expression) for all that can make a test red or skip it."""
    for inner in ast.walk(node):
        if isinstance(inner, ast.Assert):
            yield "assert", inner.test
        elif isinstance(inner, ast.Call) and last_name(inner.func).lower().startswith("assert"):
            for argument in inner.args:
                yield last_name(inner.func), argument
        elif isinstance(inner, ast.If) and stops((*inner.body, *inner.orelse)):
            yield "if", inner.test
        elif isinstance(inner, (ast.While, ast.For)) and stops(inner.orelse):
            yield "else of a loop", getattr(inner, "test", getattr(inner, "iter", None))
        elif isinstance(inner, ast.Call) and last_name(inner.func) == "skipif":
            for argument in inner.args:
                yield "skipif", argument


def stops(body):
    """Say whether any of these statements ends a test."""
    inner = [node for statement in body for node in ast.walk(statement)]
    calls = (last_name(node.func) for node in inner if isinstance(node, ast.Call))
    return any(isinstance(node, (ast.Raise, ast.Assert)) for node in inner) or any(
        name in STOPS for name in calls
    )


def faults(text, elsewhere=()):
    """Return where a clock decides, one line each."""
    reading = Reading(ast.parse(text), elsewhere)
    own = {scope for node, scope in reading.scopes if replaces_the_clock(node, elsewhere)}
    found = []
    for node, scope in reading.scopes:
        uses = {p.arg for f in ast.walk(node) if isinstance(f, ast.arguments) for p in f.args}
        if scope in own or uses & own:
            continue
        for word, expression in decisions(node):
            if reading.tells(expression, scope) or weighs_durations(expression):
                found.append(f"line {expression.lineno}: {word} {ast.unparse(expression)}")
    return found


def measures(function, reading, scope, known):
    """Say whether a function reads a clock, or calls one that does, and returns only numbers of it.

    Not one that returns what it found, and in passing how long that took.
    """
    values = [n.value for n in ast.walk(function) if isinstance(n, ast.Return) and n.value]
    kinds = (ast.BinOp, ast.Call, ast.DictComp, ast.ListComp)
    asked = [n.func for n in ast.walk(function) if isinstance(n, ast.Call)]
    return (
        any(last_name(f) in known or reading.is_a_clock(f) for f in asked)
        and bool(values)
        and all(isinstance(value, kinds) and reading.tells(value, scope) for value in values)
        and not any(last_name(n)[:1].isupper() for value in values for n in ast.walk(value))
    )


def measuring_functions(files):
    """Return the functions, of a name that occurs once, that return what a clock said."""
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in files]
    names = Counter(n.name for tree in trees for n in ast.walk(tree) if isinstance(n, FUNCTIONS))
    readings, found, before = [Reading(tree) for tree in trees if imports_a_clock(tree)], set(), -1
    while before != (before := len(found)):
        for reading in readings:
            for node, scope in reading.scopes:
                if isinstance(node, FUNCTIONS) and measures(node, reading, scope, found):
                    found.add(node.name)
    return {name for name in found if names[name] == 1}


def imports_a_clock(tree):
    """Say whether a file imports one of CLOCK_MODULES."""
    imports = [node for node in ast.walk(tree) if isinstance(node, (ast.Import, ast.ImportFrom))]
    modules = {getattr(node, "module", None) for node in imports}
    return bool(({a.name for node in imports for a in node.names} | modules) & set(CLOCK_MODULES))


@pytest.fixture(scope="module")
def measuring():
    return measuring_functions(MEASURING)


def test_what_is_read_is_all_there():
    assert len(TESTS) > 100 and Path(__file__).resolve() in TESTS
    assert {"test_neighbours.py", "conftest.py", "small_mnist.py"} <= {p.name for p in TESTS}


def test_functions_that_measure_are_found_by_themselves(measuring):
    assert not {"seconds_to_figure", "multiply_rates", "ratio_of"} - measuring


@pytest.mark.parametrize("path", TESTS, ids=lambda path: path.stem)
def test_no_clock_decides(path, measuring):
    found = faults(path.read_text(encoding="utf-8"), measuring)
    known = OF_MEASURING.get(path.stem, [])
    more = [line for line in found if line.partition(": ")[2] not in known]
    assert not more, "\n".join([f"{path.name}: what must be fast goes into workbench/speed", *more])
    assert len(found) == len(known), "what is admitted is there no more"


PLANTED = {
    "plain": "start = time.time()\n    f()\n    assert time.time() - start < 5",
    "processor": "start = time.process_time()\n    seconds = time.process_time() - start\n"
    "    assert seconds < 5, seconds",
    "divided, in a tuple": "a, b = time.perf_counter(), 3\n    assert (f() - a) / 2 < b",
    "by another name": "from time import monotonic as m\n    t = m()\n    assert m() - t < 1",
    "another module": "import time as t\n    x = t.time_ns()\n    assert t.time_ns() < x + 9",
    "a clock kept": "clock = time.perf_counter\n    t = clock()\n    assert clock() - t < 1",
    "a truth": "t = time.time()\n    quick = time.time() < t + 1\n    assert quick",
    "a list": "taken = []\n    taken.append(time.time())\n    assert max(taken) - min(taken) < 1",
    "a dict": "d = {}\n    d['x'] = time.time()\n    assert d['x'] > 0",
    "a loop": "taken = [time.time()]\n    for t in taken:\n        assert t < 3",
    "all of them": "taken = [time.time()]\n    assert all(t < 3 for t in taken)",
    "approx": "t = time.time()\n    assert time.time() - t == pytest.approx(1, abs=0.1)",
    "a call that asserts": "t = time.time()\n    np.testing.assert_array_less(time.time() - t, 5)",
    "a failure": "t = time.time()\n    if time.time() - t > 5:\n        pytest.fail('slow')",
    "an error": "t = time.time()\n    if time.time() - t > 5:\n        raise RuntimeError",
    "a skip": "t = time.time()\n    if time.time() - t > 5:\n        pytest.skip('slow')",
    "a wait that fails": "until = time.time() + 9\n    while time.time() < until:\n        f()\n"
    "    else:\n        pytest.fail('too late')",
    "what it used": "import resource\n    r = resource.getrusage(resource.RUSAGE_SELF)\n"
    "    assert r.ru_utime < 5",
    "a date": "import datetime\n    d = datetime.datetime.now()\n"
    "    assert (datetime.datetime.now() - d).total_seconds() < 3",
    "timeit": "import timeit\n    assert timeit.timeit(f, number=3) < 1",
    "a process": "import psutil\n    p = psutil.Process()\n    assert p.cpu_times().user < 3",
    "times": "import os\n    t = os.times()\n    assert os.times()[0] - t[0] < 5",
    "what a duration is called": "assert strict_run()[2].seconds < 5",
    "under a key": "assert f()['seconds'] < 5",
    "elapsed": "elapsed = f()\n    assert elapsed == pytest.approx(3)",
    "a function that measures": "assert start.seconds_of_a_kernel(3) == 3",
    "walrus": "assert (t := time.time()) and t > 3",
    "an attribute": "x = f()\n    x.t = time.time()\n    assert x.t < 3",
    "a with": "with took(time.time()) as t:\n        assert t < 3",
}
AROUND = {
    "a helper": "def helper():\n    t = time.time()\n    return 1, time.time() - t\n\n"
    "def test_it():\n    _, t = helper()\n    assert t < 3\n",
    "a fixture": "@pytest.fixture\ndef run():\n    t = time.time()\n    yield time.time() - t\n\n"
    "def test_it(run):\n    assert run < 3\n",
    "a helper that judges": "def judge(x):\n    assert x < 3\n\n"
    "def test_it():\n    judge(time.time())\n",
    "an object": "class Test:\n    def setup(self):\n        self.t = time.time()\n\n"
    "    def test_it(self):\n        assert f() - self.t < 3\n",
    "a module": "START = time.time()\n\ndef test_it():\n    assert f() < START + 3\n",
    "a mark": "@pytest.mark.skipif(time.time() > 3, reason='')\ndef test_it():\n    pass\n",
}
HARMLESS = {
    "a wait": "until = time.monotonic() + 20\n    while not f() and time.monotonic() < until:\n"
    "        time.sleep(0.1)\n    assert f()",
    "memory": "import resource\n    r = resource.getrusage(resource.RUSAGE_SELF)\n"
    "    assert r.ru_maxrss < 5",
    "their number": "taken = []\n    taken.append(time.time())\n    assert len(taken) == 1",
    "their kind": "t = time.time()\n    assert isinstance(t, float)",
    "their names": "d = {}\n    d['x'] = time.time()\n    assert 'x' in d and [*d.keys()] == ['x']",
    "a clock of its own": "monkeypatch.setattr(worker, 'time', own)\n    assert seconds() < 3",
    "what is stored": "assert f() == {'seconds': 2.0}",
    "the age of a file": "os.utime('x', (time.time() - 9,) * 2)\n    assert not exists('x')",
}


def planted(body):
    return f"import time\nimport pytest\n\ndef test_it(monkeypatch):\n    {body}\n"


@pytest.mark.parametrize("name", PLANTED)
def test_a_planted_clock_is_seen(name):
    assert len(faults(planted(PLANTED[name]), {"seconds_of_a_kernel"})) == 1


@pytest.mark.parametrize("name", AROUND)
def test_a_clock_is_followed_from_function_to_function(name):
    assert len(faults("import time\nimport pytest\n\n" + AROUND[name])) == 1


@pytest.mark.parametrize("name", HARMLESS)
def test_a_clock_that_decides_nothing_may_be_read(name):
    assert faults(planted(HARMLESS[name])) == []
