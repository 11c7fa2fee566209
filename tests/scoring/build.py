"""Small schemes and tables for tests of the engine, and the command line as a function."""

import copy
import csv
import json

import numpy as np

from scoring.__main__ import main
from scoring.schemes import scheme_from_json
from scoring.types import Table
from tests.paths import EXAMPLES

PLAIN = {
    "scheme": 1,
    "code": "plain",
    "version": "1",
    "nodes": [{"code": "total", "parent": None, "aggregate": "amean"}],
    "indicators": [{"code": "a", "parent": "total"}, {"code": "b", "parent": "total"}],
}


def document(**changes):
    """The plain scheme with whole keys replaced; aggregate=, normalise= and transform= change every part at once."""
    found = copy.deepcopy(PLAIN)
    aggregate = changes.pop("aggregate", None)
    parts = {key: changes.pop(key) for key in ("normalise", "transform") if key in changes}
    found.update(copy.deepcopy(changes))
    if aggregate is not None:
        found["nodes"][0]["aggregate"] = aggregate
    for indicator in found["indicators"]:
        indicator.update(copy.deepcopy(parts))
    return found


def scheme(**changes):
    return scheme_from_json(document(**changes))


def table(values, codes="ab", units=None, **more):
    values = np.array(values, dtype=float)
    names = units or [f"u{i:0{len(str(len(values) - 1))}}" for i in range(len(values))]
    return Table(units=tuple(names), codes=tuple(codes), values=values, **more)


def run(capsys, *words):
    """Exit code, JSON printed (None on failure) and the error sentence."""
    code = main([str(word) for word in words])
    out, err = capsys.readouterr()
    return code, json.loads(out) if out else None, err


def refused(capsys, *words):
    """The sentence of a refusal: exit 2, one line on stderr, nothing on stdout."""
    code, out, err = run(capsys, *words)
    assert (code, out) == (2, None)
    assert err.endswith("\n")
    assert err.count("\n") == 1
    return err.strip()


def write_csv(path, rows):
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(rows)
    return path


def write_scheme(path, **changes):
    path.write_text(json.dumps(document(**changes)), encoding="utf-8")
    return path


NAN = np.nan
RESCALE = {"rule": "rescale", "availability": 0.5}


def read_rows(path):
    with path.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def score_example(capsys, example, path, *more):
    """Output of `score` on a shipped example scheme."""
    code, found, err = run(capsys, "score", EXAMPLES / f"{example}.json", path, *more)
    assert (code, err) == (0, "")
    return found


def goalposts(lo, hi):
    return {"method": "goalposts", "lo": lo, "hi": hi}


def scores(result):
    return result.score.tolist()
