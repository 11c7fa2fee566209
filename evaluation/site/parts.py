"""The apps whose menus, urls, imports and API the site gathers; only apps that have the module are asked."""

from importlib import import_module
from importlib.util import find_spec
from types import ModuleType

APPS = (
    "surveys.core",
    "surveys.catalogue",
    "surveys.instruments",
    "surveys.ratings",
    "surveys.fieldwork",
    "surveys.screening",
    "surveys.cases",
    "surveys.tallies",
    "evaluation.cycles",
    "evaluation.evidence",
    "evaluation.rankings",
    "evaluation.reports",
    "evaluation.improvement",
    "evaluation.portal",
)
IMPORTS = (
    "surveys.catalogue.catalogue_import",
    "surveys.core.calendar_import",
    "surveys.ratings.matters_import",
    "surveys.ratings.ratings_import",
    "surveys.ratings.batches_import",
    "surveys.fieldwork.frame_import",
    "evaluation.evidence.kpis_import",
    "evaluation.evidence.audits_import",
    "evaluation.evidence.outcomes_import",
    "evaluation.cycles.scheme_import",
)


def modules(name: str) -> dict[str, ModuleType]:
    """The module of this name in every app that has one, by app."""
    return {app: import_module(f"{app}.{name}") for app in APPS if find_spec(f"{app}.{name}")}
