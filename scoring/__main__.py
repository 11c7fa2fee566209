"""The command line: python -m scoring score|ranks|ranks-multinomial|weights|tally|compare."""

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from typing import Any, NoReturn

import numpy as np

from scoring import files, ranking, satisfaction, weighting
from scoring.documents import Part, read_json
from scoring.files import plain
from scoring.nodeweights import OF_SCHEME, inconsistent
from scoring.outputs import (
    change_document,
    explain_document,
    score_document,
    sets_document,
    uncertainty_document,
)
from scoring.plan import compile_plan
from scoring.recipe import evaluate, evaluate_plan
from scoring.schemes import scheme_from_json
from scoring.sheets import NUMBER, Sheet, read_sheet
from scoring.types import Floats, Result, ScoringError
from scoring.uncertainty import simulate_plan


class Parser(argparse.ArgumentParser):
    """Wrong words on the command line are answered in one sentence as well."""

    def error(self, message: str) -> NoReturn:
        raise ScoringError(f"{message}; see python -m scoring --help")


def score(args: argparse.Namespace) -> dict[str, Any]:
    scheme, document = files.read_scheme(args.scheme)
    table = files.read_table(args.data, scheme)
    try:
        plan = compile_plan(scheme, table)
        result = evaluate_plan(plan)
        found = score_document(result, document, seed=args.seed)
        if args.draws is not None:
            simulation = simulate_plan(plan, draws=args.draws, seed=args.seed)
            found["uncertainty"] = uncertainty_document(simulation)
        if args.explain is not None:
            found["explain"] = explain_document(result, plan, args.explain)
    except ScoringError as error:
        if error.file == OF_SCHEME:
            error.file = args.scheme
        raise files.locate(error, args.data, scheme.unit) from error
    return found


def ranks(args: argparse.Namespace) -> dict[str, Any]:
    sheet = read_sheet(args.data)
    units, order = _units(sheet, args.unit)
    in_order = [units[i] for i in order]
    x = sheet.numbers(args.value, gaps=False)[order]
    se = None if args.se is None else sheet.numbers(args.se, gaps=False)[order]
    if (se is None) == (args.cov is None):
        raise ScoringError("give either --se or --cov")
    if se is not None and (se < 0).any():
        row = order[int(np.flatnonzero(se < 0)[0])]
        raise sheet.fault("a standard error should be zero or more", row, args.se)
    sets = ranking.rank_sets(
        x,
        se,
        cov=None if args.cov is None else _square(args.cov, in_order),
        coverage=args.coverage,
        draws=args.draws,
        seed=args.seed,
        marginal=args.marginal,
        stepdown=not args.single_step,
        best=args.best,
        worst=args.worst,
    )
    return {"units": in_order, **sets_document(sets)}


def ranks_multinomial(args: argparse.Namespace) -> dict[str, Any]:
    sheet = read_sheet(args.data)
    units, order = _units(sheet, args.unit)
    counts = sheet.numbers(args.count, gaps=False)
    for row, count in enumerate(counts.tolist()):
        if count < 0 or count != int(count):
            raise sheet.fault(
                f"a count should be a whole number, zero or more, not {count:g}", row, args.count
            )
    sets = ranking.multinomial_rank_sets(counts[order], coverage=args.coverage, correction=args.correction)
    return {"units": [units[i] for i in order], **sets_document(sets)}


def weights(args: argparse.Namespace) -> dict[str, Any]:
    sheet = read_sheet(args.file)
    ahp = args.method == "ahp"
    codes = [name for name in sheet.header if name != (args.unit or ("" if ahp else "unit"))]
    values = np.stack([sheet.numbers(code, gaps=ahp) for code in codes], axis=1)
    cost = np.array([code in _cost(args.cost, codes, sheet.file) for code in codes])
    ratio = None
    try:
        if ahp:
            judged = weighting.ahp(values)
            found, ratio = judged.weights, judged.consistency_ratio
        else:
            found = getattr(weighting, args.method)(values, cost)
    except ScoringError as error:
        raise _placed(error, sheet, codes) from error
    if ratio is not None and ratio > weighting.CONSISTENT_BELOW and not args.allow_inconsistent:
        raise ScoringError(inconsistent(ratio), file=sheet.file)
    return {"codes": codes, "weights": found.tolist(), "consistency_ratio": ratio}


def _cost(words: Sequence[str], codes: Sequence[str], file: str) -> set[str]:
    named = [code for word in words for code in ([word] if word in codes else word.split(","))]
    for code in named:
        if code not in codes:
            raise ScoringError("the column named by --cost is missing", file=file, column=code)
    return set(named)


def _placed(error: ScoringError, sheet: Sheet, codes: Sequence[str]) -> ScoringError:
    """An error about the n-th row or column of an array, said in the words of the file."""
    row = None if error.row is None else sheet.lines[error.row - 1]
    number = int(error.column) if error.column is not None and error.column.isdigit() else None
    return ScoringError(
        error.message, file=sheet.file, row=row, column=error.column if number is None else codes[number - 1]
    )


def tally(args: argparse.Namespace) -> dict[str, Any]:
    sheet = read_sheet(args.counts)
    unit = "unit" if "unit" in sheet.header else sheet.header[0]
    units = sheet.units(unit)
    order = sorted(range(len(units)), key=units.__getitem__)
    levels = [name for name in sheet.header if name not in (unit, "dk")]
    if len(levels) < 2:
        raise ScoringError("counts need two levels or more, from low to high", file=sheet.file)
    counts = np.stack([_counts(sheet, name) for name in levels], axis=1)
    found = satisfaction.tally(counts[order], _counts(sheet, "dk")[order] if "dk" in sheet.header else None)
    shares = {"lower": plain(found.lower), "upper": plain(found.upper)}
    names = ("n", "dk", "mean", "linear100", "top_box", "top2", "net", "se")
    columns = {name: plain(getattr(found, name)) for name in names}
    return {
        units[i]: {name: columns[name][row] for name in names[:-1]}
        | {"wilson": {name: shares[name][row] for name in shares}, "se": columns["se"][row]}
        for row, i in enumerate(order)
    }


def _counts(sheet: Sheet, name: str) -> Floats:
    found = sheet.numbers(name, gaps=False)
    for row, count in enumerate(found.tolist()):
        if count < 0:
            raise sheet.fault(f"a count should be zero or more, not {count:g}", row, name)
    return found


def compare(args: argparse.Namespace) -> dict[str, Any]:
    old, new = (_recomputed(path) for path in (args.old, args.new))
    return change_document(old, new)


def _recomputed(path: str) -> Result:
    """The result of a `score` output, computed again from the scheme and the data it carries."""
    document = read_json(path)
    try:
        part = Part(document, "output")
        scheme = scheme_from_json(part.take("scheme"))
        table = files.table_from_json(part.take("data"), scheme, path)
        if part.take("input_digest") != files.digest(files.data_to_json(table, scheme)):
            raise part.fault("does not belong to the data beside it", "input_digest")
        return evaluate(table, scheme)
    except ScoringError as error:
        error.file = path
        raise


def _units(sheet: Sheet, column: str) -> tuple[tuple[str, ...], list[int]]:
    units = sheet.units(column)
    if len(units) < 2:
        raise ScoringError(f"there is one unit only ({units[0]}); a ranking needs two", file=sheet.file)
    return units, sorted(range(len(units)), key=units.__getitem__)


def _square(path: str, units: list[str]) -> Floats:
    """A covariance file, in the order of `units`: a header of units, then one row a unit in the header's order."""
    sheet = read_sheet(path)
    n = len(units)
    if len(sheet.header) != n or len(sheet.rows) != n:
        raise ScoringError(f"the covariance should be {n} × {n}, one row and column a unit", file=path)
    if set(sheet.header) != set(units):
        raise ScoringError("the header should name the units of the data", file=path, row=1)
    matrix = np.stack([sheet.numbers(name, gaps=False) for name in sheet.header], axis=1)
    place = [sheet.header.index(unit) for unit in units]
    return matrix[np.ix_(place, place)]


def parser() -> Parser:
    top = Parser(prog="python -m scoring", description="Composite indicators from files, without a database.")
    commands = top.add_subparsers(dest="command", required=True, parser_class=Parser)

    def command(name: str, run: Callable[[argparse.Namespace], dict[str, Any]], told: str) -> Parser:
        one: Parser = commands.add_parser(name, help=told)
        one.add_argument("-o", "--output", metavar="FILE")
        one.set_defaults(run=run)
        return one

    one = command("score", score, "scores, ranks, reasons and contributions of a scheme on a data file")
    one.add_argument("scheme")
    one.add_argument("data")
    one.add_argument("--explain", metavar="UNIT")
    one.add_argument("--draws", type=_count)
    one.add_argument("--seed", type=_seed, default=0)
    _rank_options(command("ranks", ranks, "which places each unit may hold, from values and standard errors"))
    one = command("ranks-multinomial", ranks_multinomial, "which places each category may hold, from counts")
    one.add_argument("data")
    one.add_argument("--unit", required=True)
    one.add_argument("--count", required=True)
    one.add_argument("--coverage", type=_share, default=0.95)
    one.add_argument("--correction", choices=("holm", "bonferroni", "none"), default="holm")
    one = command("weights", weights, "weights by pairwise comparison or from the spread of the data")
    one.add_argument("method", choices=("ahp", "critic", "entropy", "std", "pca"))
    one.add_argument("file")
    one.add_argument("--cost", action="append", default=[], metavar="C", help="a column where less is better")
    one.add_argument("--unit", metavar="C", help="an id column to leave out, default unit")
    one.add_argument("--allow-inconsistent", action="store_true", help="even of contradicting comparisons")
    one = command("tally", tally, "means, shares and intervals from counts per level")
    one.add_argument("counts")
    one = command("compare", compare, "why scores and ranks changed between two outputs of score")
    one.add_argument("old")
    one.add_argument("new")
    return top


def _rank_options(one: Parser) -> None:
    one.add_argument("data")
    one.add_argument("--unit", required=True)
    one.add_argument("--value", required=True)
    one.add_argument("--se")
    one.add_argument("--cov", metavar="FILE")
    one.add_argument("--coverage", type=_share, default=0.95)
    one.add_argument("--draws", type=_count, default=1000)
    one.add_argument("--seed", type=_seed, default=0)
    one.add_argument("--marginal", action="store_true")
    one.add_argument("--single-step", action="store_true")
    side = one.add_mutually_exclusive_group()
    side.add_argument("--best", type=_count, metavar="TAU")
    side.add_argument("--worst", type=_count, metavar="TAU")


def _whole(text: str) -> int:
    if not text.isascii() or not text.removeprefix("-").isdigit():
        raise argparse.ArgumentTypeError(f"{text!r} should be a whole number")
    return int(text)


def _count(text: str) -> int:
    found = _whole(text)
    if found < 1:
        raise argparse.ArgumentTypeError(f"{found} should be 1 or more")
    return found


def _seed(text: str) -> int:
    found = _whole(text)
    if found < 0:
        raise argparse.ArgumentTypeError(f"{found} should be 0 or more")
    return found


def _share(text: str) -> float:
    found = float(text) if NUMBER.fullmatch(text) else -1.0
    if not 0 < found < 1:
        raise argparse.ArgumentTypeError(f"{text} should lie between 0 and 1")
    return found


def main(words: Sequence[str] | None = None) -> int:
    """Exit 0 with JSON, or 2 with one sentence and nothing written."""
    try:
        args = parser().parse_args(words)
        text = files.write_json(args.run(args), args.output)
    except ScoringError as error:
        sys.stderr.write(" ".join(str(error).split()) + "\n")
        return 2
    if args.output is None:
        try:
            sys.stdout.write(text)
            sys.stdout.flush()
        except BrokenPipeError:  # the reader had enough, as `head` does
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


if __name__ == "__main__":
    sys.exit(main())
