"""What lies in the public package: the data as far as they are public, results, pages, figures and their proof."""

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from evaluation.cycles.enums import BindingSource
from evaluation.rankings.cells import Cell, cell_from_json
from evaluation.rankings.disclosure import rounded_error
from evaluation.rankings.fingerprints import SEALED, salt_of
from evaluation.rankings.frozen_levels import keeps_base_back, told_cell
from evaluation.rankings.models import Edition, Figure, Run
from evaluation.reports.package import assemble
from evaluation.reports.package.faults import canonical, sha256
from evaluation.reports.package.inclusion import ROOTS, roots_csv
from evaluation.reports.package.proof import (
    AUDIT,
    MANIFEST,
    PUBLIC,
    SIGNATURE,
    row_digests,
)
from surveys.core.workbooks.writing import FORMULA_STARTS

RESULT_KEYS = (
    "scheme_digest", "input_digest", "units", "scores", "compared", "normalised", "weights", "ranks", "grades",
    "status", "se", "rank_sets", "tiers", "trail",
)  # fmt: skip
FORMAT = 1
EXACT = Decimal("0.0000000001")


def figures_of(edition: Edition) -> list[dict[str, Any]]:
    """Figures in the order of the fingerprint, without the number the edition got."""
    rows = Figure.objects.filter(edition=edition).order_by("pk")
    return [
        {
            "code": row.code,
            "unit": row.unit_code,
            "node": row.node,
            "measure": row.measure,
            "value": None if row.value is None else str(row.value.quantize(EXACT)),
            "passport": {key: value for key, value in row.passport.items() if key != "edition"},
        }
        for row in rows
    ]


def data_files(edition: Edition, withheld: frozenset[tuple[str, str]]) -> dict[str, bytes]:
    """Scheme, table, results, provenance, pages and figures as canonical JSON, the table as CSV too."""
    run = edition.run
    rough = frozenset(edition.pages.get("rough_errors") or [])
    table = public_table(run, withheld, rough)
    return {
        "data/scheme.json": _pretty(run.scheme),
        "data/table.json": _pretty(table),
        "data/table.csv": csv_of(table["columns"], table["rows"]),
        "data/results.json": _pretty(public_results(run, withheld, rough)),
        "data/inputs.json": _pretty(public_inputs(run, withheld, rough)),
        **edition_files(edition),
    }


def edition_files(edition: Edition) -> dict[str, bytes]:
    """What was published, and the roots over the days' receipts."""
    return {
        ROOTS: roots_csv(edition.pages.get("receipts") or []),
        "edition/pages.json": _pretty(edition.pages),
        "edition/figures.json": _pretty(figures_of(edition)),
    }


def audit_files(edition: Edition, tallies: bytes) -> dict[str, bytes]:
    """Everything that was counted and scored, small numbers too: for auditors alone."""
    run = edition.run
    table = {"columns": run.table["columns"], "rows": run.table["rows"], "withheld": []}
    cells = sorted(run.table["inputs"], key=lambda cell: (cell["column"], cell["unit"]))
    return {
        "data/scheme.json": _pretty(run.scheme),
        "data/table.json": _pretty(table),
        "data/table.csv": csv_of(table["columns"], table["rows"]),
        "data/results.json": _pretty(run.result),
        "data/inputs.json": _pretty(cells),
        "data/tallies.csv": tallies,
        **edition_files(edition),
    }


def _pretty(value: Any) -> bytes:
    """JSON people can read, the same bytes whatever database it came from."""
    return (json.dumps(value, sort_keys=True, ensure_ascii=False, indent=1, allow_nan=False) + "\n").encode()


def hidden_units(withheld: frozenset[tuple[str, str]]) -> frozenset[str]:
    return frozenset(unit for _code, unit in withheld)


def public_table(
    run: Run, withheld: frozenset[tuple[str, str]], rough: frozenset[str] = frozenset()
) -> dict[str, Any]:
    """What was scored; units with a figure about too few people are left out whole and named.

    Errors of the units in `rough` are told in two digits; scores and places do not depend on errors.
    """
    left_out = hidden_units(withheld)
    asked = {cell["column"] for cell in run.table["inputs"] if cell["source"] == BindingSource.TALLY}
    wanted = {f"se:{column}" for column in asked}
    errors = [i for i, name in enumerate(run.table["columns"]) if name in wanted]
    kept = {(cell.unit, f"{kind}:{cell.column}") for cell in _bases_kept_back(run) for kind in ("n", "se")}
    rows = []
    for row in run.table["rows"]:
        if row[0] not in left_out:
            told = list(row)
            for i in errors if row[0] in rough else ():
                told[i] = None if told[i] is None else rounded_error(told[i])
            pairs = zip(run.table["columns"], told, strict=True)
            rows.append([None if (row[0], name) in kept else value for name, value in pairs])
    return {"columns": run.table["columns"], "rows": rows, "withheld": sorted(left_out)}


def _bases_kept_back(run: Run) -> list[Cell]:
    """Rates of cases whose base the pages do not tell."""
    told = (told_cell(cell_from_json(cell), is_rough=False) for cell in run.table["inputs"])
    return [cell for cell in told if keeps_base_back(cell)]


def public_results(
    run: Run, withheld: frozenset[tuple[str, str]], rough: frozenset[str] = frozenset()
) -> dict[str, Any]:
    """The results without what the pages hide."""
    rough |= {cell.unit for cell in _bases_kept_back(run)}
    found = {key: run.result[key] for key in RESULT_KEYS if key in run.result}
    units, root = found["units"], (run.scheme.get("rank") or {}).get("node")
    for key in ("scores", "normalised"):
        found[key] = {
            code: [
                None if (code, unit) in withheld else value for unit, value in zip(units, values, strict=True)
            ]
            for code, values in found[key].items()
        }
    for key in ("compared", "se"):
        if found.get(key):
            found[key] = [
                None if (root, unit) in withheld else value
                for unit, value in zip(units, found[key], strict=True)
            ]
    if found.get("se"):
        pairs = zip(units, found["se"], strict=True)
        found["se"] = [rounded_error(se) if unit in rough and se is not None else se for unit, se in pairs]
    if withheld or rough:
        for key in ("trail", "input_digest"):
            found.pop(key, None)
    return found


def public_inputs(
    run: Run, withheld: frozenset[tuple[str, str]], rough: frozenset[str] = frozenset()
) -> list[dict[str, Any]]:
    """Of every number its formula, base, error, interval, period and files; counts only where they are safe."""
    keys = (
        "unit", "column", "source", "formula", "version", "value", "se", "n", "n_eff", "lower", "upper", "method",
        "is_share", "applies", "reason", "starts_on", "ends_on", "origins",
    )  # fmt: skip
    told = (
        told_cell(cell_from_json(cell), is_rough=cell["unit"] in rough).as_json()
        for cell in sorted(run.table["inputs"], key=lambda cell: (cell["column"], cell["unit"]))
        if (cell["column"], cell["unit"]) not in withheld
    )
    return [{key: cell[key] for key in keys} for cell in told]


def csv_of(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    """A table as CSV: empty where nothing is known, text that could be a formula marked as text."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow(["" if cell is None else _safe(cell) for cell in row])
    return out.getvalue().encode()


def _safe(cell: Any) -> str:
    text = cell if isinstance(cell, str) else repr(cell)
    return "'" + text if isinstance(cell, str) and text.startswith(FORMULA_STARTS) else text


def manifest(edition: Edition, files: Mapping[str, bytes], key: str, kind: str = PUBLIC) -> bytes:
    """Digests of every file (and of every row of tables), and what edition this is."""
    run, told = edition.run, edition.pages["edition"]
    digests = {name: told[name] for name in SEALED} | {"scheme_digest": run.scheme_digest}
    if kind == AUDIT and told.get("is_sealed"):
        digests["salt"] = salt_of(run)
    document = {
        "format": FORMAT,
        "kind": kind,
        "key": key,
        "edition": {
            "cycle": edition.cycle.code, "number": edition.number, "digest": edition.digest,
            "published_at": edition.published_at.isoformat(), "changes": edition.changes,
        },
        "run": {
            "number": run.number, **digests, "code_version": run.code_version, "seed": run.seed,
            "draws": run.n_draws,
        },
        "files": {name: _entry(name, data) for name, data in sorted(files.items())},
    }  # fmt: skip
    return canonical(document) + b"\n"


def _entry(name: str, data: bytes) -> dict[str, Any]:
    found: dict[str, Any] = {"sha256": sha256(data), "size": len(data)}
    if name.endswith((".csv", ".json")) and not name.endswith("pages.json"):
        found["rows"] = row_digests(data)
    return found


def signed(
    edition: Edition, files: dict[str, bytes], *, key: str, signature_of: Any, kind: str = PUBLIC
) -> dict[str, bytes]:
    """The files with manifest, signature, verifier, engine and instructions."""
    whole = {
        **files,
        **assemble.engine(),
        "verify.py": assemble.verifier(),
        "README.txt": readme(edition, key, kind),
    }
    listed = manifest(edition, whole, key, kind)
    signature = signature_of(listed).hex()
    return {**whole, MANIFEST: listed, SIGNATURE: f"{key}\n{signature}\n".encode()}


CONFIDENTIAL = (
    "For auditors only: this package holds counts about fewer than ten people. Do not pass it on.\n"
    "仅供审计使用：内含少于十人的计数，请勿外传。\n"
    "僅供稽核使用：內含少於十人的計數，請勿外傳。\n\n"
)
FOLDERS = {
    PUBLIC: (
        "data/       scheme, table, results, where every number comes from, roots over the receipts of each day\n"
        "edition/    pages and figures as published\n"
        "opendata/   tables with descriptions, by language\n"
        "workbook/   workbooks with live formulas, by language\n"
        "charts/     pictures, by language\n"
    ),
    AUDIT: (
        "data/       scheme, table, results, inputs and tallies in full, roots over the receipts of each day\n"
        "edition/    pages and figures as published\n"
    ),
}


def readme(edition: Edition, key: str, kind: str = PUBLIC) -> bytes:
    """How to check the package, in three languages."""
    name = f"{edition.cycle.code}-{'package' if kind == PUBLIC else kind}.zip"
    command = f"python3 verify.py {name} --key {key}"
    return (
        f"{edition.cycle.code}, edition {edition.number}\nfingerprint {edition.digest}\n\n"
        f"{CONFIDENTIAL if kind == AUDIT else ''}"
        "To check: take verify.py out of the zip (or from the office's website), install numpy, then run\n"
        f"    {command}\n"
        "Compare the key with the one the office publishes elsewhere.\n"
        "A resident's receipt: add --receipt PROOF.json, the file that the receipt's page gives.\n\n"
        "核对方法：从压缩包（或本机关网站）取出 verify.py，安装 numpy，\n"
        "运行上面的命令；请将公钥与机关另行公布的公钥对照。\n"
        "核对自己的评价：在命令后加 --receipt 和回执页面给出的证明文件。\n\n"
        "核對方法：從壓縮檔（或本機關網站）取出 verify.py，安裝 numpy，\n"
        "執行上面的指令；請將公鑰與機關另行公布的公鑰對照。\n"
        "核對自己的評價：在指令後加 --receipt 和收據頁面給出的證明檔。\n\n"
        f"{FOLDERS[kind]}"
        "scoring/    the engine that computed the results\n"
    ).encode()


def named(files: Mapping[str, bytes], folder: str) -> Iterable[tuple[str, bytes]]:
    """Files under a folder of the package."""
    return ((f"{folder}/{name}", data) for name, data in sorted(files.items()))
