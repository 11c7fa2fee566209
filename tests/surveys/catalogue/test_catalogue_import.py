"""The catalogue as a workbook: what is taken, what is refused with its cell, and the way back out."""

import io
from datetime import UTC, date, datetime

import pytest
from openpyxl import Workbook, load_workbook

from surveys.catalogue.catalogue_import import importer
from surveys.catalogue.models import Organisation, PeerGroup, Region, Service, ServicePoint, ServiceVersion
from surveys.catalogue.sheets import SHEETS
from surveys.core.imports import ImportRefusedError, importers
from surveys.core.log import verify_chain
from surveys.core.models import LogEntry, StoredFile

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
pytestmark = pytest.mark.django_db

WORLD = {
    "regions": [("code", "name_en", "level", "parent"), ("110101000000", "County", 3, "110000000000"),
                ("110000000000", "City", 2, "")],
    "peer_groups": [("code", "name_en"), ("bureaus", "Bureaus")],
    "organisations": [("code", "name_en", "parent", "region", "peer_group"),
                      ("desk", "Desk", "registry", "", ""),
                      ("registry", "Registry", "", "110000000000", "bureaus")],
    "services": [("code", "name_en", "organisation", "valid_from", "promised_days", "is_online"),
                 ("S1", "Old name", "registry", date(2026, 1, 1), 7, "no"),
                 ("S1", "Transfer", "registry", date(2026, 2, 1), 5, "yes"),
                 ("S2", "Copy", "desk", date(2026, 1, 1), None, None)],
    "points": [("code", "name_en", "organisation", "kind", "parent", "allowed_networks"),
               ("w1", "Window 1", "registry", "window", "hall", "10.1.0.0/16, 10.2.0.5"),
               ("hall", "Hall", "registry", "Service hall", "", "")],
}  # fmt: skip


def workbook(sheets):
    wb = Workbook()
    wb.remove(wb.active)
    for name, rows in sheets.items():
        ws = wb.create_sheet(name)
        for row in rows:
            ws.append(row)
    out = io.BytesIO()
    wb.save(out)
    return out.getvalue()


def commit(sheets, name="c.xlsx"):
    content = sheets if isinstance(sheets, bytes) else workbook(sheets)
    return importer.commit(content, name, cycle=None, actor=None, now=NOW)


def check(sheets, name="c.xlsx"):
    content = sheets if isinstance(sheets, bytes) else workbook(sheets)
    return importer.check(content, name, cycle=None)


def everything():
    return [
        list(model.objects.order_by("code").values())
        for model in (Region, PeerGroup, Organisation, Service, ServicePoint)
    ] + [list(ServiceVersion.objects.order_by("pk").values())]


def test_a_whole_world_is_taken_in_any_order_of_rows():
    report = commit(WORLD)
    assert (report.ok, report.rows, report.created, report.updated, report.unchanged) == (True, 10, 10, 0, 0)
    assert Region.objects.get(code="110101000000").parent.code == "110000000000"
    assert Organisation.objects.get(code="desk").parent.code == "registry"
    service = Service.objects.get(code="S1")
    assert service.names == {"en": "Transfer"}
    assert [
        (v.number, v.valid_from, v.valid_to, v.promised_days, v.is_online) for v in service.versions.all()
    ] == [
        (2, date(2026, 2, 1), None, 5, True),
        (1, date(2026, 1, 1), date(2026, 1, 31), 7, False),
    ]
    window = ServicePoint.objects.get(code="w1")
    assert (window.parent.code, window.allowed_networks) == ("hall", ["10.1.0.0/16", "10.2.0.5/32"])
    assert list(LogEntry.objects.values_list("verb", flat=True)) == ["catalogue.import"]
    assert StoredFile.objects.get().sha256 == report.digest
    assert verify_chain().ok


def test_the_same_file_again_changes_nothing():
    commit(WORLD)
    before = everything()
    report = commit(WORLD)
    assert (report.created, report.updated, report.unchanged) == (0, 0, 10)
    assert everything() == before


def test_a_check_writes_nothing():
    report = check(WORLD)
    assert (report.ok, report.created) == (True, 10)
    assert everything() == [[], [], [], [], [], []]


def test_an_export_read_again_changes_nothing():
    commit(WORLD)
    for language in ("zh-hans", "zh-hant", "en"):
        report = check(importer.export(language))
        assert report.ok, report.errors
        assert (report.rows, report.unchanged) == (10, 10)


def test_the_template_is_taken_as_it_comes():
    for language in ("zh-hans", "zh-hant", "en"):
        book = load_workbook(io.BytesIO(importer.template(language)))
        assert [ws.title for ws in book.worksheets][:5] == [sheet.titles[language] for sheet in SHEETS]
    report = commit(importer.template("zh-hant"))
    assert report.ok
    assert Service.objects.get().names["zh-hant"] == "不動產轉移登記（住宅）"


def test_a_new_day_makes_a_new_version_and_a_rename_updates():
    commit(WORLD)
    rows = [WORLD["services"][0], ("S1", "Transfer of title", "desk", date(2026, 4, 1), 3, "yes")]
    report = commit({"services": rows})
    assert (report.created, report.updated, report.unchanged) == (1, 0, 0)
    service = Service.objects.get(code="S1")
    assert (service.names["en"], service.organisation.code) == ("Transfer of title", "desk")
    assert service.versions.get(number=2).valid_to == date(2026, 3, 31)
    report = commit({"services": [rows[0], ("S1", "Title", "desk", date(2026, 4, 1), 3, "yes")]})
    assert (report.created, report.updated) == (0, 1)


def test_an_absent_column_keeps_what_was_there_and_an_empty_cell_clears_it():
    commit(WORLD)
    Organisation.objects.filter(code="registry").update(telephone="12345")
    commit({"organisations": [("code", "name_zh_hans"), ("registry", "登记中心")]})
    kept = Organisation.objects.get(code="registry")
    assert (kept.names, kept.telephone, kept.peer_group.code) == (
        {"zh-hans": "登记中心", "en": "Registry"}, "12345", "bureaus",
    )  # fmt: skip
    commit({"organisations": [("code", "name_zh_hans", "telephone"), ("registry", "登记中心", None)]})
    assert Organisation.objects.get(code="registry").telephone == ""


BROKEN = {
    "regions": [("code", "name_en", "level", "parent"), ("12", "Short", 2, ""),
                ("110000000000", "", 3, "110101000000"), ("110101000000", "County", 3, "")],
    "organisations": [("code", "name_en", "parent", "region"), ("a", "A", "b", ""), ("b", "B", "a", ""),
                      ("a", "Again", "", ""), ("c", "C", "nowhere", "")],
    "services": [("code", "name_en", "organisation", "valid_from", "promised_days"),
                 ("lower", "X", "c", date(2026, 1, 1), 3), ("S1", "Y", "none", "2026-13-01", "5 days"),
                 ("S2", "Z", "c", date(2026, 1, 1), 1), ("S2", "Z", "c", date(2026, 1, 1), 2)],
    "points": [("code", "name_en", "organisation", "kind", "allowed_networks"),
               ("p", "P", "c", "castle", "10.1.0.0/33")],
}  # fmt: skip


def test_every_fault_is_told_at_once_with_its_cell_and_nothing_is_written():
    with pytest.raises(ImportRefusedError) as caught:
        commit(BROKEN)
    told = {(e.sheet, e.row, e.column, e.code) for e in caught.value.errors}
    assert told == {
        ("regions", 2, "A", "bad_code"),
        ("regions", 3, "B", "name_missing"),
        ("regions", 3, "D", "level_order"),
        ("organisations", 2, "C", "circle"),
        ("organisations", 3, "C", "circle"),
        ("organisations", 4, "A", "code_twice"),
        ("organisations", 5, "C", "unknown_code"),
        ("services", 2, "A", "bad_code"),
        ("services", 3, "C", "unknown_code"),
        ("services", 3, "D", "no_such_date"),
        ("services", 3, "E", "not_a_number"),
        ("services", 5, "D", "version_twice"),
        ("points", 2, "D", "not_a_choice"),
        ("points", 2, "E", "not_a_network"),
    }
    assert all(error.message and error.fix for error in caught.value.errors)
    assert everything() == [[], [], [], [], [], []]
    assert not StoredFile.objects.exists()
    assert not LogEntry.objects.exists()


def test_a_kept_version_is_not_rewritten():
    commit(WORLD)
    head = WORLD["services"][0]
    changed = check({"services": [head, ("S1", "Transfer", "registry", date(2026, 2, 1), 9, "yes")]})
    earlier = check({"services": [head, ("S1", "Transfer", "registry", date(2026, 1, 15), 9, "yes")]})
    assert [error.code for error in changed.errors] == ["version_frozen"]
    assert [error.code for error in earlier.errors] == ["version_before_last"]


def test_what_is_used_cannot_be_retired_and_what_is_retired_cannot_be_used():
    commit(WORLD)
    head = ("code", "name_en", "retired_on")
    report = check({"organisations": [head, ("registry", "Registry", date(2026, 3, 1))]})
    assert [(error.code, error.column) for error in report.errors] == [("still_in_use", "C")]
    commit({"services": [(*WORLD["services"][0], "retired_on"), (*WORLD["services"][3], date(2026, 3, 1))]})
    assert commit({"organisations": [head, ("desk", "Desk", date(2026, 3, 1))]}).updated == 1
    point = ("p9", "P", "desk", "window", "", "")
    report = check({"points": [WORLD["points"][0], point]})
    assert [error.code for error in report.errors] == ["retired_code"]


def test_one_sheet_comes_as_csv_named_after_it():
    text = "编码,名称（简体）,上级编码\nbureau,局,\n".encode("gb18030")
    report = commit(text, "单位.csv")
    assert (report.ok, Organisation.objects.get().names) == (True, {"zh-hans": "局"})


def test_the_importer_is_registered():
    assert importers()["catalogue"] is importer


@pytest.mark.parametrize("n", [1, 3])
def test_the_number_of_queries_does_not_grow_with_the_rows(n, django_assert_num_queries):
    services = [(f"S{i}", "N", "registry", date(2026, 1, 1), 1, "no") for i in range(n)]
    content = workbook({**WORLD, "services": [WORLD["services"][0], *services]})
    with django_assert_num_queries(35):
        importer.commit(content, "c.xlsx", cycle=None, actor=None, now=NOW)
