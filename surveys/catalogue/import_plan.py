"""Plans what a catalogue file would change: checks every row against the file and the database.

Every fault is found in one pass; nothing is written here.
"""

from collections.abc import Callable

from django.utils.translation import gettext as _

from surveys.catalogue.import_rows import (
    Item,
    Plan,
    State,
    code_fault,
    names_of,
    networks_of,
    ordered,
    present_groups,
    present_organisations,
    present_points,
    present_regions,
    present_services,
    taken,
)
from surveys.catalogue.import_versions import plan_versions
from surveys.core.workbooks import Reading, Row

PRESENT: dict[str, Callable[[], dict[str, State]]] = {
    "regions": present_regions,
    "peer_groups": present_groups,
    "organisations": present_organisations,
    "services": present_services,
    "points": present_points,
}
REFERENCES = {
    "regions": {"parent": "regions"},
    "peer_groups": {},
    "organisations": {"parent": "organisations", "region": "regions", "peer_group": "peer_groups"},
    "services": {"organisation": "organisations"},
    "points": {"organisation": "organisations", "parent": "points", "service": "services"},
}
DEFAULTS: dict[str, State] = {
    "regions": {"level": None, "parent": "", "retired_on": None},
    "peer_groups": {"retired_on": None},
    "organisations": {
        "parent": "", "region": "", "peer_group": "", "telephone": "", "retired_on": None,
    },
    "services": {"organisation": "", "retired_on": None},
    "points": {
        "organisation": "", "kind": "", "parent": "", "service": "", "allowed_networks": [],
        "retired_on": None,
    },
}  # fmt: skip


NAME_KEYS = ("name_zh_hans", "name_zh_hant", "name_en")


class Planner:
    """Walks the sheets in the order in which they refer to each other."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.plan = Plan(errors=list(reading.errors), n_rows=sum(len(rows) for rows in reading.rows.values()))
        self.present = {kind: load() for kind, load in PRESENT.items()}
        self.wanted: dict[str, dict[str, State]] = {}
        self.unread = {
            kind for kind, rows in reading.rows.items() if any(row.values["code"] is None for row in rows)
        }

    def run(self) -> Plan:
        for kind in PRESENT:
            self.plan.items[kind] = self._items(kind)
            self.wanted[kind] = {item.code: item.wanted for item in self.plan.items[kind]}
        for kind, items in self.plan.items.items():
            for item in items:
                self._check(kind, item)
        for kind in ("regions", "organisations", "points"):
            self._order(kind)
        plan_versions(self.reading, self.plan)
        self._retirements()
        self.plan.errors.sort(key=lambda error: (error.sheet, error.row, len(error.column), error.column))
        return self.plan

    def _fault(self, item: Item, key: str, code: str, message: str, fix: str) -> None:
        self.plan.errors.append(item.error(key, code, message, fix))

    def _items(self, kind: str) -> list[Item]:
        """One item a code; of a service's rows the one of its latest version speaks for the service."""
        found: dict[str, Item] = {}
        for row in self.reading.rows.get(kind, []):
            code = row.values["code"]
            if code is None:
                continue
            item = self._item(kind, code, row)
            if code not in found:
                found[code] = item
            elif kind != "services":
                self._fault(
                    item,
                    "code",
                    "code_twice",
                    _("The code “%(code)s” stands in row %(row)d already.")
                    % {"code": code, "row": found[code].row.number},
                    _("Keep one of the two rows."),
                )
            elif _starts(row) >= _starts(found[code].row):
                found[code] = item
        return list(found.values())

    def _item(self, kind: str, code: str, row: Row) -> Item:
        present = self.present[kind].get(code)
        wanted: State = {"names": names_of(row, present["names"] if present else {})}
        for key, empty in DEFAULTS[kind].items():
            wanted[key] = taken(row, present, key, empty)
        item = Item(code, row, wanted, present)
        if kind == "points" and isinstance(wanted["allowed_networks"], str):
            try:
                wanted["allowed_networks"] = networks_of(wanted["allowed_networks"])
            except ValueError:
                self._fault(
                    item,
                    "allowed_networks",
                    "not_a_network",
                    _("“%(found)s” is not a list of networks.") % {"found": wanted["allowed_networks"]},
                    _("Write networks such as 10.1.0.0/16, separated by commas."),
                )
        return item

    def _check(self, kind: str, item: Item) -> None:
        if fault := code_fault(kind, item.code):
            self._fault(item, "code", "bad_code", fault, _("Write the code as in the official list."))
        if not item.wanted["names"]:
            self._fault(
                item,
                next((key for key in NAME_KEYS if key in item.row.letters), NAME_KEYS[0]),
                "name_missing",
                _("The row has no name in any language."),
                _("Write the name in at least one language."),
            )
        for key, target in REFERENCES[kind].items():
            self._check_reference(item, key, target)
        level, parent = item.wanted.get("level"), item.wanted.get("parent")
        if kind == "regions" and level and parent:
            above = self._wanted("regions", parent)
            if above and above["level"] and above["level"] >= level:
                self._fault(
                    item,
                    "parent",
                    "level_order",
                    _("The region “%(code)s” is not of a higher level.") % {"code": parent},
                    _("Write the code of a region of a higher level, or mend the levels."),
                )

    def _wanted(self, kind: str, code: str) -> State | None:
        """What a row will be after the import: as in the file, else as in the database."""
        return self.wanted[kind].get(code) or self.present[kind].get(code)

    def _check_reference(self, item: Item, key: str, target: str) -> None:
        code = item.wanted[key]
        if not code or target in self.unread:
            return
        state = self._wanted(target, code)
        if state is None:
            self._fault(
                item,
                key,
                "unknown_code",
                _("There is no “%(code)s” in this file or in the system.") % {"code": code},
                _("Write a code that exists, or add the row it belongs to."),
            )
        elif state["retired_on"] is not None and item.wanted["retired_on"] is None:
            self._fault(
                item,
                key,
                "retired_code",
                _("“%(code)s” is retired.") % {"code": code},
                _("Write the code of one that is in use."),
            )

    def _order(self, kind: str) -> None:
        """Put parents before children; a circle through the file or the database is an error."""
        items = self.plan.items[kind]
        sorted_items = ordered(items, lambda item: item.wanted["parent"])
        parents = {code: state["parent"] for code, state in self.present[kind].items()}
        parents |= {item.code: item.wanted["parent"] for item in items}
        for item in items:
            if _comes_back(item.code, parents):
                self._fault(
                    item,
                    "parent",
                    "circle",
                    _("“%(code)s” would lie under itself.") % {"code": item.code},
                    _("Write another parent in one of the rows of the circle."),
                )
        self.plan.items[kind] = sorted_items

    def _retirements(self) -> None:
        """Nothing in use may be left under something retired by this file."""
        for kind in ("organisations", "regions", "peer_groups", "services"):
            gone = [
                item
                for item in self.plan.items[kind]
                if item.wanted["retired_on"] and not (item.present and item.present["retired_on"])
            ]
            if not gone:
                continue
            used = self._in_use(kind)
            for item in gone:
                if item.code in used:
                    self._fault(
                        item,
                        "retired_on",
                        "still_in_use",
                        _("“%(code)s” still has “%(other)s” in use below it.")
                        % {"code": item.code, "other": used[item.code]},
                        _("Retire or move what is below it first."),
                    )

    def _in_use(self, target: str) -> dict[str, str]:
        """For each code of a kind, something in use after the import that refers to it."""
        used: dict[str, str] = {}
        for kind, keys in REFERENCES.items():
            for key, referred in keys.items():
                if referred != target:
                    continue
                states = self.present[kind] | self.wanted[kind]
                for code, state in states.items():
                    if state["retired_on"] is None and state[key]:
                        used.setdefault(state[key], code)
        return used


def _starts(row: Row) -> str:
    """The first day of a row's version, as sortable text; rows without one come first."""
    return str(row.values["valid_from"] or "")


def _comes_back(code: str, parents: dict[str, str]) -> bool:
    """Following parents from here leads back here."""
    at, steps = parents.get(code, ""), 0
    while at and at != code and steps <= len(parents):
        at, steps = parents.get(at, ""), steps + 1
    return at == code


def planned(reading: Reading) -> Plan:
    """Check a reading of a catalogue file and say what it would change."""
    return Planner(reading).run()
