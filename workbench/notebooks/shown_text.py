"""The source of a definition as a notebook shows it: no annotations, docstrings of one line."""

import ast

DEFINITIONS = (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)


def shown_text(node, source):
    """The source of a definition without annotations, each docstring cut to its first line."""
    lines = without_annotations(node, source.splitlines())
    for inner in sorted(ast.walk(node), key=lambda n: -getattr(n, "lineno", 0)):
        if isinstance(inner, DEFINITIONS) and ast.get_docstring(inner) is not None:
            note = inner.body[0]
            first = ast.get_docstring(inner).splitlines()[0]
            cut = note.end_lineno - note.lineno
            lines[note.lineno - 1 : note.end_lineno] = [f'{" " * note.col_offset}"""{first}"""']
            node.end_lineno -= cut
    return "\n".join(lines[first_line(node) - 1 : node.end_lineno])


def without_annotations(node, lines):
    """The lines of a module without the annotations of a definition, each of which is in one."""
    cuts = []
    for inner in ast.walk(node):
        if isinstance(inner, ast.arg) and inner.annotation:
            cuts.append((inner.annotation, inner.col_offset + len(inner.arg)))
        if returned := getattr(inner, "returns", None):
            start = lines[returned.lineno - 1].rindex(")", 0, returned.col_offset) + 1
            cuts.append((returned, start))
    for part, start in sorted(cuts, key=lambda cut: cut[1], reverse=True):  # from right to left
        line = lines[part.lineno - 1]
        rest = line[part.end_col_offset :]
        lines[part.lineno - 1] = line[:start] + rest.replace(" = ", "=", rest.startswith(" = "))
    return lines


def first_line(node):
    """The number of the line at which a definition begins, its decorators included."""
    return min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
