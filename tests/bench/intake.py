"""Figures of intake: CPU and SQL of a rating, online speed, import speed, statistics and exports."""

import http.client
import json
import statistics
import tempfile
import threading
import time
from collections.abc import Sequence
from pathlib import Path

import psycopg

from tests.bench.figure import Measured, figure
from tests.served import Served, postgres_database

N_RATINGS = 400
N_CLIENTS = 4
N_ROUNDS = 5
ANSWERS = "&".join(f"item-{name}=4" for name in ("efficiency", "competence", "attitude", "platform"))
CREATE = (
    "CREATE TABLE minimal_answer (id bigserial PRIMARY KEY, level smallint NOT NULL, comment text NOT NULL, "
    "said_at timestamptz NOT NULL)"
)
SQL = """
import json, re
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
client = Client(headers={{"host": "127.0.0.1"}})
client.get({links!r}[0]); client.post({links!r}[0], {{"level": "5"}})
with CaptureQueriesContext(connection) as seen:
    shown, stored = client.get({links!r}[1]), client.post({links!r}[1], {{"level": "4"}})
assert (shown.status_code, stored.status_code) == (200, 200), (shown.status_code, stored.status_code)
print(json.dumps(len([q for q in seen if not re.match("(BEGIN|COMMIT|SAVEPOINT|RELEASE)", q["sql"])])))
"""


def _drive(served: Served, links: Sequence[str], n_clients: int, *, read_first: bool, body: str) -> float:
    """Rate every link from so many clients that keep their connection; returns the seconds it took."""
    left, lock = list(links), threading.Lock()

    def client() -> None:
        link = http.client.HTTPConnection("127.0.0.1", served.port, timeout=60)
        while True:
            with lock:
                if not left:
                    return
                path = left.pop()
            if read_first:
                link.request("GET", path)
                link.getresponse().read()
            link.request("POST", path, body, {"Content-Type": "application/x-www-form-urlencoded"})
            answer = link.getresponse()
            answer.read()
            assert answer.status == 200, answer.status

    threads = [threading.Thread(target=client) for _ in range(n_clients)]
    begun = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return time.perf_counter() - begun


@figure(
    "CPU per rating (GET + POST, bench-5q, PostgreSQL)", unit="ms", must=8, stretch=4, needs=("postgres",)
)
def cpu_per_rating() -> Measured:
    with tempfile.TemporaryDirectory() as folder, postgres_database() as url:
        served = Served(Path(folder) / "state", url)
        served.prepare()
        with served.running():
            _drive(served, served.links(50, "bench-5q"), 2, read_first=True, body=f"level=4&{ANSWERS}")
            links = served.links(N_RATINGS, "bench-5q")
            before = served.cpu_seconds()
            _drive(served, links, 2, read_first=True, body=f"level=4&{ANSWERS}")
            used = served.cpu_seconds() - before
    return Measured(1000 * used / N_RATINGS, {"ratings": N_RATINGS})


@figure("SQL per rating (GET + POST)", unit="queries", must=8, stretch=5, needs=("postgres",))
def sql_per_rating() -> Measured:
    with tempfile.TemporaryDirectory() as folder, postgres_database() as url:
        served = Served(Path(folder) / "state", url)
        served.prepare()
        links = served.links(2, "bench-5q")
        return Measured(float(json.loads(served.run(SQL.format(links=links)))))


@figure(
    "online POST / minimal Django view",
    unit="ratio",
    must=0.7,
    stretch=0.85,
    higher=True,
    needs=("postgres",),
)
def online_ratio() -> Measured:
    """Ratings a second against inserts a second, turn by turn on the same server and database.

    The ratio depends on the disk: what both wait for is the flush of a commit, and the quicker that is, the more
    the four statements and the page of a rating weigh. So the time of a bare durable insert is told beside it.
    """
    with tempfile.TemporaryDirectory() as folder, postgres_database() as url:
        served = Served(Path(folder) / "state", url)
        served.prepare()
        with psycopg.connect(url, autocommit=True) as database:
            database.execute(CREATE)
            alone = statistics.median(_durable_insert(database) for _turn in range(50))
        plain = Served(Path(folder) / "plain", url)
        turns = [served.links(200) for _turn in range(N_ROUNDS + 1)]
        body = "level=4&comment=fine"
        with served.running(), plain.running("tests.minimal_site:application"):
            _drive(served, turns.pop(), N_CLIENTS, read_first=False, body=body)
            _drive(plain, ["/answer"] * 200, N_CLIENTS, read_first=False, body=body)
            ratios, rates = [], []
            for links in turns:
                ours = _drive(served, links, N_CLIENTS, read_first=False, body=body)
                theirs = _drive(plain, ["/answer"] * len(links), N_CLIENTS, read_first=False, body=body)
                ratios.append(theirs / ours)
                rates.append((len(links) / ours, len(links) / theirs))
    told = {"ratings_and_inserts_a_second": rates, "durable_insert_ms": 1000 * alone}
    return Measured(statistics.median(ratios), told)


def _durable_insert(database: psycopg.Connection[tuple[object, ...]]) -> float:
    """Seconds until the database says that one row is safe."""
    begun = time.perf_counter()
    database.execute("INSERT INTO minimal_answer (level, comment, said_at) VALUES (4, '', now())")
    return time.perf_counter() - begun
