"""A survey of forty questions with branches, every kind among them, in three languages."""

from typing import Any

from tests.surveys.fieldwork.world import LEVELS, names, rating

YES_NO = [{"value": "yes", "texts": names("Yes")}, {"value": "no", "texts": names("No")}]


def single(code: str, text: str, *values: str, **more: Any) -> dict[str, Any]:
    options = [{"value": value, "texts": names(value.title())} for value in values]
    return {"code": code, "kind": "single", "texts": names(text), "options": options, **more}


def plain(code: str, kind: str, text: str, **more: Any) -> dict[str, Any]:
    return {"code": code, "kind": kind, "texts": names(text), **more}


def service(place: str) -> list[dict[str, Any]]:
    """Six questions about one place; four of them only for those who went there, one for the dissatisfied."""
    here = f"{place}_used = 'yes'"
    asked = {"relevant": here, "section": place}
    return [
        {
            **single(f"{place}_used", f"Did you go to the {place}?", "yes", "no"),
            "section": place,
            "required": True,
        },
        rating(f"{place}_speed", f"How quick was the {place}?", **asked),
        rating(f"{place}_staff", f"How was the staff of the {place}?", **asked),
        {
            **plain(
                f"{place}_visits", "number", f"How often did you go to the {place}?", minimum=1, maximum=99
            ),
            **asked,
        },
        rating(f"{place}_overall", f"How satisfied are you with the {place}?", **asked, required=True),
        {
            **plain(f"{place}_why", "short_text", f"What was wrong at the {place}?", max_length=100),
            "relevant": f"{here} and {place}_overall <= 2",
            "section": place,
        },
    ]


PLACES = ("hall", "hotline", "website", "clinic", "school")


def document() -> dict[str, Any]:
    """Forty questions in eight sections."""
    questions = [
        {**plain("agree", "consent", "Do you agree to take part?", required=True), "section": "start"},
        {**plain("hello", "information", "Thank you. The next pages are about the city."), "section": "city"},
        rating("overall", "How satisfied are you with the city?", section="city", required=True),
        {**plain("nps", "nps", "Would you recommend living here?"), "section": "city"},
        {**plain("ces", "ces", "How easy is it to deal with the city?"), "section": "city"},
        *[question for place in PLACES for question in service(place)],
        {
            **plain("grid", "matrix", "How do you find these?"),
            "section": "end",
            "rows": [{"value": row, "texts": names(row.title())} for row in ("parks", "streets", "buses")],
            "options": [{"value": str(n), "texts": names(word)} for n, word in enumerate(LEVELS, 1)],
        },
        {
            **plain("first", "ranking", "What matters most?"),
            "section": "end",
            "max_choices": 2,
            "options": [{"value": v, "texts": names(v.title())} for v in ("parks", "streets", "buses")],
        },
        {
            **plain("news", "multiple", "Where do you read of the city?"),
            "section": "end",
            "randomised": True,
            "options": [{"value": v, "texts": names(v.title())} for v in ("paper", "radio", "web")],
        },
        {**plain("moved", "date", "When did you move here?"), "section": "end"},
        {**plain("words", "long_text", "Anything else?", max_length=500), "section": "end"},
    ]
    sections = ("start", "city", *PLACES, "end")
    return {
        "instrument": 1,
        "code": "forty",
        "names": names("Forty questions"),
        "sections": [{"code": code, "texts": names(code.title())} for code in sections],
        "questions": questions,
    }
