"""What changed between two versions of a questionnaire, place by place."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

from surveys.instruments.shapes import Definition, Option, Question, ReasonTag, Section

Part = Question | ReasonTag | Option | Section

ADDED, REMOVED, CHANGED, MOVED = "added", "removed", "changed", "moved"


@dataclass(frozen=True, slots=True)
class Change:
    """One difference: where, what kind, and both readings."""

    place: str
    kind: str
    before: str = ""
    after: str = ""


def compare(old: Definition, new: Definition) -> list[Change]:
    """Every difference, in the order of the new version; what is gone comes last in its list."""
    found = list(_texts("names", old.names, new.names))
    for name in ("languages", "source", "dated", "status", "header", "scoring"):
        before, after = getattr(old, name), getattr(new, name)
        if before != after:
            found.append(Change(name, CHANGED, _shown(before), _shown(after)))
    found += _texts("warnings", old.warnings, new.warnings)
    found += _lists("sections", _by(old.sections, "code"), _by(new.sections, "code"))
    found += _lists("questions", _by(old.questions, "code"), _by(new.questions, "code"))
    found += _lists("tags", _by(old.tags, "code"), _by(new.tags, "code"))
    return found


def breaks_series(changes: list[Change]) -> bool:
    """Whether answers can no longer be laid beside earlier ones: wording, options or scale changed."""
    return any(
        change.place.startswith("questions") and not change.place.endswith((".hints", ".appearance"))
        for change in changes
    )


def _by(items: tuple[Any, ...], key: str) -> dict[str, Any]:
    return {getattr(item, key): item for item in items}


def _lists(place: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Change]:
    kept_before = [code for code in old if code in new]
    kept_after = [code for code in new if code in old]
    for code, item in new.items():
        where = f"{place}.{code}"
        if code not in old:
            yield Change(where, ADDED, after=_shown(item))
            continue
        if kept_before.index(code) != kept_after.index(code):
            yield Change(where, MOVED, str(kept_before.index(code) + 1), str(kept_after.index(code) + 1))
        yield from _item(where, old[code], item)
    for code, item in old.items():
        if code not in new:
            yield Change(f"{place}.{code}", REMOVED, before=_shown(item))


def _item(place: str, old: Part, new: Part) -> Iterator[Change]:
    for field in fields(new):
        before, after = getattr(old, field.name), getattr(new, field.name)
        if before == after:
            continue
        where = f"{place}.{field.name}"
        if field.name in {"texts", "hints", "constraint_texts"}:
            yield from _texts(where, before, after)
        elif field.name in {"options", "rows"}:
            yield from _lists(where, _by(before, "value"), _by(after, "value"))
        else:
            yield Change(where, CHANGED, _shown(before), _shown(after))


def _texts(place: str, old: Mapping[str, str], new: Mapping[str, str]) -> Iterator[Change]:
    for language in [*new, *(language for language in old if language not in new)]:
        before, after = old.get(language, ""), new.get(language, "")
        if before != after:
            kind = ADDED if not before else REMOVED if not after else CHANGED
            yield Change(f"{place}.{language}", kind, before, after)


def _shown(value: Any) -> str:
    if isinstance(value, tuple | list):
        return ", ".join(_shown(item) for item in value)
    if is_dataclass(value) and hasattr(value, "texts"):
        return str(value)
    return "" if value is None else str(value)
