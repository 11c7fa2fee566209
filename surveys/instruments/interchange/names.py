"""Codes as they are allowed here and names as they are allowed elsewhere, each given once."""

import re
import unicodedata

from surveys.instruments.reader import DOCUMENT_CODE

MAX_CODE = 40
NOT_CODE = re.compile(r"[^a-z0-9_]+")
NOT_NAME = re.compile(r"[^\w]+", re.UNICODE)


class Names:
    """Hands out unique codes made from the names of a file, and remembers which came from which."""

    def __init__(self) -> None:
        self.used: set[str] = set()
        self.code_of: dict[str, str] = {}

    def take(self, name: str) -> str:
        """A free code for a name: the name itself where it is one."""
        code = self.free(code_like(name))
        self.code_of[name] = code
        return code

    def free(self, code: str) -> str:
        """The code, with a number behind it where it is taken already."""
        found, number = code, 2
        while found in self.used:
            ending = f"_{number}"
            found, number = code[: MAX_CODE - len(ending)] + ending, number + 1
        self.used.add(found)
        return found


def code_like(name: str) -> str:
    """The nearest thing to a name that is a code: small letters, digits and _, beginning with a letter."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    code = NOT_CODE.sub("_", plain).strip("_")[:MAX_CODE]
    if not code or not code[0].isalpha():
        code = f"q_{code}"[:MAX_CODE].rstrip("_")
    return code if code != "q" or name == "q" else "question"


def document_code(name: str) -> str:
    """The nearest thing to a name that a questionnaire may be called: the name itself where it is one."""
    return name if DOCUMENT_CODE.fullmatch(name) else code_like(name)


def plain_name(value: str) -> str:
    """A value as a name without blanks or punctuation, in any script."""
    return NOT_NAME.sub("_", value) or "_"
