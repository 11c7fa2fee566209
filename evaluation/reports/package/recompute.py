"""Recomputes the scores and places of a package and sets the published ones against them."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from evaluation.reports.package.faults import ProofFailedError, load

CLOSE = 1e-9


def recomputed(files: Mapping[str, bytes], score: Callable[[Any, Any], dict[str, Any]]) -> list[str]:
    """Scores to 1e-9, places and grades exactly, and the published figures against them; what was found, in words."""
    scheme, data = load(files, "data/scheme.json"), load(files, "data/table.json")
    published = load(files, "data/results.json")
    again = score(scheme, data)
    withheld = set(data.get("withheld") or [])
    n_scores = _scores(published, again, withheld)
    n_ranks = _places(published, again, withheld)
    _figures(files, published)
    said = [f"{n_scores} scores recomputed to 1e-9, {n_ranks} places and grades exactly"]
    if withheld:
        said.append(f"{len(withheld)} units have figures about too few people and are not recomputed")
    return said


def _units(
    published: Mapping[str, Any], again: Mapping[str, Any], withheld: set[str]
) -> Iterator[tuple[str, int, int]]:
    """Each unit that is told, its place among the published ones and among the recomputed ones."""
    here = {unit: i for i, unit in enumerate(again["units"])}
    for i, unit in enumerate(published["units"]):
        if unit in withheld:
            continue
        if unit not in here:
            raise ProofFailedError(f"data/results.json: unit {unit} is not in the data")
        yield unit, i, here[unit]


def _scores(published: Mapping[str, Any], again: Mapping[str, Any], withheld: set[str]) -> int:
    n = 0
    for unit, i, at in _units(published, again, withheld):
        for node, values in sorted(published["scores"].items()):
            told, found = values[i], again["scores"][node][at]
            if (told is None) != (found is None) or (told is not None and abs(told - found) > CLOSE):
                raise ProofFailedError(
                    f"data/results.json: score of {unit} at {node} is {told}, recomputed {found}"
                )
            n += told is not None
    return n


def _places(published: Mapping[str, Any], again: Mapping[str, Any], withheld: set[str]) -> int:
    n = 0
    for unit, i, at in _units(published, again, withheld):
        for key, word in (("ranks", "place"), ("grades", "grade"), ("status", "state")):
            told, found = published[key][i], again[key][at]
            if key == "status":
                told, found = told["state"], found["state"]
            if told != found:
                raise ProofFailedError(f"data/results.json: {word} of {unit} is {told}, recomputed {found}")
        n += published["ranks"][i] is not None
    return n


def _figures(files: Mapping[str, bytes], published: Mapping[str, Any]) -> None:
    """Published figures are those of the results."""
    at = {unit: i for i, unit in enumerate(published["units"])}
    for one in load(files, "edition/figures.json"):
        if one["unit"] not in at or one["measure"] not in ("score", "rank", "points"):
            continue
        i = at[one["unit"]]
        if one["measure"] == "rank":
            told = published["ranks"][i]
        else:
            told = (published["scores"] | published["normalised"])[one["node"]][i]
        if told is None or abs(float(one["value"]) - told) > 1e-9:
            raise ProofFailedError(
                f"edition/figures.json: {one['code']} is {one['value']}, the results say {told}"
            )
