"""Says where each column of a scheme comes from: the source and its parameters, checked as a whole."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from evaluation.cycles.enums import BindingSource, Reading
from scoring.checks import needed_columns
from scoring.satisfaction import FORMULAS
from scoring.types import Scheme

ALLOWED: dict[str, frozenset[str]] = {
    BindingSource.TALLY: frozenset({"question", "formula", "sources", "channels"}),
    BindingSource.SURVEY: frozenset({"survey", "item", "formula"}),
    BindingSource.FUNNEL: frozenset({"formula"}),
    BindingSource.CASE: frozenset({"formula"}),
    BindingSource.KPI: frozenset({"kpi"}),
    BindingSource.KPI_TARGETS: frozenset({"dimension", "reading", "unreported"}),
    BindingSource.AUDIT: frozenset({"audit", "reading"}),
    BindingSource.FINDINGS: frozenset({"audit", "finding"}),
    BindingSource.OUTCOME: frozenset({"outcome", "formula", "reading"}),
    BindingSource.SAMPLE: frozenset({"of"}),
    BindingSource.PEER_GROUP: frozenset(),
}
REQUIRED: dict[str, frozenset[str]] = {
    BindingSource.TALLY: frozenset({"formula"}),
    BindingSource.SURVEY: frozenset({"formula"}),
    BindingSource.FUNNEL: frozenset({"formula"}),
    BindingSource.CASE: frozenset({"formula"}),
    BindingSource.KPI: frozenset({"kpi"}),
    BindingSource.AUDIT: frozenset({"audit"}),
    BindingSource.FINDINGS: frozenset({"audit"}),
    BindingSource.OUTCOME: frozenset({"outcome", "formula"}),
    BindingSource.SAMPLE: frozenset({"of"}),
}
LISTS = frozenset({"sources", "channels", "of"})
INDICATOR_SOURCES = frozenset(BindingSource.values) - {BindingSource.SAMPLE, BindingSource.PEER_GROUP}
NUMBER_SOURCES = INDICATOR_SOURCES | {BindingSource.SAMPLE}
UNREPORTED = ("exclude", "not_met")
NOT_BAD = "not_bad_share"
FORMULAS_OF: dict[str, frozenset[str]] = {
    BindingSource.TALLY: frozenset({NOT_BAD, *FORMULAS}),
    BindingSource.SURVEY: frozenset({"linear100", "top_box", "top2", "net"}),
    BindingSource.FUNNEL: frozenset({"active_rate"}),
    BindingSource.OUTCOME: frozenset({"response_rate", "solution_rate", "satisfaction_rate"}),
    BindingSource.CASE: frozenset(
        {
            "rectify_rate",
            "ontime_rate",
            "callback_rate_named",
            "resident_confirmed_rate",
            "relapse_rate",
        }
    ),
}
"""Every formula a source offers; not_bad_share is 1 − bad ÷ all, on any scale that says which levels are bad."""


@dataclass(frozen=True)
class Binding:
    """Where one column's numbers come from.

    `reading` says whether a finite list (targets, checked requests) is read as a sample of what the office
    does, so that its sampling error counts, or as a full count without one. `unreported` says whether a
    target without a reported value leaves the denominator or counts as not met.
    """

    source: str
    formula: str = ""
    question: str = "overall"
    survey: str = ""
    item: str = "overall"
    kpi: str = ""
    audit: str = ""
    finding: str = ""
    outcome: str = ""
    dimension: str = ""
    reading: str = Reading.SAMPLE
    unreported: str = "exclude"
    sources: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    of: tuple[str, ...] = ()


def parse_bindings(document: Any) -> tuple[dict[str, Binding], list[str]]:
    """The bindings by column, and one sentence for each that cannot be understood."""
    if not isinstance(document, Mapping):
        return {}, [_("The bindings should be an object: a column's code and where it comes from.")]
    bindings: dict[str, Binding] = {}
    faults: list[str] = []
    for column, item in document.items():
        found = _faults_of(str(column), item)
        faults.extend(found)
        if not found:
            values: dict[str, Any] = {
                key: tuple(value) if key in LISTS else value for key, value in item.items() if key != "from"
            }
            bindings[str(column)] = Binding(source=item["from"], **values)
    return bindings, faults


def _faults_of(column: str, item: Any) -> list[str]:
    place = _("Binding of {column}").format(column=column)
    if not isinstance(item, Mapping) or item.get("from") not in BindingSource.values:
        known = ", ".join(BindingSource.values)
        return [_("{place}: “from” should be one of {known}.").format(place=place, known=known)]
    source = item["from"]
    faults = [
        _("{place}: the key “{key}” is not known for “{source}”.").format(place=place, key=key, source=source)
        for key in item
        if key != "from" and key not in ALLOWED[source]
    ]
    faults += [
        _("{place}: the key “{key}” is missing.").format(place=place, key=key)
        for key in sorted(REQUIRED.get(source, frozenset()))
        if not item.get(key)
    ]
    for key, value in item.items():
        listed = isinstance(value, list) and all(isinstance(part, str) for part in value)
        if not (listed if key in LISTS else isinstance(value, str)):
            faults.append(
                _("{place}: the key “{key}” has a wrong kind of value.").format(place=place, key=key)
            )
    choices_of = {
        "reading": Reading.values,
        "unreported": UNREPORTED,
        "formula": sorted(FORMULAS_OF.get(source, frozenset({""}))),
    }
    for key, choices in choices_of.items():
        if item.get(key, choices[0]) not in choices:
            faults.append(
                _("{place}: “{key}” should be one of {known}.").format(
                    place=place, key=key, known=", ".join(choices)
                )
            )
    return faults


def check_bindings(scheme: Scheme, bindings: Mapping[str, Binding]) -> list[str]:
    """One sentence for each column the scheme reads and no binding fills, and the other way round."""
    numbers, groups = needed_columns(scheme)
    wanted = {
        **dict.fromkeys(groups, frozenset({str(BindingSource.PEER_GROUP)})),
        **dict.fromkeys(numbers, NUMBER_SOURCES),
        **dict.fromkeys(scheme.codes, INDICATOR_SOURCES),
    }
    faults = [
        _("The scheme reads the column {column}, but no binding says where it comes from.").format(
            column=column
        )
        for column in wanted
        if column not in bindings
    ]
    for column, binding in bindings.items():
        if column not in wanted:
            faults.append(
                _("There is a binding for {column}, which the scheme does not read.").format(column=column)
            )
        elif binding.source not in wanted[column]:
            faults.append(
                _("The column {column} cannot come from “{source}”.").format(
                    column=column, source=binding.source
                )
            )
        faults += [
            _("Binding of {column}: {code} is not an indicator of the scheme.").format(
                column=column, code=code
            )
            for code in binding.of
            if code not in scheme.codes
        ]
    return faults
