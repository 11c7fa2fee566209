"""Checks a package: encoding, signature, every file and row, then recomputes scores and places.

Runs inside the product and, as part of every package, alone: Python 3.11 and numpy are enough.
    python verify.py PACKAGE.zip [--key PUBLIC_KEY] [--figure ID] [--receipt PROOF.json] [--head HEAD.json]
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from evaluation.reports.package.faults import ProofFailedError, canonical, load, parsed, sha256
from evaluation.reports.package.inclusion import ROOTS, InclusionError, included, roots_of
from evaluation.reports.package.recompute import recomputed

MANIFEST, SIGNATURE = "manifest.json", "manifest.sig"
SIGNED = re.compile(rb"([0-9a-f]{64})\n([0-9a-f]{128})\n")
SIGNATURE_LINE = re.compile(rb"[0-9a-f]{128}")
MISSHAPEN = (KeyError, TypeError, AttributeError, IndexError, ValueError, RecursionError)
"""What reading a well-signed package raises that is not built as one."""
PUBLIC, AUDIT = "public", "audit"


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
    signed = _signed(files, manifest, tools, asked.key)
    try:
        said = _checked(content, files, manifest, tools, asked)
        figure = _figure(files, asked.figure) if asked.figure else None
    except MISSHAPEN as error:
        raise ProofFailedError(f"the package is signed but not built as packages are ({error!r})") from error
    return Proof((signed, *said), manifest, figure)


def _checked(
    content: bytes, files: dict[str, bytes], manifest: Mapping[str, Any], tools: Tools, asked: Asked
) -> list[str]:
    said = [_files(files, manifest)]
    try:
        tools.check(content, files)
    except ValueError as error:
        raise ProofFailedError(f"the zip, {error}") from error
    said += [_edition(files, manifest), *_opened(files, manifest), *recomputed(files, tools.score)]
    if asked.receipt:
        said.append(_receipt(files, asked.receipt))
    if asked.head:
        said.append(_head(content, manifest, tools, asked.head))
    return said


def _manifest(files: Mapping[str, bytes]) -> dict[str, Any]:
    manifest = load(files, MANIFEST)
    if not isinstance(manifest, dict) or not isinstance(manifest.get("files"), dict):
        raise ProofFailedError(f"{MANIFEST}: no list of files")
    return manifest


def _signed(files: Mapping[str, bytes], manifest: Mapping[str, Any], tools: Tools, key: str) -> str:
    lines = SIGNED.fullmatch(files.get(SIGNATURE, b""))
    public = lines[1].decode() if lines else ""
    good = lines is not None and tools.is_signed(
        bytes.fromhex(public), files[MANIFEST], bytes.fromhex(lines[2].decode())
    )
    if not good:
        raise ProofFailedError(f"{MANIFEST} or {SIGNATURE}: the signature does not fit the manifest")
    if manifest.get("key") != public:
        raise ProofFailedError(f"{MANIFEST}: signed with another key than it names")
    if key and "".join(key.split()).lower() != public:
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


def _edition(files: Mapping[str, bytes], manifest: Mapping[str, Any]) -> str:
    """The fingerprint shown on the page is that of the pages and figures in the package."""
    pages, figures = load(files, "edition/pages.json"), load(files, "edition/figures.json")
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
    told, results = load(files, "edition/pages.json")["edition"], load(files, "data/results.json")
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
        found = parsed(data.split(b"\n")[0], "head")
        return {
            "package": found["package"],
            "edition": found["edition"],
            "key": found["key"],
            "log": found["log"],
        }
    except (ProofFailedError, KeyError, TypeError) as error:
        raise ProofFailedError("the head of the log cannot be read") from error


def _head(content: bytes, manifest: Mapping[str, Any], tools: Tools, data: bytes) -> str:
    """The signed head beside the package speaks of this package; where the log then stood."""
    told = head_of(data)
    lines = data.split(b"\n")
    good = (
        len(lines) == 3
        and not lines[2]
        and SIGNATURE_LINE.fullmatch(lines[1]) is not None
        and tools.is_signed(bytes.fromhex(manifest["key"]), lines[0], bytes.fromhex(lines[1].decode()))
    )
    if not good:
        raise ProofFailedError("the head of the log: its signature does not fit")
    for name, wanted in (("package", sha256(content)), ("edition", manifest["edition"]["digest"])):
        if told[name] != wanted:
            raise ProofFailedError(f"the head of the log speaks of {name} {told[name]}, not of {wanted}")
    log = told["log"]
    return f"when this was published the log ended with entry {log['number']}, hash {log['hash']}"


def _figure(files: Mapping[str, bytes], code: str) -> Mapping[str, Any]:
    for one in load(files, "edition/figures.json"):
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
