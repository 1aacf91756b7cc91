"""The site: the Markdown of the repository as it lies there, and the doors' docstrings.

`sphinx-build -W -c docs/site . FOLDER` builds it. Its source is the whole repository, so that a
link from one page to another, to a config or to a picture is the same on the forge and on the site.
"""

import importlib
from enum import Enum
from importlib.metadata import version as version_of

from sphinx.application import Sphinx

project = "tariff-talks"
author = "the authors of tariff-talks"
version = release = version_of("tariff-talks")

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
root_doc = "docs/index"
include_patterns = ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "docs/*.md", "configs/**.md"]
exclude_patterns = [
    ".*",
    "build",
    "dist",
    "results",
    "site",
    "sim",
    "experiments",
    "tests",
    "benchmarks",
]
source_suffix = {".md": "markdown"}

myst_heading_anchors = 4
default_role = "code"  # docstrings write `name`, as Markdown does
autodoc_typehints_format = "short"
autodoc_member_order = "bysource"
napoleon_numpy_docstring = False
napoleon_use_ivar = True
suppress_warnings = [
    "ref.python",  # a field of the name `round` may be one of two classes
    "toc.not_included",  # what lies beside configs is linked, and in no menu; a test holds the rest
]

html_theme = "furo"
html_title = "tariff-talks"
html_static_path = ["static"]
html_css_files = ["site.css"]
html_extra_path = ["extra"]
html_copy_source = False
html_show_sourcelink = False
html_show_copyright = False
html_show_search_summary = False  # it would be fetched, which a page from a folder may not
html_use_index = False
html_domain_indices = False
html_theme_options = {"navigation_with_keys": True}

CONTENTS = {
    "Start here": ("Read me <../README>", "recipes", "glossary", "findings", "figures", "app"),
    "My own strategy": ("first_strategy", "strategies", "api", "mesa", "negmas"),
    "Experiments": ("experiments", "tournament", "domains", "sensitivity", "backtest", "grid"),
    "The model": ("odd", "economy", "theory", "talks_mechanisms", "talks_tables", "performance"),
    "The project": ("../CONTRIBUTING", "../CHANGELOG"),
}
"""The pages in the order of the menu."""

DOORS = ("sim", "experiments")
INHERITED = "   :inherited-members: object,int,Enum,IntEnum,Agent,Model"


def contents() -> str:
    """Give the menu as the directives that the generator reads."""
    parts = (
        "\n".join(["```{toctree}", ":hidden:", f":caption: {title}", "", *pages, "```", ""])
        for title, pages in CONTENTS.items()
    )
    return "\n".join(parts)


def described(door: str) -> str:
    """Give the directives that print the docstrings of what a door exports."""
    lines = [f"\n## Everything that `{door}` exports\n", "```{eval-rst}"]
    module = importlib.import_module(door)
    for name in module.__all__:
        thing = getattr(module, name)
        if isinstance(thing, type):
            options = ["   :members:", INHERITED]
            options += ["   :undoc-members:"] if issubclass(thing, Enum) else []
            lines += [f".. autoclass:: {door}.{name}", *options, ""]
        elif callable(thing):
            lines += [f".. autofunction:: {door}.{name}", ""]
        else:
            lines += [f".. py:data:: {door}.{name}", "", f"   {', '.join(thing)}", ""]
    return "\n".join([*lines, "```", ""])


def add(app: Sphinx, page: str, source: list[str]) -> None:
    """Add to two pages what the forge cannot show: the menu, and the docstrings."""
    if page == "docs/index":
        source[0] += "\n" + contents()
    if page == "docs/api":
        source[0] += "".join(described(door) for door in DOORS)


def setup(app: Sphinx) -> None:
    """Have pages added to as they are read."""
    app.connect("source-read", add)
