"""A business system that reports finished cases and hands in ratings; needs nothing but Python 3.

EVALUATION_KEY=… python3 business_system.py http://127.0.0.1:8000
"""

import datetime as dt
import json
import os
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid
from collections.abc import Iterator
from typing import Any

TRIES = 5


def call(base: str, method: str, path: str, body: Any = None, key: str = "") -> tuple[int, Any]:
    """One call; waits and repeats while the server is away, and stops at a mistake of ours."""
    headers = {"Authorization": f"Token {os.environ['EVALUATION_KEY']}", "Content-Type": "application/json"}
    if key:
        headers["Idempotency-Key"] = key
    data = None if body is None else json.dumps(body).encode()
    for attempt in range(TRIES):
        request = urllib.request.Request(f"{base}/api/v1/{path}", data, headers, method=method)  # noqa: S310
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:  # noqa: S310
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as error:
            if error.code < 500:
                return error.code, json.load(error)
        except OSError:
            pass
        time.sleep(2**attempt)
    raise SystemExit("The evaluation system is away; keep the case and report it later.")


def services(base: str) -> Iterator[str]:
    """The codes of every service, page by page."""
    path = "services"
    while path:
        _status, page = call(base, "GET", path)
        yield from (row["code"] for row in page["results"])
        following = page["next"]
        path = "services?" + urllib.parse.urlsplit(following).query if following else ""


def main(base: str) -> None:
    """Report a case, hand in a rating for it, and see that it was counted once."""
    code = next(services(base))
    now = dt.datetime.now().astimezone()
    case = {"case_no": f"EX-{uuid.uuid4().hex[:10]}", "stage": "completion", "service_no": 1}
    finished = case | {
        "service_code": code,
        "finished_at": (now - dt.timedelta(minutes=10)).isoformat(),
        "mode": "offline",
    }
    status, answer = call(base, "POST", "matters", finished)
    print(status, "reported:", answer["invitation"]["url"])
    again, same = call(base, "POST", "matters", finished)
    print(again, "reported again, same link:", same["invitation"]["url"] == answer["invitation"]["url"])

    rating = case | {"level": 5, "channel": "four_key_box", "rated_at": now.isoformat()}
    key = str(uuid.uuid4())
    status, stored = call(base, "POST", "ratings", rating, key)
    print(status, "rated, receipt:", stored["receipt"])
    status, repeated = call(base, "POST", "ratings", rating, key)
    print(status, "sent again, same receipt:", repeated["receipt"] == stored["receipt"])

    status, refused = call(base, "POST", "ratings", rating | {"level": 9})
    print(status, "refused:", [error["pointer"] for error in refused["errors"]])
    status, found = call(base, "GET", f"matters?case_no={case['case_no']}")
    print(status, "ratings of the case:", [row["n_ratings"] for row in found["results"]])


if __name__ == "__main__":
    main(sys.argv[1].rstrip("/"))
