"""Changes of a draft's document: order, sections, texts. Pure: a document in, a new one out."""

import copy
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from surveys.core.text import LANGUAGES
from surveys.instruments.interchange.names import Names, code_like

Document = dict[str, Any]


class DesignRefusedError(ValueError):
    """A change that makes no sense; carries the sentence."""


def languages_of(document: Mapping[str, Any]) -> list[str]:
    """The languages of a document; one that names none is in all of them."""
    return list(document.get("languages") or LANGUAGES)


def started(
    *, code: str, names: Mapping[str, str], languages: Sequence[str], template: Mapping[str, Any] | None
) -> Document:
    """A new document, empty or after a template in the wanted languages."""
    document: Document = {
        "instrument": 1,
        "code": code,
        "names": dict(names),
        "languages": list(languages),
        "questions": [],
        "status": "own",
    }
    if template is not None:
        kept = {key: template[key] for key in ("questions", "sections", "tags", "scoring") if key in template}
        document |= in_languages(copy.deepcopy(kept), languages)
    return document


def in_languages(part: Any, languages: Sequence[str]) -> Any:
    """The same with the texts of other languages taken away."""
    if isinstance(part, list):
        return [in_languages(one, languages) for one in part]
    if not isinstance(part, dict):
        return part
    return {
        key: {code: text for code, text in value.items() if code in languages}
        if key in {"texts", "hints", "constraint_texts"} and isinstance(value, dict)
        else in_languages(value, languages)
        for key, value in part.items()
    }


def free_code(document: Mapping[str, Any], wanted: str) -> str:
    """A code for a question that no other has."""
    names = Names()
    names.used = {str(question.get("code")) for question in document["questions"]}
    return names.take(code_like(wanted))


def free_name(name: str, taken: Iterable[str]) -> str:
    """A code for a questionnaire made from its name; a name without Latin letters gives survey, survey_2 and so on."""
    names = Names()
    names.used = set(taken)
    return names.take(name if re.search("[A-Za-z]", name) else "survey")


def place_of(document: Mapping[str, Any], code: str) -> int:
    """Where a question stands; DesignRefusedError where there is none."""
    for place, question in enumerate(document["questions"]):
        if question.get("code") == code:
            return place
    raise DesignRefusedError(_("There is no question “%(code)s”.") % {"code": code})


def with_question(document: Mapping[str, Any], question: Mapping[str, Any], code: str = "") -> Document:
    """The document with a question added at the end of its section, or put in the place of the one of that code."""
    found = copy.deepcopy(dict(document))
    if code:
        place = place_of(found, code)
        if found["questions"][place].get("section", "") == question.get("section", ""):
            found["questions"][place] = dict(question)
            return found
        del found["questions"][place]
    found["questions"].insert(_end_of(found, str(question.get("section", ""))), dict(question))
    return found


def _end_of(document: Mapping[str, Any], section: str) -> int:
    """The place behind the last question of a section."""
    order = [str(one.get("code")) for one in document.get("sections", ())]
    rank = order.index(section) if section in order else len(order)
    for place, question in enumerate(document["questions"]):
        here = str(question.get("section", ""))
        if (order.index(here) if here in order else len(order)) > rank:
            return place
    return len(document["questions"])


def without_question(document: Mapping[str, Any], code: str) -> Document:
    """The document without a question; sections that are empty now go too."""
    found = copy.deepcopy(dict(document))
    del found["questions"][place_of(found, code)]
    return found


def moved(document: Mapping[str, Any], code: str, step: int) -> Document:
    """The document with a question one place up (-1) or down (1); across a section's border it joins that section."""
    found = copy.deepcopy(dict(document))
    place = place_of(found, code)
    other = place + step
    if not 0 <= other < len(found["questions"]):
        return found
    questions = found["questions"]
    mine, theirs = questions[place].get("section"), questions[other].get("section")
    if mine != theirs:
        questions[place]["section"] = theirs
    else:
        questions[place], questions[other] = questions[other], questions[place]
    return found


def copied(document: Mapping[str, Any], code: str) -> Document:
    """The document with a copy of a question behind it."""
    found = copy.deepcopy(dict(document))
    place = place_of(found, code)
    question = copy.deepcopy(found["questions"][place])
    question["code"] = free_code(found, code)
    found["questions"].insert(place + 1, question)
    return found


def with_section(document: Mapping[str, Any], texts: Mapping[str, str]) -> Document:
    """The document with one more section at the end; the first one takes in the questions there are."""
    found = copy.deepcopy(dict(document))
    sections = found.setdefault("sections", [])
    names = Names()
    names.used = {one["code"] for one in sections}
    section = {"code": names.take(f"part_{len(sections) + 1}")}
    if any(texts.values()):
        section["texts"] = {code: text for code, text in texts.items() if text}  # type: ignore[assignment]
    sections.append(section)
    if len(sections) == 1:
        for question in found["questions"]:
            question["section"] = section["code"]
    return found


def place_of_section(document: Mapping[str, Any], code: str) -> int:
    """Where a section stands; DesignRefusedError where there is none."""
    for place, one in enumerate(document.get("sections", ())):
        if one["code"] == code:
            return place
    raise DesignRefusedError(_("There is no section “%(code)s”.") % {"code": code})


def section_changed(document: Mapping[str, Any], section: Mapping[str, Any]) -> Document:
    """The document with the section of that code as given: heading, hint and condition, empty ones left out."""
    found = copy.deepcopy(dict(document))
    place = place_of_section(found, str(section["code"]))
    found["sections"][place] = {key: value for key, value in section.items() if value}
    return found


def section_moved(document: Mapping[str, Any], code: str, step: int) -> Document:
    """The document with a section and its questions one place up (-1) or down (1)."""
    found = copy.deepcopy(dict(document))
    place = place_of_section(found, code)
    other = place + step
    sections = found["sections"]
    if not 0 <= other < len(sections):
        return found
    sections[place], sections[other] = sections[other], sections[place]
    order = [one["code"] for one in sections]
    found["questions"].sort(key=lambda question: order.index(question["section"]))
    return found


def without_section(document: Mapping[str, Any], code: str) -> Document:
    """The document without a section; its questions join the one before it (or after it, or none)."""
    found = copy.deepcopy(dict(document))
    order = [one["code"] for one in found.get("sections", ())]
    place = place_of_section(found, code)
    heir = order[place - 1] if place else (order[1] if len(order) > 1 else "")
    found["sections"] = [one for one in found["sections"] if one["code"] != code]
    for question in found["questions"]:
        if question.get("section") == code:
            question["section"] = heir
            if not heir:
                del question["section"]
    if not found["sections"]:
        del found["sections"]
    return found


def texts_of(document: Mapping[str, Any]) -> Iterator[tuple[str, Document]]:
    """Every text of a document with its path, in reading order: ("questions.2.options.0.texts", {...})."""
    yield "names", document["names"]
    for number, section in enumerate(document.get("sections", ())):
        yield from _texts_in(section, f"sections.{number}")
    for number, question in enumerate(document["questions"]):
        yield from _texts_in(question, f"questions.{number}")
        for key in ("options", "rows"):
            for place, option in enumerate(question.get(key, ())):
                yield from _texts_in(option, f"questions.{number}.{key}.{place}")
    for number, tag in enumerate(document.get("tags", ())):
        yield from _texts_in(tag, f"tags.{number}")


def _texts_in(part: Document, place: str) -> Iterator[tuple[str, Document]]:
    for key in ("texts", "hints", "constraint_texts"):
        if isinstance(part.get(key), dict):
            yield f"{place}.{key}", part[key]


def translated(document: Mapping[str, Any], given: Mapping[str, str], languages: Sequence[str]) -> Document:
    """The document with texts from a form whose fields are called path:language."""
    found = copy.deepcopy(dict(document))
    for place, texts in texts_of(found):
        for code in languages:
            text = given.get(f"{place}:{code}")
            if text is None:
                continue
            texts.pop(code, None)
            if text.strip():
                texts[code] = text.strip()
    return found
