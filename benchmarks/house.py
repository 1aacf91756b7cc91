"""The size of the house, counted: `python benchmarks/house.py`, or with another checkout's folder.

Files lie flat in a folder, floors and names stand in the import contracts. `Any` counts as a name
in annotations. A cache by hand is a function that looks into a mapping of its object or module and
then puts something there.
"""

import ast
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

WINGS = ("sim", "experiments")


def main(root: Path) -> None:
    contracts = tomllib.loads((root / "pyproject.toml").read_text())["tool"]["importlinter"]
    layered = [one for one in contracts["contracts"] if one["type"] == "layers"]
    floors = [len(one["layers"]) for one in layered]
    names = {
        name.strip()
        for one in contracts["contracts"]
        for key in ("layers", "source_modules", "forbidden_modules")
        for said in one.get(key, [])
        for name in said.replace("|", ":").split(":")
    }
    print(f"import contracts: {len(names)} names, floors {floors}")
    for wing in WINGS:
        files = sorted((root / wing).rglob("*.py"))
        trees = [ast.parse(path.read_text(encoding="utf-8")) for path in files]
        lines = sum(path.read_text(encoding="utf-8").count("\n") for path in files)
        flat = {path.parent: 0 for path in files}
        for path in files:
            flat[path.parent] += path.name != "__init__.py"
        most = sorted(((n, folder) for folder, n in flat.items()), reverse=True)[:3]
        told = ", ".join(f"{folder.relative_to(root)} {n}" for n, folder in most)
        anys = sum(_anys(tree) for tree in trees)
        caches = [name for tree in trees for name in _caches(tree)]
        print(
            f"{wing}: {len(files)} files in {len(flat)} folders (most: {told}), {lines} lines, "
            f"Any {anys / lines * 1000:.1f} per 1,000 lines, caches by hand {len(caches)}"
        )
        for name in caches if "-v" in sys.argv else ():
            print("   ", name)


def _anys(tree: ast.Module) -> int:
    """Count the name `Any` in annotations."""
    found = 0
    for node in ast.walk(tree):
        for said in (getattr(node, "annotation", None), getattr(node, "returns", None)):
            if said is not None:
                found += sum(isinstance(x, ast.Name) and x.id == "Any" for x in ast.walk(said))
    return found


def _caches(tree: ast.Module) -> Iterator[str]:
    """Give the functions that keep what they have worked out."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.FunctionDef):
            continue
        own = {x.id for x in ast.walk(node) if isinstance(x, ast.Name) and _stored(x)}
        read, put = set(), set()
        for x in ast.walk(node):
            if isinstance(x, ast.Compare) and isinstance(x.ops[0], ast.In | ast.NotIn):
                read.add(ast.unparse(x.comparators[0]))
            if isinstance(x, ast.Attribute) and x.attr == "get":
                read.add(ast.unparse(x.value))
            if isinstance(x, ast.Assign):
                put |= {ast.unparse(t.value) for t in x.targets if isinstance(t, ast.Subscript)}
        for name in read & put:
            if name.startswith("self.") or (name.isidentifier() and name not in own):
                yield f"{node.name}: {name}"


def _stored(name: ast.Name) -> bool:
    return isinstance(name.ctx, ast.Store)


if __name__ == "__main__":
    folders = [word for word in sys.argv[1:] if word != "-v"]
    main(Path(folders[0] if folders else Path(__file__).parents[1]))
