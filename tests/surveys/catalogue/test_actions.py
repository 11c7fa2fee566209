"""Creating, changing, handing over and retiring what the catalogue holds."""

from datetime import UTC, date, datetime

import pytest

from surveys.catalogue import actions, queries
from surveys.catalogue.actions import CatalogueRefusedError, Promise
from surveys.core.log import verify_chain
from surveys.core.models import LogEntry

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
WHO = {"actor": None, "now": NOW}
pytestmark = pytest.mark.django_db


def organisation(code, parent=None, **more):
    return actions.create_organisation(code=code, names={"en": code.title()}, parent=parent, **more, **WHO)


def service(code, owner):
    return actions.create_service(
        code=code, names={"zh-hans": "登记"}, organisation=owner, valid_from=date(2026, 1, 1), **WHO
    )


def test_codes_below_and_the_path_follow_the_tree():
    top = organisation("city")
    bureau = organisation("bureau", top)
    organisation("desk", bureau)
    organisation("other", top)
    assert queries.codes_below("bureau") == {"bureau", "desk"}
    assert queries.codes_below("city") == {"city", "bureau", "desk", "other"}
    assert queries.codes_below("nowhere") == frozenset()
    assert queries.codes_below() == frozenset()
    assert queries.path_of("desk") == ("desk", "bureau", "city")


def test_each_verb_writes_one_entry_under_the_code():
    service("S1", organisation("city"))
    entries = list(LogEntry.objects.values_list("verb", "object"))
    assert entries == [
        ("catalogue.create", "organisation city"),
        ("catalogue.create", "service S1"),
        ("catalogue.version", "serviceversion S1 v1"),
    ]
    assert verify_chain().ok


def test_a_code_is_used_once():
    organisation("city")
    with pytest.raises(CatalogueRefusedError, match="already exists"):
        organisation("city")


def test_a_name_in_some_language_is_needed():
    with pytest.raises(CatalogueRefusedError, match="at least one language"):
        actions.create_peer_group(code="g", names={"en": "  "}, **WHO)


@pytest.mark.parametrize("code", ["small", "A" * 32, "A B", ""])
def test_a_service_code_is_checked(code):
    with pytest.raises(CatalogueRefusedError):
        service(code, organisation("city"))


def test_an_organisation_cannot_lie_under_itself():
    top = organisation("city")
    below = organisation("bureau", top)
    same = {"region": None, "peer_group": None, "telephone": "", "names": top.names}
    with pytest.raises(CatalogueRefusedError, match="under itself"):
        actions.change_organisation(organisation=top, parent=below, **same, **WHO)
    with pytest.raises(CatalogueRefusedError, match="under itself"):
        actions.change_organisation(organisation=top, parent=top, **same, **WHO)


def test_a_new_version_ends_the_last_the_day_before():
    row = service("S1", organisation("city"))
    actions.add_version(service=row, valid_from=date(2026, 4, 1), promise=Promise(promised_days=3), **WHO)
    spans = [(v.number, v.valid_from, v.valid_to, v.promised_days) for v in row.versions.all()]
    assert spans == [
        (2, date(2026, 4, 1), None, 3),
        (1, date(2026, 1, 1), date(2026, 3, 31), None),
    ]
    assert queries.version_on(row, date(2026, 3, 31)).number == 1
    assert queries.version_on(row, date(2026, 4, 1)).number == 2
    assert queries.version_on(row, date(2025, 12, 31)) is None
    with pytest.raises(CatalogueRefusedError, match="must start after"):
        actions.add_version(service=row, valid_from=date(2026, 4, 1), promise=Promise(), **WHO)


def test_the_owner_follows_the_hand_over_log_and_the_region():
    city = actions.create_region(code="110000000000", names={"en": "City"}, level=2, **WHO)
    county = actions.create_region(code="110101000000", names={"en": "County"}, level=3, parent=city, **WHO)
    first, second, local = organisation("first"), organisation("second"), organisation("local")
    row = service("S1", first)
    actions.hand_over(service=row, organisation=second, starts_on=date(2026, 4, 1), reason="Reform", **WHO)
    actions.hand_over(
        service=row, organisation=local, region=county, starts_on=date(2026, 5, 1), reason="Pilot", **WHO
    )
    owner = queries.owner_of
    assert owner(row, date(2026, 3, 31)) == first
    assert owner(row, date(2026, 4, 1)) == second
    assert owner(row, date(2026, 5, 1), county) == local
    assert owner(row, date(2026, 5, 1), city) == second
    actions.hand_over(service=row, organisation=first, starts_on=date(2026, 6, 1), reason="Back", **WHO)
    assert owner(row, date(2026, 5, 31)) == second
    assert owner(row, date(2026, 6, 1)) == first
    with pytest.raises(CatalogueRefusedError, match="choose a later day"):
        actions.hand_over(service=row, organisation=second, starts_on=date(2026, 6, 1), reason="X", **WHO)
    with pytest.raises(CatalogueRefusedError, match="Say why"):
        actions.hand_over(service=row, organisation=second, starts_on=date(2026, 7, 1), reason=" ", **WHO)


def test_what_still_has_something_below_it_is_not_retired():
    top = organisation("city")
    desk = organisation("desk", top)
    row = service("S1", desk)
    with pytest.raises(CatalogueRefusedError, match="organisations below it first"):
        actions.retire_organisation(organisation=top, **WHO)
    with pytest.raises(CatalogueRefusedError, match="services"):
        actions.retire_organisation(organisation=desk, **WHO)
    actions.retire_service(service=row, **WHO)
    actions.retire_organisation(organisation=desk, **WHO)
    with pytest.raises(CatalogueRefusedError, match="retired and takes nothing new"):
        organisation("under", desk)
    assert row.versions.get().valid_to == date(2026, 3, 2)
    assert queries.service_by_code("S1").retired_on == date(2026, 3, 2)


def test_a_retired_point_keeps_its_row():
    point = actions.create_point(
        code="W1", names={"en": "Window"}, organisation=organisation("city"), kind="window", **WHO
    )
    actions.retire_point(point=point, **WHO)
    assert list(queries.points().values_list("code", "retired_on")) == [("W1", date(2026, 3, 2))]
    with pytest.raises(CatalogueRefusedError, match="is retired"):
        actions.retire_point(point=point, **WHO)
