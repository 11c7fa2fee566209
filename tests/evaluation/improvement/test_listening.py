"""Themes counted by month, hidden when few, quotes masked, alerts raised once, and who may see and do what."""

from random import Random

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from evaluation.improvement import actions, listening
from evaluation.improvement.models import FeedbackMonth, Reading, Theme, ThemeTally
from evaluation.improvement.tasks import read_comments
from surveys.catalogue.models import Organisation
from surveys.core.enums import Role
from surveys.core.jobs import run_due
from surveys.ratings.enums import Screening
from tests.evaluation.improvement.people import seated
from tests.evaluation.improvement.world import Town, build_town

pytestmark = pytest.mark.django_db
CRITICAL = "排队等了两个小时，请打13800138000给我"


@pytest.fixture
def town() -> Town:
    actions.install_themes(now=timezone.now())
    return build_town(timezone.now())


def read() -> None:
    known = actions.dictionary()
    for month in actions.stale_months(known):
        actions.count_month(month=month, known=known, now=timezone.now())


def rows(codes: frozenset[str] | None = None) -> dict[str, int]:
    window = listening.Window.until(timezone.localdate())
    return {row["theme"]: row["n"] for row in listening.themes_at(codes, window)}


def test_comments_are_counted_by_theme_and_level_and_those_that_do_not_count_are_not(town: Town) -> None:
    town.say("排队等了两个小时", level=1, n=7)
    town.say("取号就办，不用等候", level=5, n=4)
    town.say("排队等了两个小时", level=1, n=5, screening=Screening.SET_ASIDE)
    town.say("排队等了两个小时", level=1, n=5, erased_on=timezone.localdate())
    read()
    assert rows()["waiting"] == 11
    (tally,) = ThemeTally.objects.filter(theme="waiting")
    assert (tally.n_good, tally.n_mixed, tally.n_bad) == (4, 0, 7)
    assert listening.totals_at(None, listening.Window.until(timezone.localdate())).n == 11


def test_a_theme_with_fewer_than_ten_comments_is_not_shown(town: Town) -> None:
    town.say("排队太久", n=9)
    read()
    assert rows() == {}
    town.say("排隊太久", n=1)
    read()
    assert rows()["waiting"] == 10
    assert rows(frozenset({"C2"})) == {}


def test_months_are_read_again_only_when_comments_or_words_changed(town: Town) -> None:
    town.say("电梯坏了", n=10)
    known = actions.dictionary()
    assert len(actions.stale_months(known)) == 1
    read()
    assert actions.stale_months(known) == []
    office = seated("office", Role.OFFICE)
    actions.keep_theme(
        code="lifts",
        names={"en": "Lifts"},
        words="电梯 lift",
        is_active=True,
        actor=office,
        now=timezone.now(),
    )
    assert len(actions.stale_months(actions.dictionary())) == 1
    read()
    assert rows()["lifts"] == 10
    assert FeedbackMonth.objects.count() == 1


@pytest.mark.parametrize(("names", "words"), [({"en": ""}, "电梯"), ({"en": "Lifts"}, "  \n ")])
def test_a_theme_without_name_or_words_is_refused(names: dict[str, str], words: str) -> None:
    with pytest.raises(actions.ThemeRefusedError):
        actions.keep_theme(
            code="x", names=names, words=words, is_active=True, actor=seated("office", Role.OFFICE),
            now=timezone.now(),
        )  # fmt: skip
    assert not Theme.objects.filter(code="x").exists()


def test_the_change_of_a_theme_has_an_interval_and_is_unclear_while_it_holds_zero() -> None:
    assert listening.change_of(30, 100, 10, 100).direction == "more"  # type: ignore[union-attr]
    assert listening.change_of(12, 100, 10, 100).direction == "unclear"  # type: ignore[union-attr]
    assert listening.change_of(5, 200, 40, 200).direction == "less"  # type: ignore[union-attr]
    assert listening.change_of(5, 9, 4, 100) is None


def test_the_job_reads_everything_and_draws_what_goes_with_satisfaction(town: Town) -> None:
    dice = Random(1)
    for _n in range(150):
        ease, speed = dice.randint(1, 5), dice.randint(1, 5)
        level = max(1, min(5, round((3 * ease + speed) / 4 + dice.uniform(-0.4, 0.4))))
        answers = {"efficiency": str(ease), "attitude": str(speed)}
        others = {code: str(dice.randint(1, 5)) for code in ("competence", "convenience")}
        town.say("", level=level, answers=answers | others)
    town.say("系统上传总是失败", n=35)
    read_comments(timezone.now())
    assert run_due(timezone.now()) == 1
    reading = Reading.objects.get(organisation=town.city)
    assert reading.result["n_comments"] == 35
    told = reading.result["drivers"]
    assert told["n"] == 150
    assert sum(driver["importance"] for driver in told["drivers"]) == pytest.approx(1.0)
    assert told["drivers"][0]["code"] == "efficiency"
    assert FeedbackMonth.objects.exists()
    text = page("associations", "C1")
    assert "From 150 complete answers" in text
    assert text.count('r="5" class=') == len(told["drivers"])


def page(name: str, *args: object, role: str = Role.LEAD, code: str = "C1") -> str:
    client = Client()
    client.force_login(seated(f"{role}-{code}", role, code))
    response = client.get(reverse(f"improvement:{name}", args=args))
    assert response.status_code == 200, (name, response.status_code)
    return response.content.decode()


def test_quotes_are_masked_and_shown_only_with_ten_comments(town: Town) -> None:
    town.say(CRITICAL, n=9)
    read()
    assert "两个小时" not in page("theme", "C1", "waiting")
    town.say(CRITICAL, n=3)
    read()
    text = page("theme", "C1", "waiting")
    assert "两个小时" in text
    assert "13800138000" not in text
    assert "12 alike" in text
    assert "排队" not in page("theme", "C2", "waiting", code="C2")


def test_the_pages_open_and_say_what_they_hold(town: Town) -> None:
    town.say(CRITICAL, n=12)
    town.say("态度很好，谢谢", level=5, n=15)
    read()
    assert "Waiting and queues" in page("themes")
    assert "87" in page("tone")
    assert "Not enough answered questions" in page("associations", "C1")
    assert "Waiting and queues" in page("dictionary", role=Role.OFFICE, code="")
    assert "排队" in page("theme_edit", "waiting", role=Role.OFFICE, code="")
    assert "Nothing stands out" in page("alerts")
    client = Client()
    client.force_login(seated("x-lead", Role.LEAD, "C1"))
    sample = b"".join(client.get(reverse("improvement:tone_sample"))).decode()  # type: ignore[arg-type]
    assert sample.count("\n") == 28
    assert "13800138000" not in sample
    export = b"".join(client.get(reverse("improvement:themes"), {"format": "csv"})).decode()  # type: ignore[arg-type]
    assert "Waiting and queues,12,12,1.0" in export


def test_strangers_find_nothing_and_departments_do_not_edit_themes(town: Town) -> None:
    client = Client()
    client.force_login(seated("other-lead", Role.LEAD, "C2"))
    assert client.get(reverse("improvement:theme", args=["C1", "waiting"])).status_code == 404
    assert client.get(reverse("improvement:associations", args=["C1"])).status_code == 404
    assert client.get(reverse("improvement:themes"), {"at": "C1"}).status_code == 404
    for name, args in (("dictionary", []), ("theme_new", []), ("theme_edit", ["waiting"])):
        assert client.get(reverse(f"improvement:{name}", args=args)).status_code == 403
    auditor = Client()
    auditor.force_login(seated("auditor", Role.AUDITOR))
    assert auditor.get(reverse("improvement:alerts")).status_code == 403


def test_the_office_adds_and_edits_a_theme_on_the_page(town: Town) -> None:
    client = Client()
    client.force_login(seated("office", Role.OFFICE))
    told = {"code": "lifts", "name_en": "Lifts", "words": "电梯 lift", "is_active": "on"}
    assert client.post(reverse("improvement:theme_new"), told).status_code == 302
    assert Theme.objects.get(code="lifts").words == "电梯 lift"
    assert client.post(reverse("improvement:theme_new"), told).status_code == 422
    told["words"] = "扶梯"
    assert client.post(reverse("improvement:theme_edit", args=["lifts"]), told).status_code == 302
    assert Theme.objects.get(code="lifts").words == "扶梯"


def test_the_page_opens_where_somebody_wrote_and_stays_where_it_is_told_to(
    town: Town, client: Client
) -> None:
    empty = Organisation.objects.create(code="A", names={"en": "Another city"})
    Organisation.objects.create(code="A1", names={"en": "Its bureau"}, parent=empty)
    town.say("排队太久", n=12)
    read()
    client.force_login(seated("office", Role.OFFICE))
    page = client.get(reverse("improvement:themes"))
    assert page.context["place"] == town.city
    assert page.context["filter"].form["at"].value() == town.city.code
    assert client.get(reverse("improvement:themes"), {"at": "A"}).context["place"] == empty
    client.force_login(seated("other-lead", Role.LEAD, "C2"))
    assert client.get(reverse("improvement:themes")).context["place"] == town.other
