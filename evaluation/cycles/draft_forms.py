"""The form of the scheme editor read back into a draft."""

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from evaluation.cycles import draft_rules
from evaluation.cycles.draft_values import read_scale, rows_from, source_from, typed
from evaluation.cycles.drafts import MEASURES, MOST_LINES, READINGS, Draft, aggregate_of, children, in_order
from evaluation.cycles.enums import BindingSource
from surveys.core.text import LANGUAGES

KEYS = (
    *("was", "code", "kind", "fresh", "parent", "weight", "aggregate", "p", "weighting", "direction"),
    *(
        "normalise",
        "source",
        "measure",
        "outcome",
        "reading",
        *(f"name-{language}" for language in LANGUAGES),
    ),
)


def read(post: Mapping[str, str], base: Draft) -> Draft:
    """The draft a form describes, over the stored one: what the form does not show stays as it was."""
    document, bindings = deepcopy(base.document), dict(base.bindings)
    rows, code_of = _rows(post), renamed(post)
    old = {part["code"]: part for part in base.parts()}
    document |= _head(post, document)
    document["nodes"] = [_node(row, old, code_of) for row in rows if row["kind"] == "node"]
    document["indicators"] = [
        _leaf(row, post, i, old, code_of) for i, row in enumerate(rows) if row["kind"] == "leaf"
    ]
    document["weights"] = _weightings(rows, base.document.get("weights") or {})
    gone = {leaf["code"] for leaf in base.document["indicators"]}
    bindings = {column: item for column, item in bindings.items() if column not in gone}
    for row in rows:
        if row["kind"] == "leaf" and row["source"]:
            bindings[row["code"] or row["was"]] = _binding(row, base.bindings.get(row["was"], {}))
    document["weights"] = _ordered(base, document, code_of)
    fresh = {row["code"] for row in rows if row["fresh"]}
    changed, bindings, new = draft_rules.read(post, document, bindings, code_of)
    return Draft(changed, bindings, frozenset(fresh | new))


def _rows(post: Mapping[str, str]) -> list[dict[str, str]]:
    count = min(int(post.get("lines", "0")) if post.get("lines", "").isdecimal() else 0, MOST_LINES)
    return [{key: post.get(f"{key}-{i}", "").strip() for key in KEYS} for i in range(count)]


def renamed(post: Mapping[str, str]) -> dict[str, str]:
    """The code of each line as it is now, by the code it had when the page was drawn."""
    return {row["was"]: row["code"] or row["was"] for row in _rows(post)}


def _head(post: Mapping[str, str], document: Mapping[str, Any]) -> dict[str, Any]:
    missing = dict(document.get("missing") or {})
    rank = dict(document.get("rank") or {})
    missing |= {"rule": post.get("rule", ""), "availability": typed(post.get("availability", ""))}
    if missing["rule"] != "redistribute":
        missing.pop("to", None)
    decimals = post.get("decimals", "").strip()
    rank |= {"ties": post.get("ties", ""), "decimals": typed(decimals) if decimals else None}
    return {
        "code": post.get("scheme-code", "").strip(),
        "version": post.get("version", "").strip(),
        "name": {language: post.get(f"scheme-name-{language}", "").strip() for language in LANGUAGES},
        "missing": missing,
        "rank": rank,
    }


def _common(row: Mapping[str, str], old: Mapping[str, Any], code_of: Mapping[str, str]) -> dict[str, Any]:
    part: dict[str, Any] = deepcopy(dict(old.get(row["was"], {})))
    part["code"] = row["code"] or row["was"]
    part["parent"] = code_of.get(row["parent"], row["parent"]) or None
    if row["weight"] or part["parent"] is not None:
        part["weight"] = typed(row["weight"])
    part["name"] = {language: row[f"name-{language}"] for language in LANGUAGES}
    return part


def _node(row: Mapping[str, str], old: Mapping[str, Any], code_of: Mapping[str, str]) -> dict[str, Any]:
    part = _common(row, old, code_of)
    if row["aggregate"] != aggregate_of(part):
        part["aggregate"] = row["aggregate"]
        part.pop("p", None)
        part.pop("weights", None)
    if row["aggregate"] == "genmean":
        part["p"] = typed(row["p"]) if row["p"] else 1
    return part


def _leaf(
    row: Mapping[str, str],
    post: Mapping[str, str],
    at: int,
    old: Mapping[str, Any],
    code_of: Mapping[str, str],
) -> dict[str, Any]:
    part = _common(row, old, code_of)
    part["direction"] = typed(row["direction"] or "1")
    part["normalise"] = read_scale(
        row["normalise"],
        part.get("normalise"),
        lambda key: post.get(f"{key}-{at}", "").strip(),
        rows_from(post, f"pairs-{at}", f"raw-{at}", f"points-{at}"),
    )
    return part


def _weightings(rows: list[dict[str, str]], before: Mapping[str, Any]) -> dict[str, Any]:
    """Where weights come from, of the nodes that are left; a method without its matrix or shares keeps the old one."""
    found: dict[str, Any] = {}
    for row in rows:
        if row["kind"] != "node" or row["weighting"] in {"", "manual"}:
            continue
        held = before.get(row["was"]) or {}
        found[row["code"] or row["was"]] = (
            held if held.get("method") == row["weighting"] else {"method": row["weighting"]}
        )
    return found


def _ordered(base: Draft, document: dict[str, Any], code_of: Mapping[str, str]) -> dict[str, Any]:
    """The weights rules with matrix and shares in the order in which the form now lists a node's parts."""
    found: dict[str, Any] = document["weights"]
    now, was = Draft(document, {}), {code: old for old, code in code_of.items()}
    for node, rule in found.items():
        before = [code_of.get(part["code"], part["code"]) for part in children(base, was.get(node, node))]
        after = [part["code"] for part in children(now, node)]
        if before != after and sorted(before) == sorted(after):
            found[node] = in_order(rule, [before.index(code) for code in after])
    return found


def _binding(row: Mapping[str, str], before: Mapping[str, Any]) -> dict[str, Any]:
    source = row["source"]
    found = source_from(row, before, MEASURES.get(source, ""))
    if source == BindingSource.OUTCOME:
        found["outcome"] = row["outcome"]
    if source in READINGS and row["reading"]:
        found["reading"] = row["reading"]
    return found
