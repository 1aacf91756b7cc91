"""Negotiation domains with given utilities: files, what they are like, talks as domains."""

from sim.domains.analysis import DomainAnalysis, analyse
from sim.domains.bilateral import Export, export
from sim.domains.domain import Domain, Profile
from sim.domains.reading import FILES, FORMS, Form, read, write

__all__ = [
    "FILES", "FORMS", "Domain", "DomainAnalysis", "Export", "Form", "Profile", "analyse",
    "export", "read", "write",
]  # fmt: skip
