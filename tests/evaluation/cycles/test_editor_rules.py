"""The scheme editor beyond the tree: order of siblings, tables of points, deductions, bonus, veto, and grades."""

import re
from html import unescape
from typing import Any

import pytest
from django.test import Client

from evaluation.cycles.actions import take_round
from evaluation.cycles.experts import Opinion, opinion, together
from evaluation.cycles.models import SchemeDocument
from scoring.schemes import scheme_from_json
from tests.evaluation.cycles.test_editor import fields, form_of, office, preset, row_of, url
from tests.worlds.clock import NOON
from tests.worlds.people import person

__all__ = ["office"]
pytestmark = pytest.mark.django_db


def pressed(office: Client, scheme: SchemeDocument, form: dict[str, str], order: str) -> dict[str, str]:
    """The form as the page shows it after a button."""
    page = office.post(url("edit", scheme), {**form, "do": order})
    assert page.status_code == 200
    return fields(page.content.decode())


def said(office: Client, scheme: SchemeDocument, form: dict[str, str]) -> str:
    """What the checker says while typing."""
    return unescape(office.post(url("check", scheme), form).content.decode())


def saved(office: Client, scheme: SchemeDocument, form: dict[str, str], version: str = "2") -> SchemeDocument:
    answer = office.post(url("edit", scheme), {**form, "version": version, "do": "save"})
    problems = re.findall(r"<li>(.*?)</li>", answer.content.decode())
    assert answer.status_code == 302, problems
    return SchemeDocument.objects.get(code=scheme.code, version=version)


def children_of(document: dict[str, Any], parent: str) -> list[str]:
    return list(scheme_from_json(document).children[parent])


def test_siblings_change_places_and_nothing_else_changes(office: Client) -> None:
    scheme = preset()
    assert children_of(scheme.document, "total") == ["kpi", "public", "third"]
    form = pressed(office, scheme, form_of(office, scheme), "up third")
    now = saved(office, scheme, form)
    assert children_of(now.document, "total") == ["kpi", "third", "public"]
    for node in ("kpi", "public", "third"):
        assert children_of(now.document, node) == children_of(scheme.document, node)
    again = saved(office, now, pressed(office, now, form_of(office, now), "down third"), "3")
    assert children_of(again.document, "total") == ["kpi", "public", "third"]


def test_the_first_has_no_button_up_and_the_order_does_nothing(office: Client) -> None:
    scheme = preset()
    page = office.get(url("edit", scheme)).content.decode()
    assert 'value="down kpi"' in page
    assert 'value="up kpi"' not in page
    assert 'value="down third"' not in page
    assert 'value="up total"' not in page
    form = form_of(office, scheme)
    for order in ("up kpi", "down third", "up total", "down nobody"):
        assert pressed(office, scheme, form, order) == form


def test_indicators_change_places_among_indicators(office: Client) -> None:
    scheme = preset()
    before = children_of(scheme.document, "public")
    now = saved(office, scheme, pressed(office, scheme, form_of(office, scheme), f"down {before[0]}"))
    assert children_of(now.document, "public") == [before[1], before[0], *before[2:]]


def test_comparisons_in_pairs_follow_their_parts(office: Client) -> None:
    scheme = preset()
    codes = ["kpi", "public", "third"]
    one: Opinion = opinion({"e1-0-1": "3", "e1-0-2": "5", "e1-1-2": "3"}, 1, codes)
    found = together(codes, [one])
    assert found is not None
    take_round(scheme=scheme, node="total", found=found, actor=person("author"), now=NOON)
    scheme = SchemeDocument.objects.get(pk=scheme.pk)
    now = saved(office, scheme, pressed(office, scheme, form_of(office, scheme), "up third"))
    matrix = now.document["weights"]["total"]["matrix"]
    assert [row[0] for row in matrix] == pytest.approx([1, 1 / 5, 1 / 3])
    assert matrix[1] == pytest.approx([1 / 5, 1, 1 / 3])
    assert matrix[2] == pytest.approx([1 / 3, 3, 1])


def test_points_from_a_table_are_typed_in_any_order_and_drawn_through(office: Client) -> None:
    scheme = preset()
    form = form_of(office, scheme)
    at = row_of(form, "ontime")
    form[f"normalise-{at}"] = "points"
    assert "indicator ontime, normalise: points should be two or more pairs with rising raw values" in said(
        office, scheme, form
    )
    form |= {f"raw-{at}-0": "95", f"points-{at}-0": "100", f"raw-{at}-1": "６０", f"points-{at}-1": "0"}
    form |= {f"raw-{at}-2": "80", f"points-{at}-2": "70"}
    assert "The scheme is sound" in said(office, scheme, form)
    now = saved(office, scheme, form)
    leaf = next(item for item in now.document["indicators"] if item["code"] == "ontime")
    assert leaf["normalise"] == {"method": "piecewise", "points": [[60, 0], [80, 70], [95, 100]]}
    form = form_of(office, now)
    shown = [(form[f"raw-{at}-{k}"], form[f"points-{at}-{k}"]) for k in range(int(form[f"pairs-{at}"]))]
    assert shown == [("60", "0"), ("80", "70"), ("95", "100"), ("", ""), ("", ""), ("", "")]
    form[f"raw-{at}-1"] = form[f"points-{at}-1"] = ""
    later = saved(office, now, form, "3")
    leaf = next(item for item in later.document["indicators"] if item["code"] == "ontime")
    assert leaf["normalise"]["points"] == [[60, 0], [95, 100]]


@pytest.mark.parametrize(
    ("cells", "sentence"),
    [
        ((("60", "0"), ("many", "5")), "indicator ontime, normalise: points, pair 2 should be a number, not 'many'"),
        ((("60", "0"), ("90", "")), "indicator ontime, normalise: points, pair 2 should be a number, not ''"),
        ((("60", "0"), ("60", "5")), "two or more pairs with rising raw values"),
        ((("60", "0"),), "two or more pairs with rising raw values"),
    ],
)  # fmt: skip
def test_a_wrong_cell_of_a_table_is_named(office: Client, cells: Any, sentence: str) -> None:
    scheme = preset()
    form = form_of(office, scheme)
    at = row_of(form, "ontime")
    form[f"normalise-{at}"] = "points"
    for k, (raw, points) in enumerate(cells):
        form |= {f"raw-{at}-{k}": raw, f"points-{at}-{k}": points}
    assert sentence in said(office, scheme, form)
    assert office.post(url("edit", scheme), {**form, "do": "save"}).status_code == 422
    assert SchemeDocument.objects.get(pk=scheme.pk).digest == scheme.digest


def test_points_for_single_values(office: Client) -> None:
    scheme = preset()
    form = form_of(office, scheme)
    at = row_of(form, "ontime")
    form[f"normalise-{at}"] = "table"
    form |= {f"raw-{at}-0": "1", f"points-{at}-0": "100", f"raw-{at}-1": "2", f"points-{at}-1": "40"}
    now = saved(office, scheme, form)
    leaf = next(item for item in now.document["indicators"] if item["code"] == "ontime")
    assert leaf["normalise"] == {"method": "table", "table": [[1, 100], [2, 40]]}
    form |= {f"raw-{at}-2": "2", f"points-{at}-2": "50"}
    assert "should have different values" in said(office, scheme, form)


def rule_at(form: dict[str, str], code: str) -> int:
    return next(int(key[9:]) for key, value in form.items() if key.startswith("rule-was-") and value == code)


def test_a_deduction_a_bonus_and_a_veto_are_added_changed_and_removed(office: Client) -> None:
    scheme = preset()
    form = pressed(office, scheme, form_of(office, scheme), "adjustment")
    at = rule_at(form, "rule1")
    assert "Binding of rule1_events: the key “kpi” is missing" in said(office, scheme, form)
    form |= {f"rule-code-{at}": "late_replies", f"rule-kind-{at}": "bonus", f"rule-node-{at}": "public"}
    form |= {f"rule-each-{at}": "0.5", f"rule-cap-{at}": "3", f"rule-opens_above-{at}": "80"}
    form |= {f"rule-column-{at}": "praise", f"rule-source-{at}": "findings", f"rule-measure-{at}": "website"}
    form |= {f"rule-finding-{at}": "bonus", f"rule-name-en-{at}": "Praise"}
    form[f"rule-cap-{rule_at(form, 'deductions')}"] = "12"
    form = pressed(office, scheme, form, "unadjust veto")
    now = saved(office, scheme, form)
    rules = {item["code"]: item for item in now.document["adjustments"]}
    assert list(rules) == ["deductions", "bonus", "late_replies"]
    assert rules["late_replies"] == {
        "code": "late_replies", "kind": "bonus", "node": "public", "column": "praise", "each": 0.5, "cap": 3,
        "opens_above": 80, "name": {"en": "Praise", "zh-hans": "", "zh-hant": ""},
    }  # fmt: skip
    assert rules["deductions"]["cap"] == 12
    assert now.bindings["praise"] == {"from": "findings", "audit": "website", "finding": "bonus"}
    assert "rule1_events" not in now.bindings
    assert "veto_events" not in now.bindings
    assert now.bindings["n_ratings"] == scheme.bindings["n_ratings"]


def test_another_kind_of_rule_asks_for_its_own_numbers_only(office: Client) -> None:
    scheme = preset()
    form = form_of(office, scheme)
    at = rule_at(form, "deductions")
    form[f"rule-kind-{at}"] = "veto"
    assert "adjustment deductions: a veto has either sets_to or caps_grade_at" in said(office, scheme, form)
    form[f"rule-sets_to-{at}"] = "59"
    now = saved(office, scheme, form)
    rule = next(item for item in now.document["adjustments"] if item["code"] == "deductions")
    assert {key: rule.get(key) for key in ("kind", "sets_to", "each", "cap")} == {
        "kind": "veto", "sets_to": 59, "each": None, "cap": None
    }  # fmt: skip


@pytest.mark.parametrize(
    ("field", "text", "sentence"),
    [
        ("cap", "-1", "adjustment deductions: cap should be 0 or more, not -1"),
        ("each", "half", "adjustment deductions: each should be a number, not 'half'"),
        ("node", "nowhere", "adjustment deductions: node nowhere is not a node of the scheme"),
        ("column", "", "adjustment deductions: column should be a text"),
        ("measure", "", "Binding of deduction_points: the key “kpi” is missing"),
        ("code", "bonus", "the code bonus is used twice"),
    ],
)
def test_a_fault_in_a_rule_is_named(office: Client, field: str, text: str, sentence: str) -> None:
    scheme = preset()
    form = form_of(office, scheme)
    form[f"rule-{field}-{rule_at(form, 'deductions')}"] = text
    assert sentence in said(office, scheme, form)


def test_bands_are_typed_as_code_and_mark(office: Client) -> None:
    scheme = preset()
    form = form_of(office, scheme)
    assert form["grades"] == "bands"
    assert (form["bands-code-0"], form["bands-mark-0"]) == ("excellent", "90")
    form |= {"bands-mark-0": "92.5", "bands-code-4": "poor", "bands-mark-4": "50"}
    now = saved(office, scheme, form)
    assert now.document["grades"]["bands"] == [
        {"code": "excellent", "from": 92.5}, {"code": "good", "from": 80}, {"code": "pass", "from": 60},
        {"code": "fail", "from": 0}, {"code": "poor", "from": 50},
    ]  # fmt: skip
    form["bands-mark-4"] = "80"
    assert "grades: two bands begin at 80" in said(office, scheme, form)
    form["bands-mark-4"] = "x"
    assert "band poor: from should be a number, not 'x'" in said(office, scheme, form)


def test_quota_within_peer_groups_brings_its_column_along_and_takes_it_away(office: Client) -> None:
    scheme = preset("citizen_first")
    form = form_of(office, scheme)
    assert form["floor-of-first"] == "82"
    assert "by-group" not in form
    form |= {"by-group": "1", "quota-mark-0": "0.25", "rounding": "nearest"}
    now = saved(office, scheme, form)
    assert now.document["grades"] | {"shares": None} == {
        "by": "quota", "within": "group", "shares": None, "floor": 82, "round": "nearest"
    }  # fmt: skip
    assert now.document["grades"]["shares"][0] == {"code": "excellent", "share": 0.25}
    assert now.document["grades"]["shares"][-1] == {"code": "pass"}
    assert now.bindings["group"] == {"from": "peer_group"}
    form = form_of(office, now)
    assert form.pop("by-group") == "1"
    form["floor-of-first"] = ""
    later = saved(office, now, form, "3")
    assert "within" not in later.document["grades"]
    assert "floor" not in later.document["grades"]
    assert "group" not in later.bindings


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"quota-mark-0": "0.9"}, "grades: the shares sum to 1.1, more than all units"),
        ({"quota-mark-0": ""}, "grades: only the last share may be left out"),
        ({"quota-code-0": "good"}, "grades: the code good is used twice"),
        ({"floor-of-first": "high"}, "grades: floor should be a number, not 'high'"),
        ({"grades": "bands"}, "grades: there are no codes"),
    ],
)
def test_a_fault_in_the_grades_is_named(office: Client, changes: dict[str, str], sentence: str) -> None:
    scheme = preset("citizen_first")
    form = form_of(office, scheme) | changes
    assert sentence in said(office, scheme, form)
    assert office.post(url("edit", scheme), {**form, "do": "save"}).status_code == 422


def test_grades_are_given_up_only_when_no_veto_needs_them(office: Client) -> None:
    scheme = preset()
    form = form_of(office, scheme) | {"grades": "none"}
    assert "adjustment veto: caps_grade_at names the unknown grade fail" in said(office, scheme, form)
    form = pressed(office, scheme, form, "unadjust veto")
    assert saved(office, scheme, form).document["grades"] is None


def test_a_form_that_names_impossible_numbers_of_rows_is_read_as_none(office: Client) -> None:
    scheme = preset()
    form = form_of(office, scheme) | {"rules": "-3", "bands-rows": "9" * 40}
    assert office.post(url("check", scheme), form).status_code == 200
