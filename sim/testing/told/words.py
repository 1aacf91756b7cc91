"""What the code of a strategy names: words that might be names of countries, and calls of hash."""

import ast
import re
from inspect import getsourcefile
from pathlib import Path
from typing import Any

MOST = 8
"""Words that are tried as names at most."""

_NAME = re.compile(r"[A-Za-z][\w .-]{0,29}")


def texts(made: Any) -> list[str]:
    """Give the short texts that the file of a strategy's class holds, docstrings left out.

    One of them may be the name of a country, a talk or an environment variable on which its play
    turns. The library's own are known and name none.
    """
    tree = _tree(made)
    docs = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    found = [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs
    ]
    return [word for word in dict.fromkeys(found) if _NAME.fullmatch(word)]


def goes_by_hashes(made: Any) -> bool:
    """Tell whether the file of a strategy's class speaks of hashes or sets."""
    named = {node.id for node in ast.walk(_tree(made)) if isinstance(node, ast.Name)}
    return bool(named & {"hash", "set", "frozenset"})


def _tree(made: Any) -> ast.Module:
    """Read the file of a class that does not come with this package."""
    nothing = ast.Module(body=[], type_ignores=[])
    if type(made).__module__.partition(".")[0] == "sim":
        return nothing
    try:
        file = getsourcefile(type(made))
        return nothing if file is None else ast.parse(Path(file).read_bytes())
    except (OSError, TypeError, SyntaxError, ValueError):
        return nothing
