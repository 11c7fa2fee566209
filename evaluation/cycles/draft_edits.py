"""What the buttons of the scheme editor do to a draft: add, remove, put in order, weigh."""

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import replace
from typing import Any

from evaluation.cycles import draft_rules
from evaluation.cycles.drafts import Draft, children, in_order, neighbours
from evaluation.cycles.enums import BindingSource
from surveys.core.text import LANGUAGES


def _unused(draft: Draft, stem: str) -> str:
    codes = {part["code"] for part in [*draft.parts(), *draft_rules.listed(draft.document)]}
    return next(code for number in range(1, len(codes) + 2) if (code := f"{stem}{number}") not in codes)


def add_node(draft: Draft, parent: str) -> Draft:
    """A new branch of weight 1 under a node."""
    code = _unused(draft, "part")
    node = {
        "code": code,
        "parent": parent,
        "weight": 1,
        "aggregate": "amean",
        "name": dict.fromkeys(LANGUAGES, ""),
    }
    nodes = [*draft.document["nodes"], node]
    return replace(draft, document=draft.document | {"nodes": nodes}, fresh=draft.fresh | {code})


def add_indicator(draft: Draft, parent: str) -> Draft:
    """A new indicator of weight 1 under a node, read as residents' ratings until told otherwise."""
    code = _unused(draft, "indicator")
    leaf = {
        "code": code, "parent": parent, "weight": 1, "direction": 1, "normalise": {"method": "none"},
        "name": dict.fromkeys(LANGUAGES, ""),
    }  # fmt: skip
    binding = {"from": str(BindingSource.TALLY), "formula": "linear100"}
    return Draft(
        draft.document | {"indicators": [*draft.document["indicators"], leaf]},
        draft.bindings | {code: binding},
        draft.fresh | {code},
    )


def remove(draft: Draft, code: str) -> Draft:
    """Without a part and everything under it; its bindings and weights go with it."""
    gone = {code}
    while more := {part["code"] for part in draft.parts() if part.get("parent") in gone} - gone:
        gone |= more
    document = draft.document | {
        key: [part for part in draft.document[key] if part["code"] not in gone]
        for key in ("nodes", "indicators")
    }
    weights = draft.document.get("weights") or {}
    document["weights"] = {node: rule for node, rule in weights.items() if node not in gone}
    bindings = {column: _without(item, gone) for column, item in draft.bindings.items() if column not in gone}
    return Draft(document, bindings, draft.fresh - gone)


def _without(binding: dict[str, Any], gone: set[str]) -> dict[str, Any]:
    if not isinstance(binding.get("of"), list):
        return binding
    return binding | {"of": [code for code in binding["of"] if code not in gone]}


def move(draft: Draft, code: str, step: int) -> Draft:
    """A part one place earlier (step −1) or later (+1) among its siblings; weights by comparison move along.

    The same draft where there is no such place. Places count within branches and within indicators: the engine
    takes a node's branches first.
    """
    document = deepcopy(draft.document)
    moved = replace(draft, document=document)
    for parts in (document["nodes"], document["indicators"]):
        at = next((i for i, part in enumerate(parts) if part["code"] == code), None)
        if at is None:
            continue
        to = neighbours(moved, parts[at])[0 if step < 0 else 1]
        if to is None:
            return draft
        parent = parts[at].get("parent")
        before = [part["code"] for part in children(moved, parent)]
        parts[at], parts[to] = parts[to], parts[at]
        after = [part["code"] for part in children(moved, parent)]
        rule = (document.get("weights") or {}).get(parent)
        if rule is not None:
            document["weights"][parent] = in_order(rule, [before.index(one) for one in after])
        return moved
    return draft


def add_adjustment(draft: Draft) -> Draft:
    """A new deduction of one point an event on the ranked node, counted by a KPI that is still to be named."""
    code = _unused(draft, "rule")
    rank = draft.document.get("rank") or {}
    root = next((node["code"] for node in draft.document["nodes"] if node.get("parent") is None), "")
    rule = {
        "code": code, "kind": "deduction", "node": rank.get("node") or root, "column": f"{code}_events", "each": 1,
        "name": dict.fromkeys(LANGUAGES, ""),
    }  # fmt: skip
    return Draft(
        draft.document | {"adjustments": [*draft_rules.listed(draft.document), rule]},
        draft.bindings | {f"{code}_events": {"from": str(BindingSource.KPI)}},
        draft.fresh | {code},
    )


def remove_adjustment(draft: Draft, code: str) -> Draft:
    """Without a deduction, bonus or veto; the column of its events goes unless another rule reads it."""
    rules = [rule for rule in draft_rules.listed(draft.document) if rule["code"] != code]
    document = draft.document | {"adjustments": rules}
    bindings = draft_rules.kept(draft.bindings, draft.document, document)
    return Draft(document, bindings, draft.fresh - {code})


STEPS = {"up": -1, "down": 1}


def changed(draft: Draft, order: str, code_of: Mapping[str, str]) -> Draft:
    """The draft after a button of the form; an order that means nothing here changes nothing.

    Orders: "node PARENT", "leaf PARENT", "remove CODE", "up CODE", "down CODE", "adjustment", "unadjust CODE".
    """
    verb, _space, was = order.partition(" ")
    code = code_of.get(was, was)
    nodes = {node["code"] for node in draft.document["nodes"]}
    codes = {part["code"] for part in draft.parts() if part.get("parent") is not None}
    if verb == "node" and code in nodes:
        return add_node(draft, code)
    if verb == "leaf" and code in nodes:
        return add_indicator(draft, code)
    if verb == "remove" and code in codes:
        return remove(draft, code)
    if verb in STEPS and code in codes:
        return move(draft, code, STEPS[verb])
    if order == "adjustment":
        return add_adjustment(draft)
    if verb == "unadjust":
        return remove_adjustment(draft, code)
    return draft


def with_weights(
    draft: Draft, node: str, rule: Mapping[str, Any] | None, weights: Mapping[str, float]
) -> Draft:
    """Other weights of a node's children: a rule of the engine such as AHP, or numbers by child."""
    document = deepcopy(draft.document)
    held = {code: item for code, item in (document.get("weights") or {}).items() if code != node}
    document["weights"] = held if rule is None else held | {node: dict(rule)}
    for part in [*document["nodes"], *document["indicators"]]:
        if part["code"] in weights:
            part["weight"] = weights[part["code"]]
    return replace(draft, document=document)
