"""The scheme editor: what is typed becomes a document, is judged by the engine, and is saved whole or not."""

import re
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from evaluation.cycles.actions import approve_scheme, install_preset
from evaluation.cycles.models import Cycle, SchemeDocument
from surveys.core.actions import grant_seat
from surveys.core.enums import Role
from surveys.core.models import LogEntry
from tests.evaluation.cycles.test_actions import draft as planned_cycle
from tests.worlds.clock import NOON
from tests.worlds.people import person

pytestmark = pytest.mark.django_db
INPUT = re.compile(r"<input[^>]*>")
SELECT = re.compile(r'<select[^>]* name="([^"]+)">(.*?)</select>', re.DOTALL)


@pytest.fixture
def office() -> Client:
    lin = person("lin")
    grant_seat(person=lin, role=Role.OFFICE, organisation_code="", actor=None, now=NOON)
    client = Client()
    client.force_login(lin)
    return client


def url(name: str, scheme: SchemeDocument, *more: str) -> str:
    return reverse(f"cycles:{name}", args=[scheme.code, scheme.version, *more])


def fields(html: str) -> dict[str, str]:
    """What a browser would send for the page's form as it stands."""
    found = {}
    for tag in INPUT.findall(html):
        name, value = re.search(r' name="([^"]*)"', tag), re.search(r' value="([^"]*)"', tag)
        unchecked = 'type="checkbox"' in tag and " checked" not in tag
        if name is not None and name[1] != "csrfmiddlewaretoken" and not unchecked:
            found[name[1]] = unescape(value[1]) if value else ""
    for name, options in SELECT.findall(html):
        marked = re.search(r'value="([^"]*)" selected', options) or re.search(r'value="([^"]*)"', options)
        found[name] = marked[1] if marked else ""
    return found


def form_of(office: Client, scheme: SchemeDocument) -> dict[str, str]:
    return fields(office.get(url("edit", scheme)).content.decode())


def preset(code: str = "balanced") -> SchemeDocument:
    return install_preset(code=code, actor=person("author"), now=NOON)


def filled(part: dict[str, Any]) -> dict[str, Any]:
    """A part with what a scheme may leave out written in."""
    return {"weight": 1, "direction": 1, "normalise": {"method": "none"}, "aggregate": "amean"} | part


def row_of(form: dict[str, str], code: str) -> int:
    return next(int(key[4:]) for key, value in form.items() if key.startswith("was-") and value == code)


@pytest.mark.parametrize(
    "code", ["balanced", "citizen_first", "hotline_points", "website_veto", "kr_grade", "nyc_three_sources"]
)
def test_a_form_sent_back_unchanged_changes_nothing(office: Client, code: str) -> None:
    scheme = preset(code)
    form = form_of(office, scheme)
    checked = office.post(url("check", scheme), form).content.decode()
    assert "The scheme is sound" in checked
    saved = office.post(url("edit", scheme), {**form, "do": "save"})
    assert saved.status_code == 302
    now = SchemeDocument.objects.get(pk=scheme.pk)
    for key in ("nodes", "indicators"):
        before = {part["code"]: part for part in scheme.document[key]}
        after = {part["code"]: part for part in now.document[key]}
        assert before.keys() == after.keys()
        for code_of_part, part in before.items():
            assert filled(part) == filled(after[code_of_part])
    assert now.bindings == scheme.bindings


def test_weights_show_their_share_of_the_whole_at_once(office: Client) -> None:
    scheme = preset()
    form = form_of(office, scheme)
    form[f"weight-{row_of(form, 'kpi')}"] = "60"
    form[f"weight-{row_of(form, 'public')}"] = "20"
    text = office.post(url("check", scheme), form).content.decode()
    share = re.search(rf'id="share-{row_of(form, "kpi")}"[^>]*>(.*?)<', text, re.DOTALL)
    assert share is not None
    assert share[1].split() == ["60.0", "%"]
    assert SchemeDocument.objects.get(pk=scheme.pk).digest == scheme.digest


@pytest.mark.parametrize(
    ("weight", "sentence"),
    [
        ("-5", "node kpi: weight should be 0 or more, not -5"),
        ("many", "node kpi: weight should be a number, not &#x27;many&#x27;"),
        ("NaN", "node kpi: weight should be a number, not &#x27;NaN&#x27;"),
        ("1e999", "node kpi: weight should be a finite number of ordinary size"),
        ("", "node kpi: weight should be a number"),
    ],
)
def test_the_engine_says_what_is_wrong_and_nothing_is_written(
    office: Client, weight: str, sentence: str
) -> None:
    scheme = preset()
    form = form_of(office, scheme)
    form[f"weight-{row_of(form, 'kpi')}"] = weight
    assert sentence in office.post(url("check", scheme), form).content.decode()
    refused = office.post(url("edit", scheme), {**form, "do": "save"})
    assert refused.status_code == 422
    assert sentence in refused.content.decode()
    assert SchemeDocument.objects.get(pk=scheme.pk).digest == scheme.digest


def test_weights_that_sum_to_zero_are_refused(office: Client) -> None:
    scheme = preset()
    form = form_of(office, scheme)
    for code in ("kpi", "public", "third"):
        form[f"weight-{row_of(form, code)}"] = "0"
    assert "sum to zero" in office.post(url("check", scheme), form).content.decode()


def test_a_circle_in_the_tree_is_named_and_still_shown(office: Client) -> None:
    scheme = preset()
    form = form_of(office, scheme)
    form[f"parent-{row_of(form, 'kpi')}"] = "public"
    form[f"parent-{row_of(form, 'public')}"] = "kpi"
    page = office.post(url("edit", scheme), {**form, "do": "save"})
    assert page.status_code == 422
    text = page.content.decode()
    assert "form a cycle" in text
    assert {"kpi", "public"} <= set(fields(text).values())


def test_parts_are_added_named_moved_and_removed(office: Client) -> None:
    scheme = preset()
    form = form_of(office, scheme)
    form = fields(office.post(url("edit", scheme), {**form, "do": "node third"}).content.decode())
    at = row_of(form, "part1")
    form[f"code-{at}"] = "checks"
    form = fields(office.post(url("edit", scheme), {**form, "do": "leaf part1"}).content.decode())
    assert row_of(form, "checks")
    leaf = next(
        int(key[4:]) for key, value in form.items() if key.startswith("was-") and value == "indicator1"
    )
    assert form[f"parent-{leaf}"] == "checks"
    for language in ("en", "zh-hans", "zh-hant"):
        form[f"name-{language}-{leaf}"] = "Warmth"
    form[f"code-{leaf}"] = "warmth"
    form[f"parent-{leaf}"] = "public"
    form[f"normalise-{leaf}"] = "goalposts"
    form = fields(office.post(url("edit", scheme), {**form, "do": ""}).content.decode())
    leaf = row_of(form, "warmth")
    form[f"lo-{leaf}"], form[f"hi-{leaf}"] = "0", "９０"
    form = fields(office.post(url("edit", scheme), {**form, "do": "remove checks"}).content.decode())
    form["scheme-code"], form["version"] = "our_own", "1"
    assert office.post(url("edit", scheme), {**form, "do": "save"}).status_code == 302
    saved = SchemeDocument.objects.get(code="our_own", version="1")
    warmth = next(part for part in saved.document["indicators"] if part["code"] == "warmth")
    assert warmth["parent"] == "public"
    assert warmth["normalise"] == {"method": "goalposts", "lo": 0, "hi": 90, "to": [0, 100]}
    assert saved.bindings["warmth"]["from"] == "tally"
    assert (saved.written_by, saved.approved_at, saved.is_verified) == (person("lin"), None, False)
    assert SchemeDocument.objects.get(pk=scheme.pk).digest == scheme.digest


def test_a_removed_part_takes_its_bindings_with_it(office: Client) -> None:
    scheme = preset()
    form = form_of(office, scheme)
    form = fields(office.post(url("edit", scheme), {**form, "do": "remove ontime"}).content.decode())
    form["version"] = "2"
    assert office.post(url("edit", scheme), {**form, "do": "save"}).status_code == 302
    assert "ontime" not in SchemeDocument.objects.get(code="balanced", version="2").bindings


def test_an_approved_version_is_only_a_start(office: Client) -> None:
    scheme = approve_scheme(scheme=preset(), actor=person("second"), now=NOON)
    form = form_of(office, scheme)
    assert form["version"] == "2"
    form["version"] = "1"
    form[f"weight-{row_of(form, 'kpi')}"] = "41"
    refused = office.post(url("edit", scheme), {**form, "do": "save"})
    assert "no longer changes; give a new version" in refused.content.decode()
    assert SchemeDocument.objects.get(pk=scheme.pk).digest == scheme.digest


def test_a_planned_cycle_takes_another_version_and_an_open_one_does_not(office: Client) -> None:
    cycle, other = planned_cycle(), preset()
    assert office.post(url("use", other), {"cycle": cycle.code}).status_code == 302
    assert Cycle.objects.get(pk=cycle.pk).scheme_id == other.pk
    Cycle.objects.filter(pk=cycle.pk).update(state="open", scheme_digest="x")
    first = preset("nyc_three_sources")
    office.post(url("use", first), {"cycle": cycle.code})
    assert Cycle.objects.get(pk=cycle.pk).scheme_id == other.pk


PAIRS = {"way": "pairs", "experts": "1", "e1-0-1": "3", "e1-0-2": "5", "e1-1-2": "3"}


def test_one_expert_compares_in_pairs_and_sees_weights_and_consistency(office: Client) -> None:
    scheme = preset()
    text = office.post(url("round", scheme, "total"), PAIRS).content.decode()
    # Saaty's matrix (1 3 5; 1/3 1 3; 1/5 1/3 1): .637 .258 .105, consistency ratio .033.
    assert "63.70" in text
    assert "25.83" in text
    assert "Consistency ratio 0.033" in text


def test_contradicting_comparisons_warn_and_are_taken_only_knowingly(office: Client) -> None:
    scheme = preset()
    wrong = PAIRS | {"e1-1-2": "1/9"}
    text = office.post(url("round", scheme, "total"), wrong).content.decode()
    assert "Above 0.10" in text
    refused = office.post(url("round", scheme, "total"), {**wrong, "do": "take"})
    assert refused.status_code == 422
    assert "contradict each other" in refused.content.decode()
    assert SchemeDocument.objects.get(pk=scheme.pk).digest == scheme.digest
    taken = office.post(url("round", scheme, "total"), {**wrong, "do": "take", "knowingly": "1"})
    assert taken.status_code == 302
    rule = SchemeDocument.objects.get(pk=scheme.pk).document["weights"]["total"]
    assert rule["allow_inconsistent"] is True


def test_several_experts_are_joined_by_the_geometric_mean_and_entered_in_the_log(office: Client) -> None:
    scheme = preset()
    second = {"e2-0-1": "1/3", "e2-0-2": "5", "e2-1-2": "3", "e2-name": "Chen"}
    office.post(url("round", scheme, "total"), {**PAIRS, **second, "experts": "2", "do": "take"})
    rule = SchemeDocument.objects.get(pk=scheme.pk).document["weights"]["total"]
    assert rule["matrix"][0] == pytest.approx([1, 1, 5])
    assert rule["matrix"][1] == pytest.approx([1, 1, 3])
    entry = LogEntry.objects.filter(verb="scheme.written").order_by("-number").first()
    assert entry is not None
    assert entry.detail["expert_round"]["experts"] == 2


def test_weights_of_several_experts_are_averaged_as_shares(office: Client) -> None:
    scheme = preset()
    given = {"way": "weights", "experts": "2", "do": "take"}
    given |= {"e1-w-kpi": "50", "e1-w-public": "30", "e1-w-third": "20"}
    given |= {"e2-w-kpi": "1", "e2-w-public": "2", "e2-w-third": "1"}
    assert office.post(url("round", scheme, "total"), given).status_code == 302
    weights = {
        part["code"]: part.get("weight")
        for part in SchemeDocument.objects.get(pk=scheme.pk).document["nodes"]
    }
    assert [weights[code] for code in ("kpi", "public", "third")] == pytest.approx([37.5, 40, 22.5])
    bad = office.post(url("round", scheme, "total"), {**given, "e2-w-kpi": "-1"})
    assert bad.status_code == 422
    assert "a weight is a number of at least 0" in bad.content.decode()


def test_only_the_office_opens_the_editor() -> None:
    scheme = preset()
    handler = person("handler")
    grant_seat(person=handler, role=Role.HANDLER, organisation_code="", actor=None, now=NOON)
    client = Client()
    for name, more in (("edit", ()), ("round", ("total",))):
        assert client.get(url(name, scheme, *more)).status_code == 302
    client.force_login(handler)
    for name, more in (("edit", ()), ("round", ("total",))):
        assert client.get(url(name, scheme, *more)).status_code == 403
