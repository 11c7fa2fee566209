"""Checks a package: encoding, signature, every file and row, then recomputes scores and places.

Runs inside the product and, as part of every package, alone: Python 3.11 and numpy are enough.
    python verify.py PACKAGE.zip [--key PUBLIC_KEY] [--figure ID] [--receipt PROOF.json] [--head HEAD.json]
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from evaluation.reports.package.inclusion import ROOTS, InclusionError, included, roots_of

MANIFEST, SIGNATURE = "manifest.json", "manifest.sig"
CLOSE = 1e-9
PUBLIC, AUDIT = "public", "audit"


class ProofFailedError(Exception):
    """What is wrong first: the file, and the row, byte, unit or figure in it."""


@dataclass(frozen=True)
class Tools:
    """What this module needs of its neighbours, whose names differ inside the package."""

    read: Callable[[bytes], dict[str, bytes]]
    check: Callable[[bytes, dict[str, bytes]], None]
    is_signed: Callable[[bytes, bytes, bytes], bool]
    score: Callable[[Any, Any], dict[str, Any]]


@dataclass(frozen=True)
class Asked:
    """What to check besides the package: the office's key, a figure, a receipt's proof, the signed head of the log."""

    key: str = ""
    figure: str = ""
    receipt: bytes = b""
    head: bytes = b""


@dataclass(frozen=True)
class Proof:
    """What was found to hold, in sentences, and the manifest."""

    said: tuple[str, ...]
    manifest: Mapping[str, Any]
    figure: Mapping[str, Any] | None = None


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def canonical(value: Any) -> bytes:
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return text.encode()


def row_digests(data: bytes) -> list[str]:
    """A short digest of every line of a table."""
    return [sha256(line)[:16] for line in data.split(b"\n")]


def prove(content: bytes, tools: Tools, asked: Asked) -> Proof:
    """Everything that can be checked without the office; ProofFailedError names the first fault."""
    try:
        files = tools.read(content)
    except ValueError as error:
        raise ProofFailedError(f"the zip, {error}") from error
    manifest = _manifest(files)
    said = [_signed(files, manifest, tools, asked.key)]
    said.append(_files(files, manifest))
    try:
        tools.check(content, files)
    except ValueError as error:
        raise ProofFailedError(f"the zip, {error}") from error
    said += [_edition(files, manifest), *_opened(files, manifest), *_recomputed(files, tools)]
    if asked.receipt:
        said.append(_receipt(files, asked.receipt))
    if asked.head:
        said.append(_head(content, manifest, tools, asked.head))
    return Proof(tuple(said), manifest, _figure(files, asked.figure) if asked.figure else None)


def _manifest(files: Mapping[str, bytes]) -> dict[str, Any]:
    if MANIFEST not in files:
        raise ProofFailedError(f"{MANIFEST} is missing")
    try:
        manifest = json.loads(files[MANIFEST])
    except ValueError as error:
        raise ProofFailedError(f"{MANIFEST}: not JSON ({error})") from error
    if not isinstance(manifest, dict) or not isinstance(manifest.get("files"), dict):
        raise ProofFailedError(f"{MANIFEST}: no list of files")
    return manifest


def _signed(files: Mapping[str, bytes], manifest: Mapping[str, Any], tools: Tools, key: str) -> str:
    try:
        public, signature = files[SIGNATURE].decode("ascii").split("\n")[:2]
        is_exact = (
            files[SIGNATURE] == f"{public}\n{signature}\n".encode()
            and public + signature == (public + signature).lower()
        )
        good = is_exact and tools.is_signed(bytes.fromhex(public), files[MANIFEST], bytes.fromhex(signature))
    except (KeyError, ValueError):
        good, public = False, ""
    if not good:
        raise ProofFailedError(f"{MANIFEST} or {SIGNATURE}: the signature does not fit the manifest")
    if manifest.get("key") != public:
        raise ProofFailedError(f"{MANIFEST}: signed with another key than it names")
    if key and key.strip().lower() != public:
        raise ProofFailedError(f"{SIGNATURE}: signed with key {public}, not with the office's key {key}")
    return f"signed with key {public}" + ("" if key else "; compare it with the key the office publishes")


def _files(files: Mapping[str, bytes], manifest: Mapping[str, Any]) -> str:
    listed = manifest["files"]
    for name in sorted(set(listed) | set(files) - {MANIFEST, SIGNATURE}):
        if name not in files:
            raise ProofFailedError(f"{name} is missing")
        if name not in listed:
            raise ProofFailedError(f"{name} is not in the manifest")
        if sha256(files[name]) != listed[name]["sha256"]:
            raise ProofFailedError(_first_row(name, files[name], listed[name]))
    return f"{len(listed)} files are as the manifest says"


def _first_row(name: str, data: bytes, entry: Mapping[str, Any]) -> str:
    if "rows" not in entry:
        return f"{name}: its content was changed"
    found = row_digests(data)
    for number, (is_row, wanted) in enumerate(zip(found, entry["rows"], strict=False), 1):
        if is_row != wanted:
            return f"{name}, row {number}: changed, moved or taken out"
    if len(found) != len(entry["rows"]):
        return f"{name}, row {min(len(found), len(entry['rows'])) + 1}: rows were added or cut off"
    return f"{name}: its content was changed"


def _load(files: Mapping[str, bytes], name: str) -> Any:
    try:
        return json.loads(files[name])
    except (KeyError, ValueError) as error:
        raise ProofFailedError(f"{name}: missing or not JSON") from error


def _edition(files: Mapping[str, bytes], manifest: Mapping[str, Any]) -> str:
    """The fingerprint shown on the page is that of the pages and figures in the package."""
    pages, figures = _load(files, "edition/pages.json"), _load(files, "edition/figures.json")
    told = [[one["code"], one["value"], one["passport"]] for one in figures]
    found = sha256(canonical({"pages": pages, "figures": told}))
    if found != manifest["edition"]["digest"]:
        raise ProofFailedError(f"edition/pages.json: its fingerprint {found} is not the edition's")
    roots = {row["day"]: row["root"] for row in pages.get("receipts") or []}
    if ROOTS in files and roots_of(files[ROOTS]) != roots:
        raise ProofFailedError(f"{ROOTS}: the roots are not those of the edition")
    return f"pages and {len(figures)} figures have the fingerprint {found}"


def _opened(files: Mapping[str, bytes], manifest: Mapping[str, Any]) -> list[str]:
    """With the salt, which audit packages alone hold, the sealed fingerprints are those of inputs and result."""
    salt = manifest.get("run", {}).get("salt")
    if not salt:
        return []
    told, results = _load(files, "edition/pages.json")["edition"], _load(files, "data/results.json")
    plain = {"input_digest": results["input_digest"], "result_digest": sha256(canonical(results))}
    for name, digest in plain.items():
        if sha256(f"{salt}{digest}".encode()) != told[name]:
            raise ProofFailedError(f"edition/pages.json: the sealed {name} is not that of data/results.json")
    return ["the sealed fingerprints are those of the inputs and the result"]


def _receipt(files: Mapping[str, bytes], proof: bytes) -> str:
    if ROOTS not in files:
        raise ProofFailedError(f"{ROOTS} is missing: this package holds no receipts")
    try:
        return included(proof, roots_of(files[ROOTS]))
    except InclusionError as error:
        raise ProofFailedError(str(error)) from error


def head_of(data: bytes) -> dict[str, Any]:
    """The head of the log as the office signed it beside a package: one line of JSON."""
    try:
        found = json.loads(data.split(b"\n")[0])
        return {
            "package": found["package"],
            "edition": found["edition"],
            "key": found["key"],
            "log": found["log"],
        }
    except (ValueError, KeyError, TypeError) as error:
        raise ProofFailedError("the head of the log cannot be read") from error


def _head(content: bytes, manifest: Mapping[str, Any], tools: Tools, data: bytes) -> str:
    """The signed head beside the package speaks of this package; where the log then stood."""
    told = head_of(data)
    lines = data.split(b"\n")
    try:
        key, signature = bytes.fromhex(manifest["key"]), bytes.fromhex(lines[1].decode("ascii"))
        good = len(lines) == 3 and not lines[2] and tools.is_signed(key, lines[0], signature)
    except (IndexError, ValueError):
        good = False
    if not good:
        raise ProofFailedError("the head of the log: its signature does not fit")
    for name, wanted in (("package", sha256(content)), ("edition", manifest["edition"]["digest"])):
        if told[name] != wanted:
            raise ProofFailedError(f"the head of the log speaks of {name} {told[name]}, not of {wanted}")
    log = told["log"]
    return f"when this was published the log ended with entry {log['number']}, hash {log['hash']}"


def _recomputed(files: Mapping[str, bytes], tools: Tools) -> list[str]:
    scheme, data = _load(files, "data/scheme.json"), _load(files, "data/table.json")
    published = _load(files, "data/results.json")
    again = tools.score(scheme, data)
    withheld = set(data.get("withheld") or [])
    n_scores = _scores(published, again, withheld)
    n_ranks = _places(published, again, withheld)
    _figures(files, published)
    said = [f"{n_scores} scores recomputed to 1e-9, {n_ranks} places and grades exactly"]
    if withheld:
        said.append(f"{len(withheld)} units have figures about too few people and are not recomputed")
    return said


def _scores(published: Mapping[str, Any], again: Mapping[str, Any], withheld: set[str]) -> int:
    n = 0
    here = {unit: i for i, unit in enumerate(again["units"])}
    for i, unit in enumerate(published["units"]):
        if unit in withheld:
            continue
        if unit not in here:
            raise ProofFailedError(f"data/results.json: unit {unit} is not in the data")
        for node, values in sorted(published["scores"].items()):
            told, found = values[i], again["scores"][node][here[unit]]
            if (told is None) != (found is None) or (told is not None and abs(told - found) > CLOSE):
                raise ProofFailedError(
                    f"data/results.json: score of {unit} at {node} is {told}, recomputed {found}"
                )
            n += told is not None
    return n


def _places(published: Mapping[str, Any], again: Mapping[str, Any], withheld: set[str]) -> int:
    n = 0
    here = {unit: i for i, unit in enumerate(again["units"])}
    for i, unit in enumerate(published["units"]):
        if unit in withheld:
            continue
        for key, word in (("ranks", "place"), ("grades", "grade"), ("status", "state")):
            told, found = published[key][i], again[key][here[unit]]
            if key == "status":
                told, found = told["state"], found["state"]
            if told != found:
                raise ProofFailedError(f"data/results.json: {word} of {unit} is {told}, recomputed {found}")
        n += published["ranks"][i] is not None
    return n


def _figures(files: Mapping[str, bytes], published: Mapping[str, Any]) -> None:
    """Published figures are those of the results."""
    at = {unit: i for i, unit in enumerate(published["units"])}
    for one in _load(files, "edition/figures.json"):
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


def _figure(files: Mapping[str, bytes], code: str) -> Mapping[str, Any]:
    for one in _load(files, "edition/figures.json"):
        if one["code"] == code:
            found: dict[str, Any] = one
            return found
    raise ProofFailedError(f"there is no figure {code} in this package")


def describe(proof: Proof) -> str:
    """What was found, line by line."""
    edition = proof.manifest["edition"]
    kind = proof.manifest.get("kind", PUBLIC)
    lines = [
        f"{edition['cycle']}, edition {edition['number']}, {kind} package: everything agrees",
        *(f"- {s}" for s in proof.said),
    ]
    if proof.figure is not None:
        lines.append(json.dumps(proof.figure, ensure_ascii=False, indent=1, sort_keys=True))
    return "\n".join(lines)
