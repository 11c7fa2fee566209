"""The headings of an XLSForm: which text is in which language, what is known and what is not carried."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from surveys.instruments.interchange.languages import in_order, language_of
from surveys.instruments.interchange.reports import Line
from surveys.instruments.interchange.xlsform_parts import QUOTE, unguarded

TRANSLATED = ("label", "hint", "constraint_message")
ALIASES = {
    "relevance": "relevant",
    "caption": "label",
    "list name": "list_name",
    "value": "name",
    "constraining_message": "constraint_message",
    "calculate": "calculation",
}
PLAIN = {
    "type", "name", "list_name", "required", "relevant", "constraint", "appearance", "parameters", "disabled",
}  # fmt: skip
LEFT_OUT = {
    "default", "calculation", "choice_filter", "read_only", "readonly", "repeat_count", "guidance_hint", "trigger",
    "required_message", "autoplay", "rows", "image", "audio", "video", "big-image", "media", "note", "body", "bind",
    "instance",
}  # fmt: skip


@dataclass
class Columns:
    """How the headings of one sheet are read."""

    translated: dict[str, tuple[str, str]] = field(default_factory=dict)
    plain: dict[str, str] = field(default_factory=dict)
    left_out: dict[str, str] = field(default_factory=dict)
    loose: list[str] = field(default_factory=list)

    @property
    def languages(self) -> set[str]:
        return {language for _column, language in self.translated.values() if language}

    def texts(self, row: Mapping[str, str], column: str, languages: Iterable[str]) -> dict[str, str]:
        """A text in every language it is written in; one without a language counts for all."""
        found: dict[str, str] = {}
        for heading, (name, language) in self.translated.items():
            if name == column and row.get(heading):
                for code in [language] if language else languages:
                    found.setdefault(code, unguarded(row[heading]))
        return {code: found[code] for code in in_order(set(found))}

    def value(self, row: Mapping[str, str], column: str) -> str:
        """A plain cell."""
        return next(
            (row[heading] for heading, name in self.plain.items() if name == column and heading in row), ""
        )

    def note_left_out(self, row: Mapping[str, str], line: Line) -> None:
        """Say which filled cells of a row are not carried."""
        if any(QUOTE in row.get(heading, "") for heading in self.translated):
            line.change(_("A text quotes an answer with ${…}; it is shown as it is written."))
        names = [name for heading, name in self.left_out.items() if row.get(heading)]
        if names:
            line.change(_("Not carried: %(names)s.") % {"names": ", ".join(sorted(set(names)))})


def read_columns(sheet: str, headings: Iterable[str], lines: list[Line]) -> Columns:
    """The columns of a sheet; every heading that is not read gets a line of its own."""
    columns = Columns()
    for heading in headings:
        if heading:
            _column(sheet, heading, columns, lines)
    mixed = sorted({columns.translated[heading][0] for heading in columns.loose})
    if mixed and columns.languages:
        for name in mixed:
            line = Line(f"{sheet}!1", name)
            line.change(_("The column has no language; its texts stand in wherever a language has none."))
            lines.append(line)
    return columns


def _column(sheet: str, heading: str, columns: Columns, lines: list[Line]) -> None:
    head, sign, rest = heading.partition("::")
    if not sign:
        head, sign, rest = heading.partition(":")
    base = " ".join(head.lower().split())
    base = ALIASES.get(base, base)
    if base in TRANSLATED:
        language = language_of(rest) if sign else ""
        if language is None:
            line = Line(f"{sheet}!1", heading)
            line.refuse(_("This language is not carried; known are English, 简体中文 and 繁體中文."))
            lines.append(line)
            return
        columns.translated[heading] = (base, language)
        if not language:
            columns.loose.append(heading)
    elif base in PLAIN or (base.startswith("eval_") and not sign):
        columns.plain[heading] = base
    elif base in LEFT_OUT:
        columns.left_out[heading] = heading
    else:
        columns.left_out[heading] = heading
        line = Line(f"{sheet}!1", heading)
        line.refuse(_("This column is not known here."))
        lines.append(line)
