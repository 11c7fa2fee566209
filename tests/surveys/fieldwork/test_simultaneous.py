"""Fifty people answer forty questions at the same time on SQLite: no error, and every answer is kept."""

import html
import json
import re
import threading
from collections import Counter
from pathlib import Path
from urllib.parse import urlencode

import pytest

from tests.served import Served

N_PEOPLE = 50
SEED = f"""
import json
from tests.surveys.fieldwork import forty, world
version = world.questionnaire(forty.document())
frame = world.frame({N_PEOPLE})
survey = world.in_the_field({N_PEOPLE}, version=version, frame=frame)
print(json.dumps(world.links(survey)))
"""
STORED = """
import json
from surveys.fieldwork.models import Respondent, Response
rows = list(Response.objects.filter(state="complete").values_list("answers", flat=True))
print(json.dumps([len(rows), Respondent.objects.filter(outcome="1.1").count(),
    sorted({len(row) for row in rows}), sum(row["overall"] == "4" for row in rows)]))
"""
FIELD = re.compile(r'<(?:input|select|textarea)[^>]*\bname="(q-[^"]+)"[^>]*>')
VALUE = re.compile(r'value="([^"]*)"')
PAGE = re.compile(r'name="page" value="(\d+)"')


def filled(page: str) -> dict[str, str]:
    """An answer to every question of a page: level 4 where there is one, else the first option."""
    choices: dict[str, list[str]] = {}
    for found in FIELD.finditer(page):
        tag, name = found[0], html.unescape(found[1])
        value = VALUE.search(tag)
        choices.setdefault(name, []).append(value[1] if value and 'type="' in tag else "")
    answers = {}
    for name, values in choices.items():
        if name.endswith("_visits"):
            answers[name] = "3"
        elif name == "q-moved":
            answers[name] = "2020-01-31"
        elif name.startswith("q-first"):
            answers[name] = {"q-first-1": "streets", "q-first-2": "parks"}[name]
        elif values == [""]:
            answers[name] = "Some words"
        else:
            answers[name] = "4" if "4" in values else values[0]
    return answers


def walk(served: Served, link: str) -> list[int]:
    """One person from the first page to the receipt; the status of every answer."""
    status, body = served.ask("POST", link, "begin=1")
    seen = [status]
    for _page in range(40):
        text = body.decode()
        number = PAGE.search(text)
        if number is None:
            break
        status, body = served.ask("POST", link, urlencode({"page": number[1], **filled(text)}))
        seen.append(status)
    return seen


@pytest.mark.prove
def test_fifty_people_answer_at_the_same_time(tmp_path: Path) -> None:
    served = Served(tmp_path / "state")
    served.prepare()
    links = json.loads(served.run(SEED))
    assert len(links) == N_PEOPLE
    statuses: Counter[int] = Counter()
    lock, gate = threading.Lock(), threading.Barrier(N_PEOPLE)

    def one(link: str) -> None:
        gate.wait()
        seen = walk(served, link)
        with lock:
            statuses.update(seen)

    with served.running():
        threads = [threading.Thread(target=one, args=(link,)) for link in links]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert set(statuses) == {200}
    complete, outcomes, lengths, satisfied = json.loads(served.run(STORED))
    assert (complete, outcomes, satisfied) == (N_PEOPLE, N_PEOPLE, N_PEOPLE)
    assert lengths[0] >= 30
