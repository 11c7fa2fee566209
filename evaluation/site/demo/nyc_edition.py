"""The demonstration edition `nyc-2026`: real figures of twelve New York City agencies."""

import datetime as dt
from pathlib import Path

from evaluation.cycles.models import Cycle
from evaluation.site.demo.story import File, Office, at, bring, finish_cycle, open_new_cycle
from surveys.catalogue.models import Organisation

FOLDER = Path(__file__).parent / "nyc"
CODE = "nyc-2026"
CITY = "NYC"
DAYS = (dt.date(2026, 4, 1), dt.date(2026, 9, 30))
OPENED_ON = dt.date(2026, 10, 9)
LOCKED_ON = dt.date(2026, 10, 22)
NAMES = {"en": "New York City 2026", "zh-hans": "纽约市 2026", "zh-hant": "紐約市 2026"}
NOTES = {
    "en": (
        "A demonstration on public figures, not a publication of the City. The three sources cover different periods: "
        "ratings April to September 2026, targets of fiscal year 2023, requests of the second quarter of 2026. "
        "Residents chose to answer; they are not a sample of all users."
    ),
    "zh-hans": (
        "用公开数字所作的演示，不是纽约市的正式发布。三个来源的期间不同：评价为2026年4月至9月，目标为2023财年，"
        "诉求记录为2026年第二季度。是否回答由居民自己决定，并非全体使用者的抽样。"
    ),
    "zh-hant": (
        "用公開數字所作的演示，不是紐約市的正式發布。三個來源的期間不同：評價為2026年4月至9月，目標為2023財年，"
        "訴求紀錄為2026年第二季。是否回答由居民自己決定，並非全體使用者的抽樣。"
    ),
}

LET_PASS = {
    ("kpis", "timeliness"): {
        "en": "Fiscal year 2023 is the latest year with published targets; its period is shown beside every figure.",
        "zh-hans": "2023财年是最近一个公布目标的年度，期间写在每个数字旁。",
        "zh-hant": "2023財年是最近一個公布目標的年度，期間寫在每個數字旁。",
    }
}


def file_of(kind: str, name: str) -> File:
    return File(kind, name, (FOLDER / name).read_bytes())


def build_nyc(*, office: Office) -> Cycle:
    """Bring the files in and lead the cycle to its published edition."""
    now = at(OPENED_ON)
    bring([file_of("catalogue", "organisations.csv")], cycle=None, office=office, now=now)
    agencies = list(Organisation.objects.filter(parent__code=CITY).order_by("code"))
    cycle = open_new_cycle(
        code=CODE,
        names=NAMES,
        days=DAYS,
        scheme="nyc_three_sources",
        organisations=agencies,
        office=office,
        on=OPENED_ON,
        notes=NOTES,
    )
    files = [file_of("batches", "batches.csv"), file_of("kpis", "kpis.csv"), file_of("audits", "audits.csv")]
    bring(files, cycle=CODE, office=office, now=now)
    return finish_cycle(cycle, office=office, on=LOCKED_ON, let_pass=LET_PASS)
