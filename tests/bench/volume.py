"""Figures of size: import of a million, a hundred thousand answers as page and files, ten million ratings."""

import atexit
import json
import random
import statistics
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import cache
from pathlib import Path

import psycopg

from tests.bench.figure import Measured, figure
from tests.served import Served, postgres_database

PYTHON = "tests.bench.inside"
N_IMPORT = 1_000_000
ANSWERED = (60, 100_000)
FEW = (500, 1_000_000)
MANY = (500, 10_000_000)
"""Services and ratings of a synthetic world."""
N_PAGES = 20
PAGES = (
    "/office/tallies/",
    "/office/tallies/?unit=SIM1-0003",
    "/office/tallies/crosstab/",
    "/office/tallies/comments/",
    "/office/tallies/comments/?organisation=&level=1",
    "/office/tallies/coverage/",
    "/office/tallies/held/",
    "/office/screening/",
    "/office/screening/rules/",
    "/office/cases/",
    "/office/cycles/",
    "/office/catalogue/",
)
Told = dict[str, object]


@contextmanager
def installation() -> Iterator[Served]:
    """A new installation over a PostgreSQL database of its own."""
    with tempfile.TemporaryDirectory() as folder, postgres_database() as url:
        served = Served(Path(folder) / "state", url)
        served.prepare()
        yield served


WORLDS = ExitStack()
atexit.register(WORLDS.close)


@cache
def crowded(n_services: int, n_ratings: int) -> Served:
    """An installation with so many synthetic ratings, made once a run and dropped at its end."""
    served = WORLDS.enter_context(installation())
    numbers = ("--services", str(n_services), "--ratings", str(n_ratings), "--seed", "1")
    served.manage("simulate", *numbers)
    with psycopg.connect(served.url, autocommit=True) as database:
        database.execute("VACUUM ANALYZE")  # what the database does by itself within minutes
    return served


def inside(served: Served, call: str) -> Told:
    """What a function of tests.bench.inside measured in a process of the installation."""
    found: Told = json.loads(served.run(f"import json; from {PYTHON} import *; print(json.dumps({call}))"))
    return found


@figure(
    "import of 1,000,000 ratings / indexed COPY", unit="ratio", must=0.5, stretch=0.7, higher=True,
    needs=("postgres",),
)  # fmt: skip
def import_ratio() -> Measured:
    """Rows a second of the importer (checked, deduplicated) against COPY of the same rows into a like table."""
    with installation() as served:
        found = inside(served, f"import_against_copy({N_IMPORT})")
    return Measured(float(str(found["ratio"])), found)


@figure("100,000 answers: statistics page", unit="s", must=0.3, stretch=0.1, needs=("postgres",))
def statistics_page() -> Measured:
    found = inside(crowded(*ANSWERED), "pages(['/office/tallies/'], 9)")
    return Measured(float(str(found["median"])), found)


@figure("100,000 answers: CSV", unit="s", must=3, stretch=1.5, needs=("postgres",))
def csv_export() -> Measured:
    found = inside(crowded(*ANSWERED), "csv_file()")
    return Measured(float(str(found["seconds"])), found)


@figure("100,000 answers: XLSX", unit="s", must=20, stretch=12, needs=("postgres",))
def xlsx_export() -> Measured:
    """The seconds for 100,000; the detail compares peak memory with that of 10,000."""
    served = crowded(*ANSWERED)
    tenth = inside(served, f"workbook({ANSWERED[1] // 10})")
    found = inside(served, f"workbook({ANSWERED[1]})")
    return Measured(float(str(found["seconds"])), found | {"tenth": tenth})


@figure(
    "evaluation of a cycle, 10 M ratings / 1 M", unit="ratio", must=1.2, stretch=1.05, needs=("postgres",)
)
def evaluation_ratio() -> Measured:
    """The same units, turn by turn; the tallies are counted in both."""
    few, many = crowded(*FEW), crowded(*MANY)
    call = "evaluation('simulated-1')"
    turns = [(inside(few, call), inside(many, call)) for _turn in range(5)]
    times = [(float(str(one["seconds"])), float(str(ten["seconds"]))) for one, ten in turns]
    return Measured(statistics.median(ten / one for one, ten in times), {"seconds": times})


@figure("10,000,000 ratings: tallies rebuilt", unit="s", must=60, stretch=30, needs=("postgres",))
def rebuild() -> Measured:
    """Rebuilding every tally; the detail holds the office pages of the same installation."""
    found = inside(crowded(*MANY), "rebuilt()")
    return Measured(float(str(found["seconds"])), found)


@figure("10,000,000 ratings: office pages, p95", unit="ms", must=300, stretch=150, needs=("postgres",))
def office_pages() -> Measured:
    """Every page as often, in a shuffled order, signed in as the evaluation office."""
    wanted = list(PAGES) * N_PAGES
    random.Random(1).shuffle(wanted)
    found = inside(crowded(*MANY), f"pages({wanted!r}, 1)")
    return Measured(1000 * float(str(found["p95"])), found)
