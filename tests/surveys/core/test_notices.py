"""Notices: told in one's own language, mailed to an address, read one by one or all at once."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.translation import gettext as _

from surveys.core.enums import MessageKind
from surveys.core.models import OutboxMessage, User
from surveys.core.notices import tell, told_today

NOW = dt.datetime(2026, 3, 2, 4, tzinfo=dt.UTC)
pytestmark = pytest.mark.django_db


@pytest.fixture
def lin():
    return User.objects.create(username="lin", language="zh-hans", email="lin@example.gov.cn")


@pytest.fixture
def ada():
    return User.objects.create(username="ada", language="en")


def notice(person, n=1):
    for k in range(n):
        tell(people=[person], say=lambda k=k: f"Case {k}", link=f"/office/cases/C-{k}/", now=NOW)
    return OutboxMessage.objects.filter(user=person, kind=MessageKind.NOTICE).order_by("subject")


def test_each_is_told_in_their_own_language_and_mailed_only_with_an_address(settings, lin, ada):
    settings.PUBLIC_BASE_URL = "https://pj.example.gov.cn/"
    assert tell(people=[lin, ada], say=lambda: _("Overdue"), link="/office/cases/", now=NOW) == 2
    found = OutboxMessage.objects.order_by("user__username", "kind").values_list(
        "user__username", "kind", "subject", "link"
    )
    assert list(found) == [
        ("ada", "notice", "Overdue", "/office/cases/"),
        ("lin", "email", "逾期", "https://pj.example.gov.cn/office/cases/"),
        ("lin", "notice", "逾期", "/office/cases/"),
    ]
    assert told_today("/office/cases/", dt.date(2026, 3, 2)) == {lin.pk, ada.pk}
    assert told_today("/office/cases/", dt.date(2026, 3, 3)) == set()


def test_notices_are_marked_one_by_one_and_all_at_once(client, lin, ada):
    mine, hers = list(notice(lin, 3)), notice(ada).get()
    client.force_login(lin)
    address = reverse("core:notices")
    client.post(address, {"notice": mine[0].pk})
    assert OutboxMessage.objects.exclude(read_at=None).get() == mine[0]
    client.post(address, {"notice": hers.pk})
    client.post(address, {"notice": "x"})
    assert OutboxMessage.objects.exclude(read_at=None).count() == 1
    client.post(address)
    assert set(OutboxMessage.objects.filter(kind="notice", read_at=None)) == {hers}


def test_opening_a_notice_reads_it_and_leads_to_its_case_and_a_strangers_is_not_found(client, lin, ada):
    mine, hers = notice(lin).get(), notice(ada).get()
    client.force_login(lin)
    answer = client.get(reverse("core:notice", args=[mine.pk]))
    assert (answer.status_code, answer["Location"]) == (302, "/office/cases/C-0/")
    assert client.get(reverse("core:notice", args=[hers.pk])).status_code == 404
    assert set(OutboxMessage.objects.filter(kind="notice", read_at=None)) == {hers}


def test_the_list_is_narrowed_sorted_and_exported(client, ada):
    first = notice(ada, 2).first()
    client.force_login(ada)
    client.get(reverse("core:notice", args=[first.pk]))
    page = client.get(reverse("core:notices"), {"show": "new", "sort": "subject"})
    assert [row.record.subject for row in page.context["table"].rows] == ["Case 1"]
    assert "One new notice" in page.content.decode()
    lines = b"".join(client.get(reverse("core:notices"), {"format": "csv"}).streaming_content).decode()
    assert lines.count("Case ") == 2


def test_three_notices_take_as_many_queries_as_one(client, ada):
    client.force_login(ada)
    counted = []
    for n in (1, 2):
        notice(ada, n)
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("core:notices"))
        counted.append(len(queries))
    assert counted[0] == counted[1] <= 9
