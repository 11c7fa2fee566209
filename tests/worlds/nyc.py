"""Turns the reference figures of New York City's agencies into files in the product's own import formats."""

import csv
import io
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path

CITY = "NYC"
NAMES = {
    "NYC": ("New York City", "纽约市", "紐約市"),
    "NYPD": ("Police Department", "警察局", "警察局"),
    "HPD": ("Housing Preservation and Development", "住房维护与发展局", "住房維護與發展局"),
    "DSNY": ("Department of Sanitation", "环境卫生局", "環境衛生局"),
    "DEP": ("Department of Environmental Protection", "环境保护局", "環境保護局"),
    "DPR": ("Department of Parks and Recreation", "公园与康乐局", "公園與康樂局"),
    "DOT": ("Department of Transportation", "交通运输局", "交通運輸局"),
    "DOF": ("Department of Finance", "财政局", "財政局"),
    "DOB": ("Department of Buildings", "楼宇局", "樓宇局"),
    "DOHMH": ("Department of Health and Mental Hygiene", "健康与心理卫生局", "健康與心理衛生局"),
    "DHS": ("Department of Homeless Services", "游民服务局", "遊民服務局"),
    "TLC": ("Taxi and Limousine Commission", "出租车与轿车委员会", "計程車與禮車委員會"),
    "DCWP": ("Department of Consumer and Worker Protection", "消费者与劳工保护局", "消費者與勞工保護局"),
}
AGENCIES = tuple(code for code in NAMES if code != CITY)
CYCLE = "nyc-2026"
RATED = ("2026-04-01", "2026-09-30")
REQUESTS = "2026-Q2"
YEARS = {f"fy{year}": f"{year - 1}-07-01/{year}-06-30" for year in range(2019, 2023)}
YEARS["fy2023_scaled_full_year"] = "2022-07-01/2023-06-30"
LAST = "fy2023_scaled_full_year"
KPI_SOURCE = "NYC Mayor's Management Report (open data rbed-zzin) via NYC Comptroller, MIT licence"
SCALED = "; October 2022 scaled to a year by the Comptroller"
AUDIT_SOURCE = "311 requests created in Q2 2026, as checked in karttikjangid/nyc311-FDE"
RATING_SOURCE = (
    "NYC open data 5ijn-vbdv, 311 resolution satisfaction survey, as aggregated in karttikjangid/nyc311-FDE"
)
INDEPENDENCE = "Computed from public records by an outside project; no contract with the agencies is known."
AUDITOR = "nyc311-FDE, an open-source project"


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def as_csv(rows: Iterable[Mapping[str, object]]) -> bytes:
    rows = list(rows)
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def organisations() -> bytes:
    """The city and its twelve agencies, as the catalogue's sheet of organisations."""
    return as_csv(
        {
            "code": code,
            "name_zh_hans": hans,
            "name_zh_hant": hant,
            "name_en": english,
            "parent": "" if code == CITY else CITY,
        }
        for code, (english, hans, hant) in NAMES.items()
    )


def _unit_of(name: str) -> str:
    for mark, unit in (
        ("(%)", "%"),
        ("($", "USD"),
        ("days", "days"),
        ("Days", "days"),
        ("minutes", "minutes"),
    ):
        if mark in name:
            return unit
    return "number"


def kpis(folder: Path) -> bytes:
    """Every indicator of the twelve agencies for the last year, and four years before where a target is set."""
    acronyms = {row["mmr_agency_number"]: row["acronym"] for row in rows_of(folder / "agency_crosswalk.csv")}
    found = []
    for row in rows_of(folder / "kpi_indicators.csv"):
        agency = acronyms.get(row["agency_number"].removesuffix(".0"))
        if agency not in AGENCIES:
            continue
        for year, period in YEARS.items():
            if year != LAST and not row["target"]:
                continue
            found.append(
                {
                    "kpi": f"mmr-{row['indicator_id']}",
                    "name_en": " ".join(row["indicator"].split()),
                    "unit": _unit_of(row["indicator"]),
                    "direction": row["desired_direction"].lower(),
                    "dimension": "critical" if row["critical"] == "Yes" else "other",
                    "organisation": agency,
                    "period": period,
                    "value": row[year],
                    "target": row["target"] if year == LAST else "",
                    "missing": "" if row[year] else "not_reported",
                    "source": KPI_SOURCE + (SCALED if year == LAST else ""),
                }
            )
    return as_csv(found)


def audits(folder: Path) -> bytes:
    """Requests with a published response target; and record quality, assessed for four agencies only."""
    matched: defaultdict[str, int] = defaultdict(int)
    requests: defaultdict[str, int] = defaultdict(int)
    for row in rows_of(folder / "audit_service_standard_coverage.csv"):
        requests[row["agency"]] += int(row["requests"])
        matched[row["agency"]] += int(row["requests"]) * (row["sla_state"] == "MATCHED")
    quality = {row["agency"]: row for row in rows_of(folder / "audit_record_quality_by_agency.csv")}
    found = []
    for agency in AGENCIES:
        n = requests[agency]
        found.append(
            _audit("service_standard", agency)
            | {"passed": matched[agency] if n else "", "checked": n or "", "missing": "" if n else "no_cases"}
        )
        row = quality.get(agency)
        assessed = row is not None and row["deep_dive"] == "1"
        score = f"{float(row['answerable_share']) * 100:.2f}" if row is not None and assessed else ""
        missing = "no_cases" if row is None else "" if assessed else "not_assessed"
        found.append(_audit("record_quality", agency) | {"score": score, "missing": missing})
    return as_csv(found)


def _audit(code: str, agency: str) -> dict[str, object]:
    return {
        "audit": code,
        "auditor": AUDITOR,
        "organisation": agency,
        "period": REQUESTS,
        "passed": "",
        "checked": "",
        "score": "",
        "missing": "",
        "independence": INDEPENDENCE,
        "source": AUDIT_SOURCE,
    }


def batches(folder: Path) -> bytes:
    """Answers of each agency as dissatisfied or not, and of the whole city on five levels over a longer time."""
    found: list[dict[str, object]] = []
    blank = {f"n{place}": "" for place in range(1, 6)}
    for row in rows_of(folder / "satisfaction_by_agency_2026Apr_Sep.csv"):
        bad = int(row["disagree_count"])
        found.append(
            {
                "unit_code": row["agency"],
                "starts_on": RATED[0],
                "ends_on": RATED[1],
                "channel": "api_import",
                "question": "overall",
                "scale": "level2",
                **blank,
                "n1": bad,
                "n2": int(row["responses"]) - bad,
                "source": RATING_SOURCE + "; Disagree and Strongly Disagree against all other answers",
            }
        )
    levels = rows_of(folder / "satisfaction_overall_5level_2025Jan_2026Sep.csv")
    found.append(
        {
            "unit_code": CITY,
            "starts_on": "2025-01-01",
            "ends_on": "2026-09-30",
            "channel": "api_import",
            "question": "overall",
            "scale": "level5",
            **{f"n{row['score']}": int(row["count"]) for row in reversed(levels)},
            "source": RATING_SOURCE
            + "; from Strongly Disagree (1) to Strongly Agree (5) that it was handled well",
        }
    )
    return as_csv(found)
