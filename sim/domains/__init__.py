"""Negotiation domains with given utilities: files, what they are like, talks as domains."""

from sim.domains.analysis import Analysis, analyse
from sim.domains.domain import Domain, Profile
from sim.domains.files import FILES, FORMS, Form, read, write
from sim.domains.talks import Export, export

__all__ = [
    "FILES",
    "FORMS",
    "Analysis",
    "Domain",
    "Export",
    "Form",
    "Profile",
    "analyse",
    "export",
    "read",
    "write",
]
