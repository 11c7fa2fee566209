"""Briefings are written on their days, once, in three languages, as pages and DOCX with the same bytes each time."""

import datetime as dt
import io
import re
import subprocess
import zipfile

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from docx import Document

from evaluation.improvement import actions
from evaluation.improvement.actions.briefings import is_due
from evaluation.improvement.briefings import memo_of
from evaluation.improvement.enums import Rhythm
from evaluation.improvement.models import BriefingIssue
from evaluation.improvement.tasks import write_due_briefings
from evaluation.reports.memo import Figure, Heading, Memo, Paragraph, TextTable
from evaluation.reports.memo_docx import to_docx
from evaluation.reports.memo_html import to_html
from surveys.core.enums import Role
from surveys.core.jobs import run_due
from surveys.core.models import Job, LogEntry
from tests.evaluation.improvement.people import measure, seated
from tests.evaluation.reports.calc import convert
from tests.worlds.clock import NOON

pytestmark = pytest.mark.django_db
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360606060000000050001a5f64540"
    "0000000049454e44ae426082"
)
MEMO = Memo(
    "zh-hant", "評價簡報 <b>",
    (
        Heading("今天"), Paragraph("一\x00<script>"), Paragraph("註", is_note=True),
        TextTable(("名稱", "數"), (("=1+1", "2"),), frozenset({1})), Figure(b"<svg/>", PNG, '圖 "一"'),
    ),
)  # fmt: skip


@pytest.mark.parametrize(
    ("rhythm", "day", "due"),
    [
        (Rhythm.TWICE_WEEKLY, dt.date(2026, 11, 23), True),
        (Rhythm.TWICE_WEEKLY, dt.date(2026, 11, 24), False),
        (Rhythm.TWICE_WEEKLY, dt.date(2026, 11, 26), True),
        (Rhythm.MONTHLY, dt.date(2026, 11, 1), True),
        (Rhythm.MONTHLY, dt.date(2026, 11, 2), False),
        (Rhythm.OFF, dt.date(2026, 11, 1), False),
    ],
)
def test_the_rhythm_says_on_which_days(rhythm: str, day: dt.date, due: bool) -> None:
    assert is_due(rhythm, day) is due


def test_a_memo_is_the_same_bytes_each_time_and_text_stays_text() -> None:
    page, paper = to_html(MEMO), to_docx(MEMO)
    assert (page, paper) == (to_html(MEMO), to_docx(MEMO))
    assert b"<script>" not in page
    assert b"&lt;script&gt;" in page
    assert b'lang="zh-Hant' in page
    document = Document(io.BytesIO(paper))
    assert [p.text for p in document.paragraphs if p.text][:3] == ["評價簡報 <b>", "今天", "一<script>"]
    assert document.tables[0].cell(1, 0).text == "=1+1"
    with zipfile.ZipFile(io.BytesIO(paper)) as parts:
        xml = parts.read("word/document.xml").decode()
        assert 'descr="圖 &quot;一&quot;"' in xml
        assert parts.read("word/styles.xml").decode().count("zh-TW") >= 3
        assert {info.date_time[0] for info in parts.infolist()} == {2000}


@pytest.mark.office
def test_the_document_prints_as_it_is_written(tmp_path) -> None:
    printed = tmp_path / "memo.pdf"
    printed.write_bytes(convert(to_docx(MEMO), "pdf", source="docx"))
    text = subprocess.run(["pdftotext", "-layout", printed, "-"], capture_output=True, text=True, check=True)
    lines = [line.strip() for line in text.stdout.splitlines() if line.strip()]
    assert lines[:2] == ["評價簡報 <b>", "今天"]
    assert any("=1+1" in line and "2" in line for line in lines)


@pytest.mark.parametrize("language", ["zh-hans", "zh-hant", "en"])
def test_a_briefing_tells_the_state_of_the_day(language: str) -> None:
    measure(title="Second window")
    memo = memo_of(NOON.date(), None, language)
    assert memo == memo_of(NOON.date(), None, language)
    told = to_html(memo).decode()
    assert "Second window" in told
    assert len([block for block in memo.blocks if isinstance(block, Heading)]) == 4


def test_it_is_written_once_on_its_day_by_a_worker() -> None:
    office = seated("office", Role.OFFICE)
    monday = dt.datetime(2026, 9, 21, 7, 5, tzinfo=timezone.get_current_timezone())
    actions.set_rhythm(rhythm=Rhythm.TWICE_WEEKLY, actor=office, now=monday)
    write_due_briefings(monday - dt.timedelta(hours=1))
    write_due_briefings(monday + dt.timedelta(days=1))
    assert not Job.objects.exists()
    write_due_briefings(monday)
    write_due_briefings(monday)
    assert Job.objects.count() == 1
    assert run_due(timezone.now()) == 1
    assert BriefingIssue.objects.count() == 6
    assert {issue.name.rpartition(".")[2] for issue in BriefingIssue.objects.all()} == {"html", "docx"}
    again = {issue.name: issue.file_id for issue in BriefingIssue.objects.all()}
    actions.write_briefing(actor=office, now=timezone.now())
    assert {issue.name: issue.file_id for issue in BriefingIssue.objects.all()} == again
    assert LogEntry.objects.filter(verb="briefing.written").count() == 2


def test_a_rhythm_that_does_not_exist_is_refused() -> None:
    with pytest.raises(actions.BriefingRefusedError, match="how often"):
        actions.set_rhythm(rhythm="hourly", actor=seated("office", Role.OFFICE), now=NOON)


def test_the_office_sets_the_rhythm_leaders_read_and_departments_stay_out() -> None:
    clients = {}
    for role in (Role.OFFICE, Role.LEADER, Role.LEAD):
        clients[role] = Client()
        clients[role].force_login(seated(f"{role}-b", role, "D1" if role == Role.LEAD else ""))
    actions.write_briefing(actor=None, now=timezone.now())
    listed, address = reverse("improvement:briefings"), reverse("improvement:briefing_rhythm")
    issue = BriefingIssue.objects.order_by("pk")[0]
    for role, codes in (
        (Role.OFFICE, (200, 302, 200)),
        (Role.LEADER, (200, 403, 200)),
        (Role.LEAD, (403, 403, 403)),
    ):
        client = clients[role]
        found = (
            client.get(listed).status_code, client.post(address, {"rhythm": "off"}).status_code,
            client.get(reverse("improvement:briefing", args=[issue.pk])).status_code,
        )  # fmt: skip
        assert found == codes, role
    text = clients[Role.OFFICE].get(listed).content.decode()
    assert re.search(r'value="off" selected', text)
    assert issue.name in text
    job = clients[Role.OFFICE].post(reverse("improvement:briefing_write"))
    assert job.status_code == 302
    assert Job.objects.count() == 1
