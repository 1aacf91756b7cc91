"""Texts and tables of the page that every reader and every width can take; all are escaped."""

from collections.abc import Sequence
from html import escape

from experiments.app import called
from experiments.app.shown.board import Measure
from experiments.app.shown.charts import LegendEntry
from experiments.app.shown.rates import Line

_SIGN = {"off": "○", "requested": "◔", "open": "◑", "reviewed": "●", "refused": "✕"}


def plain(text: str) -> str:
    """Write a text of a config for Streamlit's Markdown, where two dollars make mathematics."""
    return text.replace("\\", "\\\\").replace("$", "\\$")


def docket(measures: Sequence[Measure]) -> str:
    """Show a docket: every measure, its review state, and whether the rule names it."""
    rows = "".join(
        f'<tr><th scope="row">{escape(m.name)}'
        f"{'<small>the rule wants it reviewed</small>' if m.named else ''}</th>"
        f'<td><span class="tt-chip tt-{m.state}"><span aria-hidden="true">{_SIGN[m.state]}</span> '
        f"{called.STATES[m.state]}</span><small>{escape(m.since)}</small></td></tr>"
        for m in measures
    )
    return f'<table class="tt"><tbody>{rows}</tbody></table>'


def tariffs(heads: Sequence[str], lines: Sequence[Line]) -> str:
    """Show tariffs then and now; what differs from no deal is bold."""
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in heads)
    body = "".join(
        f'<tr><th scope="row">{escape(line.name)}</th>'
        + "".join(
            f"<td>{'<b>' if moved else ''}{escape(cell)}{'</b>' if moved else ''}</td>"
            for cell, moved in zip(line.cells, line.moved, strict=True)
        )
        + "</tr>"
        for line in lines
    )
    return _wide(f"<thead><tr><td></td>{head}</tr></thead><tbody>{body}</tbody>")


def table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Show a table of texts; the first one of a row names it."""
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in heads)
    body = "".join(
        f'<tr><th scope="row">{escape(row[0])}</th>'
        + "".join(f"<td>{escape(cell)}</td>" for cell in row[1:])
        + "</tr>"
        for row in rows
    )
    return _wide(f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody>")


def legend(entries: Sequence[LegendEntry]) -> str:
    """Show what the marks of a chart are."""
    items = "".join(
        f'<li><span aria-hidden="true" style="color:{each.colour}">{each.sign}</span> '
        f"{escape(each.name)}</li>"
        for each in entries
    )
    return f'<ul class="tt-legend">{items}</ul>'


def story(told: Sequence[tuple[int, str]]) -> str:
    """List what happened, each with its round."""
    items = "".join(f"<li><span>round {number}</span> {escape(said)}</li>" for number, said in told)
    return (
        '<div class="tt-story" role="group" aria-label="What has happened, the latest first" '
        f'tabindex="0"><ul>{items}</ul></div>'
    )


def _wide(inner: str) -> str:
    return (
        '<div class="tt-wide" role="group" aria-label="Table" tabindex="0">'
        f'<table class="tt tt-numbers">{inner}</table></div>'
    )
