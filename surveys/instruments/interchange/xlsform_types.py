"""The types of an XLSForm: which of our kinds each becomes, and which are refused and why."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from surveys.instruments.enums import QuestionKind

SPACES = re.compile(r"\s+")
SELECT = re.compile(
    r"^(?P<type>select[_ ]one|select1|select[_ ]multiple|rank)(?: from)?\s+(?P<list>\S+)"
    r"(?P<other>\s+or[_ ](?:specify[_ ])?other)?$",
    re.IGNORECASE,
)
STRUCTURE = re.compile(r"^(?P<edge>begin|end)[_ ](?P<what>group|repeat|loop)$", re.IGNORECASE)
FITTING: Mapping[str, tuple[str, ...]] = {
    "select_one": (QuestionKind.SINGLE, QuestionKind.RATING, QuestionKind.CONSENT),
    "select_multiple": (QuestionKind.MULTIPLE,),
    "rank": (QuestionKind.RANKING,),
    "range": (QuestionKind.NUMBER, QuestionKind.NPS, QuestionKind.CES),
    "integer": (QuestionKind.NUMBER,),
    "decimal": (QuestionKind.NUMBER,),
    "date": (QuestionKind.DATE,),
    "text": (QuestionKind.SHORT_TEXT, QuestionKind.LONG_TEXT),
    "note": (QuestionKind.INFORMATION,),
    "acknowledge": (QuestionKind.CONSENT,),
}
"""Our kinds that a type may stand for; the first where the file does not say."""
SAME = {
    "select1": "select_one", "select one": "select_one", "select multiple": "select_multiple", "int": "integer",
    "string": "text", "trigger": "acknowledge",
}  # fmt: skip
LISTED = {"select_one", "select one", "select1", "select_multiple", "select multiple", "rank"}
PLACES = {
    "geopoint",
    "geotrace",
    "geoshape",
    "gps",
    "location",
    "start-geopoint",
    "background-geopoint",
    "osm",
}
FILES = {"image", "photo", "audio", "video", "file", "barcode", "background-audio"}
ABOUT = {
    "start", "end", "today", "deviceid", "username", "email", "phonenumber", "simserial", "subscriberid", "audit",
    "start time", "end time", "imei", "phone number",
}  # fmt: skip
REASONS = {
    **dict.fromkeys(PLACES, _("Places are not asked for here.")),
    **dict.fromkeys(FILES, _("Pictures, sound and files are not collected here.")),
    **dict.fromkeys(ABOUT, _("What the device knows about a person is not collected here.")),
    "no list": _("The type names no list of options; write it behind the type."),
    "calculate": _("Calculated values are not carried; write the condition out where it is used."),
    "hidden": _("Hidden values are not carried."),
    "time": _("There is no question for a time; ask for a text."),
    "datetime": _("There is no question for a day with a time; ask for the day."),
    "select_one_from_file": _("Lists in other files are not read; put the options on the choices sheet."),
    "select_multiple_from_file": _(
        "Lists in other files are not read; put the options on the choices sheet."
    ),
    "xml-external": _("Other files are not read."),
    "csv-external": _("Other files are not read."),
}


@dataclass(frozen=True, slots=True)
class Type:
    """A type as written: its name, the list it takes its options from, whether "other" is added to it."""

    name: str
    list_name: str = ""
    has_other: bool = False
    edge: str = ""


def read_type(text: str) -> Type:
    """The parts of a cell in the type column."""
    plain = SPACES.sub(" ", text.strip())
    if match := STRUCTURE.match(plain):
        return Type(match["what"].lower(), edge=match["edge"].lower())
    if match := SELECT.match(plain):
        name = match["type"].lower()
        return Type(SAME.get(name, name), match["list"], bool(match["other"]))
    name = plain.lower()
    if name in LISTED:
        return Type("no list")
    first = name.partition(" ")[0]
    if first in REASONS and first not in {"start", "end"}:
        return Type(first)
    return Type(SAME.get(name, name))
