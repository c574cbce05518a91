"""What the code of a notebook says about its values, without running it: constants and names.

A name has a known value if the whole notebook binds it once, and to a constant expression; it is
given if it stands for a module, a built-in or such a constant. Everything else is computed.
"""

import ast
import builtins
import math
import operator

from workbench.notebooks.stored_notebook import syntax

ARITHMETIC = {
    **{ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul},
    **{ast.Div: operator.truediv, ast.Pow: operator.pow, ast.FloorDiv: operator.floordiv},
    **{ast.USub: operator.neg, ast.UAdd: operator.pos, ast.Not: operator.not_},
}
CALLS = {
    **{"float": float, "int": int, "range": range, "bool": bool, "list": list, "tuple": tuple},
    **{"abs": abs, "math.log": math.log, "math.sqrt": math.sqrt, "math.exp": math.exp},
}
NAMES = {
    **{"math.inf": math.inf, "math.nan": math.nan, "math.pi": math.pi},
    **{"torch.inf": math.inf, "torch.nan": math.nan, "torch.pi": math.pi},
}


class Unknown:
    """Stands for the value of what is not a constant."""


class Values:
    """The values and the names that the cells of a page bind."""

    def __init__(self, page):
        trees = [tree for tree in map(syntax, page.code) if tree is not None]
        self.bindings, self.given, self.functions = {}, set(dir(builtins)), {}
        for node in (node for tree in trees for node in ast.walk(tree)):
            self._take_in(node)

    def _take_in(self, node):
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            if not (getattr(node, "module", None) or "").startswith("genai_course"):
                self.given |= {(a.asname or a.name).split(".")[0] for a in node.names}
        elif isinstance(node, ast.FunctionDef):
            self.functions[node.name] = node
            self._bind(node.name, None)
        elif isinstance(node, ast.Assign):
            for target in node.targets:
                self._assign(target, node.value)
        elif isinstance(node, (ast.For, ast.comprehension)):
            self._each(node.target, ast.Subscript(node.iter, ast.Constant(0), ast.Load()))
        elif isinstance(node, (ast.AugAssign, ast.AnnAssign, ast.NamedExpr)):
            self._each(node.target, node.value)
        elif isinstance(node, ast.arg):
            self._bind(node.arg, None)
        elif isinstance(node, ast.withitem) and node.optional_vars is not None:
            self._each(node.optional_vars, node.context_expr)

    def _assign(self, target, value):
        pair = isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple)
        if isinstance(target, ast.Name):
            self._bind(target.id, value)
        elif pair and len(target.elts) == len(value.elts):
            for inner, own in zip(target.elts, value.elts, strict=True):
                self._assign(inner, own)
        else:
            self._each(target, value)

    def _each(self, target, value):
        """Bind all names of a target to something that depends on a value in some way."""
        for part in ast.walk(target):
            if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store):
                self._bind(part.id, ast.Call(ast.Name("?", ast.Load()), [value or target], []))

    def _bind(self, name, value):
        self.bindings.setdefault(name, []).append(value)

    def of(self, node):
        """The value of an expression, or Unknown."""
        try:
            return self._of(node)
        except (TypeError, ValueError, ZeroDivisionError, OverflowError, KeyError):
            return Unknown

    def _of(self, node):
        if isinstance(node, ast.Constant):
            return node.value
        if isinstance(node, (ast.Tuple, ast.List)):
            return tuple(self._known(part) for part in node.elts)
        if isinstance(node, ast.UnaryOp):
            return ARITHMETIC[type(node.op)](self._known(node.operand))
        if isinstance(node, ast.BinOp):
            return ARITHMETIC[type(node.op)](self._known(node.left), self._known(node.right))
        if isinstance(node, ast.Call) and not node.keywords:
            return CALLS[ast.unparse(node.func)](*map(self._known, node.args))
        if isinstance(node, ast.Attribute):
            return NAMES[ast.unparse(node)]
        if isinstance(node, ast.Name) and self._once(node.id) is not None:
            return self._of(self._once(node.id))
        return Unknown

    def _known(self, node):
        value = self._of(node)
        if value is Unknown:
            raise ValueError("not known")
        return value

    def _once(self, name):
        """The one expression that a name is bound to; None if there are several, or none."""
        bound = self.bindings.get(name, [])
        return bound[0] if len(bound) == 1 else None

    def is_computed(self, node):
        """Whether an expression looks at anything that is not given."""
        inner = {
            n.id
            for part in ast.walk(node)
            if isinstance(part, ast.comprehension)
            for n in ast.walk(part.target)
            if isinstance(n, ast.Name)
        }
        names = {n.id for n in ast.walk(node) if isinstance(n, ast.Name)} - inner - self.given
        return any(self.of(ast.Name(name, ast.Load())) is Unknown for name in names)

    def same(self, first, second):
        """Whether two expressions are one and the same, apart from copies and other names."""
        return ast.dump(self._plain(first)) == ast.dump(self._plain(second))

    def _plain(self, node):
        """An expression without what leaves a value alone: copies, types, plus 0, aliases."""
        bound = self._once(node.id) if isinstance(node, ast.Name) else None
        if isinstance(bound, ast.Name) and bound.id != node.id:
            return self._plain(bound)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            if node.func.attr in ("clone", "detach", "cpu", "double", "float", "item", "flatten"):
                return self._plain(node.func.value)
        if isinstance(node, ast.Call) and len(node.args) == 1:
            if ast.unparse(node.func) in ("float", "torch.tensor", "torch.as_tensor", "int"):
                return self._plain(node.args[0])
        if isinstance(node, ast.BinOp) and isinstance(node.right, ast.Constant):
            neutral = 0 if isinstance(node.op, (ast.Add, ast.Sub)) else 1
            if node.right.value == neutral and not isinstance(node.op, ast.Mod):
                return self._plain(node.left)
        return node

    def behind(self, node):
        """All nodes that a value may depend on, nearest first: its own, then those of names."""
        seen, todo = set(), [node]
        while todo:
            for part in ast.walk(todo.pop(0)):
                yield part
                if isinstance(part, ast.Name) and part.id not in seen:
                    seen.add(part.id)
                    todo += [value for value in self.bindings.get(part.id, []) if value is not None]
                    todo += [self.functions[part.id]] if part.id in self.functions else []


def claims(page):
    """Yield (cell, call, whether it surely runs once) for each `verify` and `claim` of a page."""
    for cell in page.code:
        tree = syntax(cell)
        for node in tree.body if tree else []:
            sure = isinstance(node, ast.Expr)
            for call in ast.walk(node):
                if isinstance(call, ast.Call) and ast.unparse(call.func) in ("verify", "claim"):
                    yield cell, call, sure and call is node.value
