"""Makes the stand-alone verifier: this package's modules in one file, and the scoring engine beside it."""

import ast
import hashlib
from pathlib import Path

import scoring

HERE = Path(__file__).resolve().parent
MODULES = (
    "canon.py", "ed25519.py", "inclusion.py", "faults.py", "recompute.py", "proof.py", "standalone.py",
)  # fmt: skip
UNTOLD = "ENGINE: dict[str, str] = {}\n"
HEAD = '''"""Checks a package of the evaluation office: python verify.py PACKAGE.zip [--key PUBLIC_KEY] [--figure ID].
    --receipt PROOF.json   a resident's receipt is among those of its day
    --head HEAD.json       where the office's log ended when this was published

Needs Python 3.11 and numpy, nothing else. It checks the encoding of the zip, the signature (Ed25519, RFC 8032),
every file and row, the fingerprint of the edition, and recomputes every score and place with the engine in the
package, once that is the engine whose digests stand below. Take this file and the office's public key from
another place than the package.
"""
'''
OWN = "evaluation.reports.package"


def verifier() -> bytes:
    """verify.py as it lies in every package; equal sources give equal bytes."""
    imports: set[str] = set()
    bodies = []
    for name in MODULES:
        text = (HERE / name).read_text(encoding="utf-8")
        lines = text.splitlines()
        drop: set[int] = set()
        for node in ast.parse(text).body:
            place = range(node.lineno - 1, node.end_lineno or node.lineno)
            if isinstance(node, ast.Import | ast.ImportFrom):
                drop.update(place)
                if not (isinstance(node, ast.ImportFrom) and (node.module or "").startswith(OWN)):
                    imports.add(ast.unparse(node))
            elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and node.lineno == 1:
                drop.update(place)
        bodies.append("\n".join(line for i, line in enumerate(lines) if i not in drop).strip())
    whole = HEAD + "\n" + "\n".join(sorted(imports)) + "\n\n\n" + "\n\n\n".join(bodies) + "\n"
    before, after = whole.split(UNTOLD)
    told = "".join(
        f'    "{name}": "{hashlib.sha256(data).hexdigest()}",\n' for name, data in engine().items()
    )
    return f"{before}ENGINE: dict[str, str] = {{\n{told}}}\n{after}".encode()


def engine() -> dict[str, bytes]:
    """The sources of the scoring engine by their names in the package."""
    folder = Path(scoring.__file__).resolve().parent
    return {f"scoring/{path.name}": path.read_bytes() for path in sorted(folder.glob("*.py"))}
