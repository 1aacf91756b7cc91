"""The notebook runs from its first cell to its last."""

from pathlib import Path

import nbformat
from nbclient import NotebookClient

NOTEBOOK = Path(__file__).parents[2] / "docs" / "tour.ipynb"


def test_the_notebook_runs() -> None:
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    before = [_shown(cell) for cell in notebook.cells]
    client = NotebookClient(
        notebook, timeout=300, resources={"metadata": {"path": str(NOTEBOOK.parent)}}
    )
    client.execute()
    after = [_shown(cell) for cell in notebook.cells]
    assert after == before, f"its outputs have changed: run it, and save {NOTEBOOK}"
    assert sum("image/png" in kinds for kinds in after) == 3


def _shown(cell: nbformat.NotebookNode) -> list[str]:
    """Give what kinds of output a cell shows, without warnings."""
    kinds: list[str] = []
    for output in cell.get("outputs", []):
        if output.get("name") != "stderr":
            kinds += sorted(output.get("data", {"text": ""}))
    return kinds
