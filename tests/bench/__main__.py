"""`make bench`: run every figure, print a table, write var/bench.json. Names as arguments choose some."""

import importlib
import json
import os
import pkgutil
import platform
import sys
from pathlib import Path

import tests.bench
from tests import services
from tests.bench.figure import FIGURES, Figure

OUT = Path(__file__).resolve().parent.parent.parent / "var" / "bench.json"
SKIP = {"__main__", "figure", "inside"}


def run(figure: Figure) -> dict[str, object]:
    for service in figure.needs:
        if reason := services.missing(service):
            return {"name": figure.name, "skipped": reason}
    measured = figure.measure()
    return {
        "name": figure.name,
        "value": measured.value,
        "unit": figure.unit,
        "must": figure.must,
        "stretch": figure.stretch,
        "met": figure.meets(measured.value, figure.must),
        "stretch_met": figure.meets(measured.value, figure.stretch),
        "detail": measured.detail,
    }


def main(wanted: list[str]) -> int:
    for module in pkgutil.iter_modules(tests.bench.__path__):
        if module.name not in SKIP:
            importlib.import_module(f"tests.bench.{module.name}")
    rows = []
    for figure in FIGURES:
        if wanted and not any(word in figure.name for word in wanted):
            continue
        row = run(figure)
        rows.append(row)
        if "skipped" in row:
            print(f"{figure.name:58} skipped: {row['skipped']}", flush=True)
        else:
            sign = "≥" if figure.higher else "≤"
            verdict = "stretch" if row["stretch_met"] else "met" if row["met"] else "MISSED"
            print(
                f"{figure.name:58} {row['value']:>12.4g} {figure.unit:8} must {sign} {figure.must:<8g} {verdict}",
                flush=True,
            )
    OUT.parent.mkdir(exist_ok=True)
    machine = {"cores": os.cpu_count(), "python": platform.python_version(), "system": platform.platform()}
    OUT.write_text(json.dumps({"machine": machine, "figures": rows}, indent=1, default=str), encoding="utf-8")
    return 0 if all(row.get("met", True) for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
