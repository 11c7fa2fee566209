"""The questionnaires that ship with the system, as documents with their sources."""

import json
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "presets"


def preset_documents() -> list[dict[str, Any]]:
    """Every shipped document, by code."""
    return [json.loads(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.json"))]
