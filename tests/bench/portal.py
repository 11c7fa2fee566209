"""Figures of the portal: the results page through the server that `manage.py run` starts, eight clients asking."""

import re
import subprocess
import sys
import tempfile
import time
from functools import cache
from pathlib import Path

from tests.bench.figure import Measured, figure
from tests.paths import ROOT
from tests.served import Served
from tests.services import WRK

PAGE = "/results/nyc-2026/"
N_CLIENTS, SECONDS = 8, 10
PUBLISH = "from tests.worlds import edition; print(edition.published().digest)"
TELL = """
done = function(summary, latency, requests)
  local bad = summary.errors.status + summary.errors.connect + summary.errors.read + summary.errors.timeout
  io.write(string.format("p95 %d us, %d pages, %d us, %d bad\\n",
    latency:percentile(95), summary.requests, summary.duration, bad))
end
"""
TOLD = re.compile(r"p95 (\d+) us, (\d+) pages, (\d+) us, (\d+) bad")


@cache
def _asked() -> tuple[float, float]:
    """Pages a second and the 95th percentile in milliseconds."""
    with tempfile.TemporaryDirectory() as folder:
        served = Served(Path(folder) / "state")
        served.prepare()
        served.run(PUBLISH)
        script = Path(folder) / "tell.lua"
        script.write_text(TELL, encoding="ascii")
        command = [sys.executable, "manage.py", "run", "--only", "web", "--port", str(served.port)]
        web = subprocess.Popen(command, cwd=ROOT, env=served.environment)
        try:
            served.wait_for(PAGE)
            _drive(served, script, 2)
            p95, pages, duration, bad = _drive(served, script, SECONDS)
        finally:
            web.terminate()
            web.wait(timeout=30)
    assert bad == 0, f"{bad} answers were not pages"
    return 1e6 * pages / duration, p95 / 1000


def _drive(served: Served, script: Path, seconds: int) -> tuple[int, int, int, int]:
    time.sleep(1)
    command = [
        WRK, "-t1", f"-c{N_CLIENTS}", f"-d{seconds}", "-s", str(script), "-H", "Accept-Encoding: gzip",
        f"http://127.0.0.1:{served.port}{PAGE}",
    ]  # fmt: skip
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    found = TOLD.search(said)
    assert found is not None, said
    p95, pages, duration, bad = map(int, found.groups())
    return p95, pages, duration, bad


@figure(
    "public results page, 8 clients: pages a second", unit="pages/s", must=1000, stretch=2000, higher=True,
    needs=("wrk",),
)  # fmt: skip
def pages_a_second() -> Measured:
    rate, p95 = _asked()
    return Measured(rate, {"p95_ms": p95})


@figure("public results page, 8 clients: 95th percentile", unit="ms", must=50, stretch=25, needs=("wrk",))
def slowest_pages() -> Measured:
    rate, p95 = _asked()
    return Measured(p95, {"pages_per_second": rate})
