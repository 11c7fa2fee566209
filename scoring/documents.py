"""Takes values out of a JSON document one by one and refuses what is missing, malformed or left over."""

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from scoring.types import LARGEST, ScoringError

_REQUIRED: Any = object()


class Part:
    """One object of a document with its place in words; `done` refuses keys nobody asked for."""

    def __init__(self, value: Any, place: str) -> None:
        self.place = place
        if not isinstance(value, Mapping):
            raise self.fault("should be an object of keys and values")
        self.value = value
        self._asked: set[str] = set()

    def fault(self, message: str, key: str | None = None) -> ScoringError:
        return ScoringError(f"{self.place}: {message}" if key is None else f"{self.place}: {key} {message}")

    def has(self, key: str) -> bool:
        return self.value.get(key) is not None

    def take(self, key: str, default: Any = _REQUIRED) -> Any:
        """The raw value; null counts as left out."""
        self._asked.add(key)
        found = self.value.get(key)
        if found is not None:
            return found
        if default is _REQUIRED:
            raise self.fault("is missing", key)
        return default

    def done(self) -> None:
        for key in self.value:
            if key not in self._asked:
                raise self.fault(f"has the unknown key {key!r}; known are {', '.join(sorted(self._asked))}")

    def text(self, key: str, default: str = _REQUIRED) -> str:
        found = self.take(key, default)
        if not isinstance(found, str) or (not found.strip() and default is _REQUIRED):
            raise self.fault(f"should be a text, not {found!r}", key)
        return found

    def optional_text(self, key: str) -> str | None:
        return self.text(key) if self.has(key) else self.take(key, None)

    def number(self, key: str, default: float = _REQUIRED, *, least: float | None = None) -> float:
        found = as_number(self.take(key, default), f"{self.place}: {key}")
        if least is not None and found < least:
            raise self.fault(f"should be {least:g} or more, not {found:g}", key)
        return found

    def optional_number(self, key: str, *, least: float | None = None) -> float | None:
        return self.number(key, least=least) if self.has(key) else self.take(key, None)

    def whole(self, key: str, default: int = _REQUIRED, *, most: int = 10**6) -> int:
        found = self.take(key, default)
        if isinstance(found, bool) or not isinstance(found, int) or not 0 <= found <= most:
            raise self.fault(f"should be a whole number from 0 to {most}, not {shorten(repr(found))}", key)
        return found

    def flag(self, key: str, *, default: bool) -> bool:
        found = self.take(key, default)
        if not isinstance(found, bool):
            raise self.fault(f"should be true or false, not {found!r}", key)
        return found

    def choice(self, key: str, options: Sequence[Any], default: Any = _REQUIRED) -> Any:
        found = self.take(key, default)
        if isinstance(found, bool) or found not in options:
            raise self.fault(f"should be one of {', '.join(map(str, options))}, not {found!r}", key)
        return found

    def optional_choice(self, key: str, options: Sequence[Any]) -> Any:
        return self.choice(key, options) if self.has(key) else self.take(key, None)

    def items(self, key: str, default: Any = _REQUIRED) -> Sequence[Any]:
        found = self.take(key, default)
        if not isinstance(found, (list, tuple)):
            raise self.fault(f"should be a list, not {found!r}", key)
        return found

    def numbers(self, key: str, default: Any = _REQUIRED) -> tuple[float, ...]:
        return tuple(
            as_number(item, f"{self.place}: {key}, entry {i}")
            for i, item in enumerate(self.items(key, default), 1)
        )

    def texts(self, key: str, default: Any = _REQUIRED) -> tuple[str, ...]:
        found = self.items(key, default)
        if not all(isinstance(item, str) for item in found):
            raise self.fault(f"should be a list of texts, not {found!r}", key)
        return tuple(found)

    def pairs(self, key: str) -> tuple[tuple[float, float], ...]:
        found = []
        for i, pair in enumerate(self.items(key), 1):
            place = f"{self.place}: {key}, pair {i}"
            if not isinstance(pair, (list, tuple)) or len(pair) != 2:
                raise ScoringError(f"{place} should be [raw value, points], not {pair!r}")
            found.append((as_number(pair[0], place), as_number(pair[1], place)))
        return tuple(found)

    def part(self, key: str) -> "Part | None":
        found = self.take(key, None)
        return None if found is None else Part(found, self.inner(key))

    def parts(self, key: str, *, label: str, default: Any = _REQUIRED) -> Iterator["Part"]:
        """The objects of a list, each named by its label where it has one."""
        for i, item in enumerate(self.items(key, default), 1):
            name = item.get(label) if isinstance(item, Mapping) else None
            yield Part(item, f"{key.removesuffix('s')} {name if isinstance(name, str) else i}")

    def inner(self, key: str) -> str:
        return key if self.place == "scheme" else f"{self.place}, {key}"


def shorten(value: Any) -> str:
    text = str(value)
    return text if len(text) <= 40 else f"{text[:37]}..."


def as_number(value: Any, place: str) -> float:
    """A finite number; text, booleans, NaN and infinities are refused."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise ScoringError(f"{place} should be a number, not {value!r}")
    try:
        found = float(value)
    except OverflowError:
        found = math.inf
    if not abs(found) <= LARGEST or 0 < abs(found) < 1 / LARGEST:
        raise ScoringError(f"{place} should be a finite number of ordinary size, not {shorten(value)}")
    return found


def read_json(path: str | Path) -> Any:
    """A JSON file without NaN, infinities or keys given twice."""
    file = str(path)

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key, value in pairs:
            if key in found:
                raise ScoringError(f"the key {key} is there twice", file=file)
            found[key] = value
        return found

    def refuse(name: str) -> Any:
        raise ScoringError(f"{name} is not a number", file=file)

    try:
        text = Path(path).read_bytes().decode("utf-8-sig")
        return json.loads(text, object_pairs_hook=once, parse_constant=refuse)
    except OSError as error:
        raise ScoringError(f"the file cannot be read ({error.strerror})", file=file) from error
    except UnicodeDecodeError as error:
        raise ScoringError("the file is not UTF-8 text", file=file) from error
    except json.JSONDecodeError as error:
        message = f"the file is not sound JSON: {error.msg} in column {error.colno}"
        raise ScoringError(message, file=file, row=error.lineno) from error
    except RecursionError as error:
        raise ScoringError("the file is nested too deeply", file=file) from error
    except ScoringError:
        raise
    except ValueError as error:
        raise ScoringError("a number in the file has too many digits", file=file) from error
