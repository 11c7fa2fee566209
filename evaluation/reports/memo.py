"""A memo: headings, paragraphs, tables and pictures in one language, rendered as a printable page or as DOCX."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Heading:
    text: str


@dataclass(frozen=True)
class Paragraph:
    """A paragraph; `is_note` sets it small and grey."""

    text: str
    is_note: bool = False


@dataclass(frozen=True)
class TextTable:
    """A table of words; columns in `right` (from 0) stand right."""

    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    right: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Figure:
    """One chart twice: as SVG for the page, as PNG for documents; `alt` says what it shows."""

    svg: bytes
    png: bytes
    alt: str


Block = Heading | Paragraph | TextTable | Figure


@dataclass(frozen=True)
class Memo:
    """A document in reading order."""

    language: str
    title: str
    blocks: tuple[Block, ...] = field(default_factory=tuple)
