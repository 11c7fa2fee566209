"""Cleans what people write: nothing invisible, nothing that turns the text around, one form of each letter."""

import re
import unicodedata

INVISIBLE = re.compile(
    "["
    "\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f"  # controls but tab and line feed
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e"
    "\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f"  # zero-width space, marks and overrides of direction
    "\ufeff\ufff0-\ufffb\U000e0000-\U000e007f"
    "]"
)
LONE_JOINERS = re.compile("[\u200c\u200d]+(?=[\x00-\u02ff\u2e80-\u9fff]|$)|^[\u200c\u200d]+")
SURROGATES = re.compile("[\ud800-\udfff]")
BLANK_LINES = re.compile(r"\n{3,}")


def clean_text(text: str) -> str:
    """The text in NFC with line feeds only, without invisible characters or more than one empty line."""
    text = SURROGATES.sub("", text).replace("\r\n", "\n").replace("\r", "\n")
    text = LONE_JOINERS.sub("", INVISIBLE.sub("", text))
    return BLANK_LINES.sub("\n\n", unicodedata.normalize("NFC", text)).strip()
