"""What is printed asks what the screen asks: the frozen version, its numbers, and the right links."""

import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from surveys.core.enums import Role
from surveys.ratings.actions import submit_rating
from surveys.ratings.numbered import sheet_of
from tests.surveys.ratings.desk import at_the_desk, person
from tests.surveys.ratings.world import Town, build_town, invited

pytestmark = pytest.mark.usefixtures("one_moment")


@pytest.fixture
def town(db: None) -> Town:
    return build_town()


@pytest.fixture
def desk(town: Town) -> Client:
    return at_the_desk(person("mei"))


@pytest.mark.parametrize(("language", "lang"), [("zh-hans", "zh-Hans"), ("zh-hant", "zh-Hant"), ("en", "en")])
def test_a_blank_form_asks_what_the_screen_asks(desk: Client, town: Town, language: str, lang: str) -> None:
    html = desk.get(
        reverse("ratings:print_blank"), {"in": language, "service": town.title.code}
    ).content.decode()
    sheet = sheet_of(town.form.pk, "offline", language)
    lines = [line for group in sheet.reasons.values() for line in group] + list(sheet.question.lines)
    assert all(f"<b>{line.number}</b> {line.text}" in html for line in lines)
    assert html.count('class="box"') == len(lines)
    assert f'<html lang="{lang}">' in html
    assert town.title.names[language] in html
    assert not re.search(r"<script| style=", html)


def test_the_form_of_a_case_carries_its_number_and_its_own_code(desk: Client, town: Town) -> None:
    given = invited(town, "BDC-7", now=timezone.now())
    answer = desk.post(reverse("ratings:prints"), {"case_no": "BDC-7"})
    html = desk.get(answer.headers["Location"]).content.decode()
    assert "BDC-7" in html
    assert html.count("<svg") == html.count('class="box"') + 1
    submit_rating(token=given.token, level=5, now=timezone.now())
    assert desk.get(answer.headers["Location"]).status_code == 404


def test_a_counter_sheet_speaks_three_languages(desk: Client, town: Town) -> None:
    html = desk.get(reverse("ratings:print_counter", args=["qr-01"])).content.decode()
    assert "/q/qr-01" in html
    assert "这次办事，您满意吗？" in html
    assert [lang in html for lang in ('lang="zh-Hans"', 'lang="zh-Hant"', 'lang="en"')] == [True] * 3
    assert desk.get(reverse("ratings:print_counter", args=["ki-01"])).status_code == 404


def test_only_the_desks_print(town: Town) -> None:
    client = at_the_desk(person("li", Role.HANDLER))
    assert client.get(reverse("ratings:prints")).status_code == 403
