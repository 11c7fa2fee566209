"""A page of every kind of question: its shapes, its markup, and how a refused page looks."""

from datetime import date
from html.parser import HTMLParser

import pytest
from django.http import QueryDict
from django.template.loader import render_to_string

from surveys.core.text import LANGUAGES
from surveys.instruments.answering import clean
from surveys.instruments.definition import parse
from surveys.instruments.flow import option_orders, pages
from surveys.instruments.pageforms import page_form, single_form
from tests.surveys.instruments.documents import EVERY_KIND

DEFINITION = parse(EVERY_KIND)
GIVEN = {
    "agree": "yes", "overall": "4", "district": "north", "used": ["web"], "grid": {"speed": "bad"}, "first": ["parks"],
    "age": "30", "job": "<b>baker</b>",
}  # fmt: skip


class Page(HTMLParser):
    """The tags of a page, its ids, and what its labels and descriptions point to."""

    def __init__(self, html):
        super().__init__()
        self.tags, self.ids, self.pointers = [], [], []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        self.tags.append((tag, found))
        if "id" in found:
            self.ids.append(found["id"])
        for key in ("for", "aria-describedby"):
            self.pointers += (found.get(key) or "").split()
        if tag == "a":
            self.pointers.append(found["href"].removeprefix("#"))

    def named(self, name):
        return [found for _tag, found in self.tags if found.get("name") == name]


def rendered(form):
    return Page(render_to_string("instruments/_page.html", {"form": form}))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_question_is_labelled_and_every_pointer_leads_somewhere(language):
    form = single_form(DEFINITION.questions, language, answers=GIVEN)
    page = rendered(form)
    assert len(page.ids) == len(set(page.ids))
    assert set(page.pointers) <= set(page.ids)
    assert {field.name for field in form.fields} <= set(page.ids)
    assert sum(tag == "legend" for tag, _found in page.tags) == sum(
        tag == "fieldset" for tag, _found in page.tags
    )
    labelled = {found["for"] for tag, found in page.tags if tag == "label" and "for" in found}
    loose = [
        found["id"]
        for tag, found in page.tags
        if tag in {"select", "textarea"} or (tag == "input" and found["type"] in {"text", "date"})
    ]
    assert set(loose) == labelled
    assert not any(tag == "script" or "style" in found for tag, found in page.tags)


def test_answers_stand_on_the_page():
    page = rendered(single_form(DEFINITION.questions, "en", answers=GIVEN))
    chosen = {(found["name"], found["value"]) for _tag, found in page.tags if "checked" in found}
    assert chosen == {
        ("q-agree", "yes"), ("q-overall", "4"), ("q-district", "north"), ("q-used", "web"), ("q-grid-speed", "bad"),
    }  # fmt: skip
    assert page.named("q-job")[0]["value"] == "<b>baker</b>"
    assert [found["value"] for found in page.named("q-overall")] == ["5", "4", "3", "2", "1"]
    assert [found["value"] for found in page.named("q-stars")] == ["1", "2", "3", "4"]
    assert [found["value"] for found in page.named("q-recommend")] == [str(n) for n in range(11)]
    assert len(page.named("q-first-3")) == 1
    assert page.named("q-first-4") == []
    assert not any("checked" in found for found in page.named("q-stars"))


def test_options_stand_in_the_stored_order():
    orders = option_orders(DEFINITION, "a")
    page = rendered(single_form(DEFINITION.questions, "en", answers={}, orders=orders))
    assert [found["value"] for found in page.named("q-used")] == orders["used"]
    assert orders["used"] != ["web", "desk", "phone", "none"]


def test_a_refused_page_keeps_what_was_sent_and_says_what_to_mend():
    data = QueryDict("q-age=old&q-first-1=parks&q-first-2=parks&q-district=north")
    found = clean(DEFINITION, data, 2, "en", answers={"agree": "yes"}, today=date(2026, 11, 22))
    form = page_form(DEFINITION, 2, "en", answers=found.answers, data=data, faults=found.faults)
    html = render_to_string("instruments/_page.html", {"form": form})
    page = Page(html)
    assert form.title == "Main part"
    assert html.count("“old” is not a number") == 2
    assert page.named("q-age")[0]["value"] == "old"
    assert page.named("q-age")[0]["aria-invalid"] == "true"
    assert page.named("q-first-2")[0]["aria-invalid"] == "true"
    links = [found["href"] for tag, found in page.tags if tag == "a"]
    assert links == ["#q-overall", "#q-first-2", "#q-age"]
    assert set(page.pointers) <= set(page.ids)


def test_a_page_holds_only_what_is_asked_now():
    last = len(pages(DEFINITION)) - 1
    form = page_form(DEFINITION, last, "zh-hans", answers={"agree": "yes", "district": "north"})
    assert [field.code for field in form.fields] == ["recommend"]
    assert (form.title, form.html_lang) == ("End简", "zh-Hans")
