"""Plans the versions of services that a catalogue file asks for; a kept version never changes."""

from datetime import date

from django.utils.translation import gettext as _

from surveys.catalogue.import_rows import PROMISES, Plan, State, WantedVersion, present_versions, taken
from surveys.catalogue.models import ServiceVersion
from surveys.core.workbooks import Reading, Row


def plan_versions(reading: Reading, plan: Plan) -> None:
    """Add to the plan one version a row, in the order of their first days, and the faults among them."""
    kept = present_versions()
    seen: dict[tuple[str, date], int] = {}
    rows = [
        row
        for row in reading.rows.get("services", [])
        if row.values["code"] is not None and row.values["valid_from"] is not None
    ]
    for row in sorted(rows, key=lambda row: (row.values["code"], row.values["valid_from"], row.number)):
        code, start = row.values["code"], row.values["valid_from"]
        if (code, start) in seen:
            plan.errors.append(
                row.error(
                    "valid_from",
                    "version_twice",
                    _("Row %(row)d has a version of this service from the same day.")
                    % {"row": seen[code, start]},
                    _("Keep one of the two rows."),
                )
            )
        else:
            seen[code, start] = row.number
            _plan_version(row, code, kept.get(code, []), plan)


def _plan_version(row: Row, code: str, history: list[ServiceVersion], plan: Plan) -> None:
    start = row.values["valid_from"]
    same = next((version for version in history if version.valid_from == start), None)
    facts = _facts(row, same)
    if same is not None and any(getattr(same, key) != facts[key] for key in PROMISES):
        plan.errors.append(
            row.error(
                "valid_from",
                "version_frozen",
                _("The version from %(day)s is already kept with other values.") % {"day": start},
                _("Write a later day for the new version, or the values as they were."),
            )
        )
    if same is None and history and start < history[-1].valid_from:
        plan.errors.append(
            row.error(
                "valid_from",
                "version_before_last",
                _("The newest version is already valid from %(day)s.") % {"day": history[-1].valid_from},
                _("Write a later day."),
            )
        )
    plan.versions.append(WantedVersion(row, code, facts, same))


def _facts(row: Row, same: ServiceVersion | None) -> State:
    """What the version promises; an absent column keeps what the same version had."""
    empty = dict.fromkeys(PROMISES) | {"handling_code": "", "is_online": False}
    present = {key: getattr(same, key) for key in PROMISES} if same else None
    return {"valid_from": row.values["valid_from"]} | {
        key: taken(row, present, key, empty[key]) for key in PROMISES
    }
