"""Registers every kind of import with core's registry."""

from importlib import import_module
from importlib.util import find_spec

from evaluation.site.parts import IMPORTS
from surveys.core.imports import Importer, importers, register_importer


def kinds() -> dict[str, Importer]:
    """Every kind of import by name."""
    for name in IMPORTS:
        if find_spec(name):
            register_importer(import_module(name).importer)
    return importers()
