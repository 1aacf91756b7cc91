"""What a domain is like, as a text for a terminal."""

from collections.abc import Iterator
from textwrap import wrap

from sim.domains import Domain, DomainAnalysis, analyse
from sim.domains.domain import SIDES

WIDTH = 80
"""Columns that a line may take."""

_LABELS = {
    "nash": "Nash",
    "kalai_smorodinsky": "Kalai–Smorodinsky",
    "egalitarian": "egalitarian",
    "utilitarian": "utilitarian (largest sum)",
}
_NAME = 40
_NUMBER = 11


def report(domain: Domain) -> str:
    """Say what a domain is like, in lines of at most `WIDTH` columns."""
    found = analyse(domain)
    parts = (_title(domain), _issues(domain), _facts(found), _solutions(domain, found))
    return "\n\n".join("\n".join(part) for part in parts) + "\n"


def _title(domain: Domain) -> Iterator[str]:
    yield from wrap(
        f"{domain.name}: {_count(len(domain.issues), 'issue')}, {_count(domain.size, 'package')}",
        WIDTH,
    )


def _issues(domain: Domain) -> Iterator[str]:
    yield from _row("issue", "values", *(f"weight {side}" for side in SIDES))
    for issue, values in domain.issues.items():
        weights = (f"{profile.weights[issue]:.3f}" for profile in domain.profiles)
        yield from _row(issue, str(len(values)), *weights)


def _facts(found: DomainAnalysis) -> Iterator[str]:
    yield from _row("no deal", "", *(f"utility {side}" for side in SIDES))
    yield from _row("reservation value", "", *(f"{value:.3f}" for value in found.reservation))
    yield ""
    yield from _row("opposition", f"{found.opposition:.3f}")
    yield from _row("packages on the Pareto frontier", f"{len(found.frontier):,}")
    yield from _row("packages worth no deal to both", f"{found.acceptable:,}")


def _solutions(domain: Domain, found: DomainAnalysis) -> Iterator[str]:
    yield from _row("solution", "", *(f"utility {side}" for side in SIDES))
    for name, package in found.solutions.items():
        label = _LABELS[name]
        if package < 0:
            yield from _row(label, "", "none")
            continue
        yield from _row(label, "", *(f"{value:.3f}" for value in domain.utilities[package]))
        said = "; ".join(f"{issue}: {value}" for issue, value in domain.decode(package).items())
        yield from wrap(said, WIDTH, initial_indent="    ", subsequent_indent="    ")


def _row(name: str, *cells: str) -> Iterator[str]:
    """Give a line of a table; a long name stands on lines of its own."""
    *above, last = wrap(name, _NAME) or [""]
    yield from above
    yield (f"{last:{_NAME}}" + "".join(f"{cell:>{_NUMBER}}" for cell in cells)).rstrip()


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" + ("" if number == 1 else "s")
