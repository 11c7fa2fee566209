"""Label files for statistics programs: SPSS syntax and an R script that name variables and values of a data file."""

from collections.abc import Iterable, Iterator

from surveys.instruments.interchange.variables import Measure, Variable, variables
from surveys.instruments.shapes import Definition

SPSS_LABEL = 255
SPSS_VALUE_LABEL = 120
SPSS_LINE = 200
LEVEL = {Measure.NUMBER: "SCALE", Measure.CODED: "ORDINAL", Measure.TICK: "NOMINAL"}


def spss(definition: Definition, language: str) -> str:
    """SPSS syntax (UTF-8) that labels a data file with the variables of this questionnaire.

    Codes that are not numbers are labelled as text values. Labels are cut at the limits of SPSS (255 and 120).
    """
    found = variables(definition, language)
    lines = ["* Encoding: UTF-8.", ""]
    lines += ["VARIABLE LABELS", *_spss_labels(found), "  ."]
    coded = [variable for variable in found if variable.codes]
    if coded:
        lines += ["VALUE LABELS", *_spss_values(coded), "  ."]
    for variable in found:
        if variable.measure in LEVEL:
            lines.append(f"VARIABLE LEVEL {variable.name} ({LEVEL[variable.measure]}).")
    return "\r\n".join([*lines, "EXECUTE.", ""])


def _spss_labels(found: Iterable[Variable]) -> Iterator[str]:
    for variable in found:
        yield f"  /{variable.name} {_spss_text(variable.label, SPSS_LABEL)}"


def _spss_values(coded: Iterable[Variable]) -> Iterator[str]:
    for variable in coded:
        yield f"  /{variable.name}"
        for code, words in variable.codes.items():
            value = code if variable.is_numeric else _spss_text(code, SPSS_VALUE_LABEL)
            yield f"    {value} {_spss_text(words, SPSS_VALUE_LABEL)}"


def _spss_text(text: str, limit: int) -> str:
    """A quoted text; long ones in pieces, because a line of syntax may not be longer than 256 bytes."""
    plain = " ".join(text.split())
    encoded = plain.encode()[:limit].decode(errors="ignore")
    pieces, piece = [], ""
    for sign in encoded:
        if len((piece + sign).encode()) > SPSS_LINE:
            pieces.append(piece)
            piece = ""
        piece += sign
    quoted = ['"' + part.replace('"', '""') + '"' for part in [*pieces, piece]]
    return " +\r\n    ".join(quoted)


def r_script(definition: Definition, language: str) -> str:
    """An R script with a function that labels a data frame read from the CSV of this questionnaire."""
    lines = [
        '# Labels a data frame; base R only. Use: data <- label_data(read.csv(file, colClasses = "character"))'
    ]
    lines += ["label_data <- function(data) {"]
    for variable in variables(definition, language):
        lines += [f"  {line}" for line in _r_lines(variable)]
    return "\n".join([*lines, "  data", "}", ""])


def _r_lines(variable: Variable) -> Iterator[str]:
    column = f"data${variable.name}"
    if variable.codes:
        levels = ", ".join(_r_text(code) for code in variable.codes)
        labels = ", ".join(_r_text(words) for words in _told_apart(variable))
        yield f"{column} <- factor({column}, levels = c({levels}), labels = c({labels}))"
    elif variable.measure == Measure.NUMBER:
        yield f"{column} <- as.numeric({column})"
    elif variable.measure == Measure.DAY:
        yield f"{column} <- as.Date({column})"
    yield f'attr({column}, "label") <- {_r_text(variable.label)}'


def _told_apart(variable: Variable) -> list[str]:
    """The words of the codes; where two are the same, with the code behind."""
    words = list(variable.codes.values())
    return [f"{word} ({code})" if words.count(word) > 1 else word for code, word in variable.codes.items()]


def _r_text(text: str) -> str:
    plain = " ".join(text.split()).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{plain}"'
