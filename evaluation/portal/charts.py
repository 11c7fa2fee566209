"""The charts of an edition as its files hold them: picture, what it says, and the table of its figures."""

import csv
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from django.utils.translation import get_language

from evaluation.portal.queries import PageUnknownError, chart_file
from evaluation.portal.shapes import EditionPage
from evaluation.reports.actions import CHART_INDEX
from evaluation.reports.enums import MEDIA_TYPES
from evaluation.reports.package import canon
from surveys.core.models import StoredFile


@dataclass(frozen=True)
class ShownChart:
    """One chart on the page; rows of the table begin with their name."""

    name: str
    title: str
    alt: str
    heads: Sequence[str]
    rows: Sequence[Sequence[str]]


@lru_cache(maxsize=12)
def _files(digest: str) -> Mapping[str, bytes]:
    return canon.read(bytes(StoredFile.objects.get(pk=digest).content))


def files_of(page: EditionPage) -> Mapping[str, bytes]:
    """The chart files in the reader's language; empty while they are not built."""
    found = chart_file(page, get_language() or "en")
    return {} if found is None else _files(found)


def charts_of(page: EditionPage) -> list[ShownChart]:
    """Every chart in the order in which they are read."""
    files = files_of(page)
    found = []
    for item in json.loads(files.get(CHART_INDEX, b"[]")):
        table = list(csv.reader(io.StringIO(files[f"{item['name']}.csv"].decode())))
        found.append(ShownChart(item["name"], item["title"], item["alt"], table[0], table[1:]))
    return found


def chart(page: EditionPage, name: str) -> tuple[bytes, str]:
    """One file of a chart and its media type."""
    files = files_of(page)
    ending = name.rpartition(".")[2]
    if name not in files or ending not in {"svg", "png", "csv"}:
        raise PageUnknownError(name)
    return files[name], MEDIA_TYPES[ending]
