"""Turns the stored pages of an edition into the shapes the portal shows."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from evaluation.portal.records import Correction, Names, ObjectionNote, ServiceRecord, SourceFile
from evaluation.portal.shapes import (
    Agreement,
    Cell,
    Change,
    EditionPage,
    LevelCounts,
    Lift,
    Node,
    Period,
    Reason,
    Row,
    Target,
    Trial,
    UnitDetail,
    names_of,
)
from evaluation.rankings.enums import PlacementState
from evaluation.rankings.models import Edition

JSON = Mapping[str, Any]
MANY_ALIKE = 3


def read_edition(edition: Edition) -> EditionPage:
    """The whole edition; the stored JSON is trusted, it was made and digested at publication."""
    pages: JSON = edition.pages
    cycle, scheme, facts = pages["cycle"], pages["scheme"], pages.get("facts", {})
    made = pages["edition"]
    nodes = tuple(_nodes(pages["nodes"]))
    rows = tuple(_row(item) for item in pages["ranking"])
    rows = with_short_names(rows)
    return EditionPage(
        cycle=cycle["code"],
        names=names_of(cycle["names"]),
        starts_on=date.fromisoformat(cycle["starts_on"]),
        ends_on=date.fromisoformat(cycle["ends_on"]),
        is_synthetic=bool(cycle.get("is_synthetic")),
        notes=tuple(names_of(note) for note in cycle.get("notes", ())),
        number=edition.number,
        digest=edition.digest,
        published_at=edition.published_at,
        withdrawn_at=edition.withdrawn_at,
        withdrawal_reason=names_of(edition.withdrawal_reason),
        changes=names_of(edition.changes),
        input_digest=made["input_digest"],
        is_sealed=bool(made.get("is_sealed")),
        scheme_digest=made["scheme_digest"],
        code_version=made["code_version"],
        n_draws=int(made.get("draws") or 0),
        seed=int(made.get("seed") or 0),
        coverage=float(made.get("coverage") or 0.95),
        scheme=scheme["code"],
        scheme_version=scheme["version"],
        scheme_names=names_of(scheme["names"]),
        scheme_source=str(scheme.get("source") or ""),
        previous=str(pages.get("previous") or ""),
        root=scheme["root"],
        nodes=nodes,
        rows=rows,
        details={code: _detail(item) for code, item in pages.get("units", {}).items()},
        agreements=tuple(
            Agreement(a["a"], a["b"], a["spearman"], a["n"]) for a in facts.get("agreement", ())
        ),
        reliability=facts.get("reliability"),
        all_levels=_levels(facts.get("all_levels")),
        trials=tuple(_trial(item) for item in pages.get("weights", ())),
        sources=tuple(_source(item) for item in pages.get("sources", ())),
        has_joint=any(row.joint_lower is not None for row in rows),
        objections=tuple(_objection(item) for item in pages.get("objections", ())),
        overrides=tuple(names_of(item["reason"]) for item in pages.get("overrides", ())),
        services={code: _service(code, item) for code, item in pages.get("services", {}).items()},
        corrections=tuple(
            Correction(x["unit"], x["node"], x["measure"], x["before"], x["after"])
            for x in pages.get("corrections", ())
        ),
    )


def _nodes(items: Iterable[JSON]) -> Iterable[Node]:
    depth: dict[str | None, int] = {None: -1}
    for item in items:
        depth[item["code"]] = depth[item["parent"]] + 1
        yield Node(
            code=item["code"],
            parent=item["parent"],
            names=names_of(item["names"]),
            share=float(item["share"]),
            depth=depth[item["code"]],
            is_indicator=bool(item["indicator"]),
            origin=str(item.get("from") or ""),
            formula=str(item.get("formula") or ""),
            display=str(item.get("display") or "points"),
            reading=str(item.get("reading") or ""),
            measure_unit=str(item.get("measure_unit") or ""),
            direction=int(item.get("direction") or 1),
            periods=tuple(_period(period) for period in item.get("periods", ())),
            n=item.get("n"),
            base=names_of(item.get("what_n")),
        )


def _period(item: JSON) -> Period:
    return Period(
        names_of(item.get("text")),
        date.fromisoformat(item["starts_on"]) if item.get("starts_on") else None,
        date.fromisoformat(item["ends_on"]) if item.get("ends_on") else None,
    )


def _row(item: JSON) -> Row:
    return Row(
        unit=item["unit"],
        names=names_of(item["names"]),
        short_names=names_of(item.get("short")),
        peer_group=names_of(item.get("peer_group")),
        is_ranked=item["state"] == PlacementState.RANKED,
        reason=names_of(item.get("reason")),
        score=item.get("score"),
        se=item.get("se"),
        rank=item.get("rank"),
        lower=item.get("lower"),
        upper=item.get("upper"),
        joint_lower=item.get("joint_lower"),
        joint_upper=item.get("joint_upper"),
        tier=item.get("tier") or "",
        grade=item.get("grade") or "",
        cells={code: _cell(cell) for code, cell in item["cells"].items()},
        figures=item.get("figures", {}),
    )


def _cell(item: JSON) -> Cell:
    return Cell(
        raw=item.get("raw"),
        points=item.get("points"),
        contribution=item.get("contribution"),
        possible=item.get("possible"),
        n=item.get("n"),
        numerator=item.get("numerator"),
        denominator=item.get("denominator"),
        lower=item.get("lower"),
        upper=item.get("upper"),
        period=names_of(item.get("period")),
        missing=names_of(item.get("missing")),
        figure=item.get("figure") or "",
    )


def _detail(item: JSON) -> UnitDetail:
    return UnitDetail(
        lifts=tuple(
            Lift(
                x["node"],
                names_of(x["text"]),
                names_of(x.get("detail")),
                x["score"],
                x["gain"],
                x.get("rank"),
            )
            for x in item.get("lift", ())
        ),
        targets=tuple(
            Target(
                names_of(x["names"]),
                float(x["target"]),
                int(x["direction"]),
                tuple(x["values"].items()),
                x.get("met"),
            )
            for x in item.get("targets", ())
        ),
        levels=_levels(item.get("levels")),
        reasons=tuple(
            Reason(names_of(x["names"]), x.get("n"), float(x["share"])) for x in item.get("reasons", ())
        ),
        change=_change(item.get("change")),
    )


def _change(item: JSON | None) -> Change | None:
    if not item:
        return None
    return Change(
        cycle=item["cycle"],
        names=names_of(item["names"]),
        score=item.get("score"),
        rank=item.get("rank"),
        score_change=item.get("score_change"),
        rank_change=item.get("rank_change"),
        parts=tuple((names_of(part["names"]), float(part["points"])) for part in item.get("parts", ())),
        is_comparable=bool(item.get("comparable", True)),
        why_not=names_of(item.get("why_not")),
    )


def _levels(item: JSON | None) -> LevelCounts | None:
    if not item:
        return None
    rows: list[tuple[Names, int, int]] = [
        (names_of(row["names"]), int(row["level"]), int(row["n"])) for row in item["rows"]
    ]
    return LevelCounts(
        scale=item["scale"],
        rows=tuple(rows),
        n=sum(n for _names, _level, n in rows),
        period=names_of(item.get("period")),
        source=names_of(item.get("source")),
    )


def _trial(item: JSON) -> Trial:
    return Trial(
        weights=tuple((code, float(weight)) for code, weight in item["weights"].items()),
        ranks={unit: rank for unit, rank in item["ranks"].items() if rank is not None},
        scores={unit: score for unit, score in item.get("scores", {}).items() if score is not None},
    )


def _objection(item: JSON) -> ObjectionNote:
    return ObjectionNote(
        unit=item["unit"],
        names=names_of(item["names"]),
        node=item.get("node") or "",
        text=item["text"],
        lodged_on=date.fromisoformat(item["lodged_on"]),
        is_upheld=bool(item.get("upheld")),
        decision=item.get("decision") or "",
    )


def _service(code: str, item: JSON) -> ServiceRecord:
    return ServiceRecord(
        code=code,
        names=names_of(item["names"]),
        unit=item["unit"],
        points=item.get("points"),
        margin=item.get("margin"),
        least=item.get("from"),
        most=item.get("to"),
        period=names_of(item.get("period")),
        missing=names_of(item.get("missing")),
    )


def _source(item: JSON) -> SourceFile:
    return SourceFile(
        item["name"], item["digest"], item.get("rows"), item.get("kind", ""), names_of(item.get("origin"))
    )


def with_short_names(rows: tuple[Row, ...]) -> tuple[Row, ...]:
    """English names without the words most of them begin with ("Department of"), where none is given."""
    starts = Counter(
        name.partition(" of ")[0] + " of " for row in rows if " of " in (name := row.names.get("en", ""))
    )
    common = next((start for start, n in starts.most_common(1) if n >= MANY_ALIKE), "")
    if not common:
        return rows
    return tuple(
        replace(row, short_names={**row.names, "en": row.names["en"].removeprefix(common)})
        if not row.short_names and row.names.get("en", "").startswith(common)
        else row
        for row in rows
    )
