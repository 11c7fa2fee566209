"""The sheet of scores: nodes from their children, then adjustments, rounding, places and grades, all as formulas."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from evaluation.reports.workbook.grid import HEAD_RIGHT, LABEL, NUMBER, Grid, Look, at, span
from evaluation.reports.workbook.layout import FIRST, LEFT, WEIGHT_ROW, Layout
from evaluation.reports.workbook.points import NONE, heads, unit_columns
from evaluation.reports.workbook.weights import SHARE_COLUMN, Rules
from scoring.types import Adjustment, Node

VALUE = Look(number_format=NUMBER)
FINE = Look(number_format="0.0000", colour="FF5B646F")
QUIET = Look(colour="FF5B646F", horizontal="right")
PLACE = Look(number_format="0.#", bold=True, horizontal="right")


@dataclass(frozen=True)
class Sheets:
    """The sheets that formulas of this one refer to."""

    values: Grid
    points: Grid
    weights: Grid
    rules: Rules


@dataclass(frozen=True)
class Columns:
    """Columns after the scores: what counted, means before adjustments, and the ranking."""

    held: dict[str, int]
    mean: dict[str, int]
    compared: int
    state: int
    rank: int
    graded: int
    position: int
    grade: int


@dataclass(frozen=True)
class Bench:
    """Everything a formula of this sheet needs to know of its surroundings."""

    grid: Grid
    layout: Layout
    sheets: Sheets
    columns: Columns

    def value(self, column: str, row: int) -> str:
        """The cell of a raw value, event or sample size."""
        return f"{self.sheets.values.name}!{at(row, self.layout.data_column[column])}"

    def block(self, column: int) -> str:
        """One column over all units."""
        return span((FIRST, column), (self.layout.last, column))


def columns_of(layout: Layout) -> Columns:
    start = LEFT + 1 + len(layout.nodes)
    held = {node.code: start + i for i, node in enumerate(layout.nodes)}
    start += len(held)
    adjusted = list(dict.fromkeys(a.node for a in layout.scheme.adjustments))
    mean = {code: start + i for i, code in enumerate(adjusted)}
    start += len(mean)
    return Columns(held, mean, *(start + i for i in range(6)))


def write_scores(grid: Grid, layout: Layout, sheets: Sheets) -> Columns:
    """Every node of every unit; the same rows as the sheets of values and points."""
    grid.title(
        _("Scores"),
        _("A node is the weighted sum of its children; what is missing gives its weight to the others."),
    )
    unit_columns(grid, layout)
    heads(grid, layout, layout.score_column)
    columns = columns_of(layout)
    grid.put(WEIGHT_ROW, 2, _("Share under its parent"), LABEL)
    for node in layout.nodes:
        if node.parent:
            place = at(layout.weight_row[node.code], SHARE_COLUMN, fix_row=True, fix_column=True)
            share = layout.book.result["weights"][node.parent][node.code]
            column = layout.score_column[node.code]
            grid.formula(WEIGHT_ROW, column, f"{sheets.weights.name}!{place}", share, FINE)
    _more_heads(grid, layout, columns)
    bench = Bench(grid, layout, sheets, columns)
    for i, row in enumerate(layout.row.values()):
        for node in layout.nodes:
            _node(bench, node, row, i)
        _ranking(bench, row, i)
    return columns


def _more_heads(grid: Grid, layout: Layout, columns: Columns) -> None:
    for code, column in columns.held.items():
        grid.put(3, column, layout.book.name(code), Look(wrap=True, colour="FF5B646F", horizontal="right"))
        grid.put(FIRST - 1, column, _("Weight there"), HEAD_RIGHT)
    for code, column in columns.mean.items():
        grid.put(3, column, layout.book.name(code), Look(wrap=True, colour="FF5B646F", horizontal="right"))
        grid.put(FIRST - 1, column, _("Before adjustments"), HEAD_RIGHT)
    last = [(columns.compared, _("Compared")), (columns.state, _("State")), (columns.rank, _("Place"))]
    if layout.scheme.grades is not None:
        last += [
            (columns.graded, _("May be graded")),
            (columns.position, _("Grade number")),
            (columns.grade, _("Grade")),
        ]
    for column, text in last:
        grid.put(FIRST - 1, column, text, HEAD_RIGHT)
        grid.ws.column_dimensions[at(1, column)[:-1]].width = 14


def _children(layout: Layout, sheets: Sheets, node: Node, row: int) -> list[tuple[str, str, int]]:
    """Ranges of the node's children in this row, their weights, and how many they are."""
    codes = layout.scheme.children[node.code]
    found = []
    for place, sheet in ((layout.data_column, sheets.points.name + "!"), (layout.score_column, "")):
        here = sorted(place[code] for code in codes if code in place)
        if here:
            cells = span((row, here[0]), (row, here[-1]), fixed=False)
            shares = span((WEIGHT_ROW, here[0]), (WEIGHT_ROW, here[-1]))
            found.append((sheet + cells, sheet + shares, len(here)))
    return found


def _node(bench: Bench, node: Node, row: int, i: int) -> None:
    grid, layout, sheets, columns = bench.grid, bench.layout, bench.sheets, bench.columns
    unit = layout.units[i]
    known = layout.book.result["scores"][node.code][i]
    column = layout.score_column[node.code]
    if layout.is_withheld(node.code, unit):
        grid.put(row, column, _("not shown"), QUIET)
        return
    if not layout.is_live_node(node) or unit in layout.fixed:
        grid.put(row, column, known, VALUE)
        return
    parts = _children(layout, sheets, node, row)
    held = "+".join(f"SUMPRODUCT(--ISNUMBER({cells}),{shares})" for cells, shares, _n in parts)
    grid.formula(row, columns.held[node.code], held, None, FINE)
    due = "+".join(f'SUMPRODUCT(--({cells}<>"{NONE}"),{shares})' for cells, shares, _n in parts)
    nothing = "+".join(f'COUNTIF({cells},"{NONE}")' for cells, _shares, _n in parts)
    total = "+".join(f"SUM({shares})" for _cells, shares, _n in parts)
    points = "+".join(f"SUMPRODUCT({shares},{cells})" for cells, shares, _n in parts)
    there = at(row, columns.held[node.code])
    least = f"({sheets.rules['availability']}-1E-12)*({due})"
    mean = (
        f'IF({nothing}={sum(n for *_rest, n in parts)},"{NONE}",'
        f'IF(AND({there}>0,{there}>={least}),({points})*(({total})/{there}),""))'
    )
    rules = [a for a in layout.scheme.adjustments if a.node == node.code]
    shown = "" if known is None else known
    if not rules:
        text = mean
    else:
        before = columns.mean[node.code]
        grid.formula(row, before, mean, None, VALUE)
        text = _adjusted(layout, sheets, rules, at(row, before), row)
    grid.formula(row, column, text, shown, VALUE)


def _adjusted(layout: Layout, sheets: Sheets, rules: list[Adjustment], mean: str, row: int) -> str:
    """Deductions, then bonus, then veto; unknown events leave no score."""

    def event(rule: Adjustment) -> str:
        return f"{sheets.values.name}!{at(row, layout.data_column[rule.column])}"

    def amount(rule: Adjustment) -> str:
        each = f"{sheets.rules[rule.code + '.each']}*{event(rule)}"
        cap = rule.code + ".cap"
        return f"MIN({each},{sheets.rules[cap]})" if cap in sheets.rules else each

    opening = mean + "".join(f"-{amount(rule)}" for rule in rules if rule.kind == "deduction")
    score = opening
    for rule in rules:
        if rule.kind != "bonus":
            continue
        if rule.opens_above is None:
            score += f"+{amount(rule)}"
        else:
            mark = sheets.rules[rule.code + ".opens"]
            far = f"({opening})-{mark}>1E-12*MAX(ABS({opening}),ABS({mark}))"
            score += f"+IF({far},{amount(rule)},0)"
    for rule in rules:
        if rule.kind == "veto" and rule.sets_to is not None:
            score = f"IF({event(rule)}>0,{sheets.rules[rule.code + '.sets']},{score})"
    cells = ",".join(event(rule) for rule in rules)
    return f'IF(ISNUMBER({mean}),IF(COUNT({cells})={len(rules)},{score},""),{mean})'


def _ranking(bench: Bench, row: int, i: int) -> None:
    """Compared score, whether ranked, place and grade of one unit."""
    grid, layout, columns = bench.grid, bench.layout, bench.columns
    result, scheme, rules = layout.book.result, layout.scheme, bench.sheets.rules
    score = at(row, layout.score_column[scheme.rank.node])
    text = score
    if scheme.full_marks:
        pairs = [f'C{row}="{group}",{rules["full." + group]}' for group, _marks in scheme.full_marks.marks]
        marks = "".join(f"IF({pair}," for pair in pairs) + '""' + ")" * len(pairs)
        text = f"100*{text}/{marks}"
    if scheme.rank.decimals is not None:
        scale = f"(10^{rules['decimals']})"
        size = f"ABS({text})*{scale}"
        text = f"SIGN({text})*INT({size}+0.5+{size}*1E-12+1E-12)/{scale}"
    shown = not layout.is_withheld(scheme.rank.node, layout.units[i])
    compared = result["compared"][i] if shown else None
    grid.formula(
        row, columns.compared, f'IF(ISNUMBER({score}),{text},"")', "" if compared is None else compared, VALUE
    )
    state = result["status"][i]["state"]
    if layout.units[i] in layout.fixed:
        grid.put(row, columns.state, state)
    else:
        grid.formula(row, columns.state, _state(bench, row), state)
    if layout.is_live_rank:
        grid.formula(row, columns.rank, _place(bench, row), _or_empty(result["ranks"][i]), PLACE)
    else:
        grid.put(row, columns.rank, result["ranks"][i], PLACE)
    if scheme.grades is not None:
        _grade(bench, row, i)


def _or_empty(value: object) -> object:
    return "" if value is None else value


def _state(bench: Bench, row: int) -> str:
    layout, sheets, columns = bench.layout, bench.sheets, bench.columns
    ranked = f'IF(ISNUMBER({at(row, columns.compared)}),"ranked","listed")'
    samples = layout.scheme.samples
    if samples is None:
        return ranked
    n = f"{sheets.values.name}!{at(row, layout.data_column[samples.column])}"
    few = f"{n}<{sheets.rules['ranked']}"
    return f'IF(ISNUMBER({n}),IF({few},"listed",{ranked}),"listed")'


def _place(bench: Bench, row: int) -> str:
    """1 + how many are clearly better, within the group where the scheme says so."""
    layout, columns, block = bench.layout, bench.columns, bench.block
    mine = at(row, columns.compared, fix_column=True)
    everyone = block(columns.compared)
    slack = f"(ABS({mine})*1E-12+MAX(ABS(MAX({everyone})),ABS(MIN({everyone})))*1E-13)"
    among = f'({block(columns.state)}="ranked")'
    if layout.scheme.rank.within:
        among += f"*({block(3)}=$C{row})"
    sign = ">" if layout.scheme.rank.best == "high" else "<"
    way = "+" if sign == ">" else "-"
    better = f"SUMPRODUCT({among}*({everyone}{sign}{mine}{way}{slack}))"
    text = f"1+{better}"
    if layout.scheme.rank.ties in ("modified", "average"):
        opposite = "-" if way == "+" else "+"
        close = "<" if sign == ">" else ">"
        worse = f"SUMPRODUCT({among}*ISNUMBER({everyone})*({everyone}{close}{mine}{opposite}{slack}))"
        tied = f"(SUMPRODUCT({among}*1)-{better}-{worse}-1)"
        text += f"+{tied}" if layout.scheme.rank.ties == "modified" else f"+{tied}/2"
    return f'IF({at(row, columns.state, fix_column=True)}="ranked",{text},"")'


def _grade(bench: Bench, row: int, i: int) -> None:
    grid, layout, columns = bench.grid, bench.layout, bench.columns
    scheme, sheets = layout.scheme, bench.sheets
    assert scheme.grades is not None
    known = layout.book.result["grades"][i]
    name = layout.book.grades.get(known, known) if known else ""
    if not layout.is_live_grade:
        grid.put(row, columns.grade, name)
        return
    enough = f'{at(row, columns.state)}="ranked"'
    if scheme.samples:
        n = f"{sheets.values.name}!{at(row, layout.data_column[scheme.samples.column])}"
        enough = f"AND({enough},{n}>={sheets.rules['graded']})"
    grid.formula(row, columns.graded, f"IF({enough},1,0)", None, FINE)
    position = _band(bench, row) if scheme.grades.by == "bands" else _quota(bench, row)
    vetoes = [
        f"IF({sheets.values.name}!{at(row, layout.data_column[a.column])}>0,"
        f"{scheme.grades.codes.index(a.caps_grade_at)},0)"
        for a in scheme.adjustments
        if a.caps_grade_at is not None
    ]
    if vetoes:
        position = f"IF(({position})<0,-1,MAX({position},{','.join(vetoes)}))"
    grid.formula(row, columns.position, f'IF({at(row, columns.graded)}=1,{position},"")', None, FINE)
    place = at(row, columns.position)
    names = [sheets.rules[f"grade.{k}"] for k in range(len(scheme.grades.codes))]
    pick = f"CHOOSE({place}+1,{','.join(names)})"
    grid.formula(row, columns.grade, f'IF(ISNUMBER({place}),IF({place}<0,"",{pick}),"")', name)


def _reaches(score: str, mark: str, best: str) -> str:
    near = f"ABS({score}-{mark})<=1E-12*MAX(ABS({score}),ABS({mark}))"
    return f"OR({score}{'>=' if best == 'high' else '<='}{mark},{near})"


def _band(bench: Bench, row: int) -> str:
    """The first band whose mark the score reaches; -1 below them all."""
    layout, sheets = bench.layout, bench.sheets
    score, grades = at(row, bench.columns.compared), layout.scheme.grades
    assert grades is not None
    text = "-1"
    for k, (_code, mark) in reversed(list(enumerate(grades.bands))):
        if mark is None:
            text = str(k)
        else:
            reached = _reaches(score, sheets.rules[f"band.{k}"], layout.scheme.rank.best)
            text = f"IF({reached},{k},{text})"
    return text


def _quota(bench: Bench, row: int) -> str:
    """How many cuts lie at or before the number of better units; a tie at a cut takes the better grade."""
    layout, sheets, columns = bench.layout, bench.sheets, bench.columns
    grades = layout.scheme.grades
    assert grades is not None
    score = at(row, columns.compared)
    everyone = bench.block(columns.compared)
    among = f"({bench.block(columns.graded)}=1)"
    if grades.within:
        among += f"*({bench.block(3)}=$C{row})"
    sign, way = (">", "+") if layout.scheme.rank.best == "high" else ("<", "-")
    better = f"SUMPRODUCT({among}*({everyone}{sign}{score}{way}ABS({score})*1E-12))"
    n = f"SUMPRODUCT({among}*1)"
    shares = [sheets.rules[f"quota.{k}"] for k in range(len(grades.shares) - 1)]
    cuts = []
    for k in range(len(shares)):
        if grades.round == "cumulative":
            cuts.append(f"INT(({'+'.join(shares[: k + 1])})*{n}+1E-9)")
        else:
            cuts.append("+".join(f"INT({share}*{n}+1E-9)" for share in shares[: k + 1]))
    place = "+".join(f"IF({cut}<={better},1,0)" for cut in cuts) or "0"
    if grades.floor is not None:
        place = f"IF(AND(({place})=0,NOT({_reaches(score, sheets.rules['floor'], layout.scheme.rank.best)})),1,{place})"
    return place
