"""Where tests find the checkout, its examples and the reference data beside it."""

from pathlib import Path

from tests.services import SHARED_DATA

ROOT = Path(__file__).resolve().parent.parent
EXAMPLES = ROOT / "docs" / "examples"
SHARED = SHARED_DATA
GOLDEN = SHARED / "golden"
NYC = SHARED / "nyc_agencies"
