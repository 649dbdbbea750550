"""Splits Markdown into chunks at headings, and long sections between sentences."""

import re
from dataclasses import dataclass

HEADING = re.compile(r"^(#{1,6})\s+(.+?)\s*#*$")
FENCE = re.compile(r"^\s*(```+|~~~+)")
SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[\"'“(]?[A-ZÄÖÜ0-9])")


@dataclass(frozen=True)
class Section:
    headings: tuple[str, ...]
    text: str


def sections(markdown: str) -> list[Section]:
    """The text below each heading, with the path of headings that leads to it."""
    found: list[Section] = []
    path: list[tuple[int, str]] = []
    lines: list[str] = []
    fence = None

    def close() -> None:
        text = "\n".join(lines).strip()
        if text:
            found.append(Section(tuple(title for _, title in path), text))
        lines.clear()

    for line in markdown.splitlines():
        mark = FENCE.match(line)
        if mark and fence is None:
            fence = mark.group(1)
        elif mark and fence is not None and mark.group(1).startswith(fence):
            fence = None
        heading = HEADING.match(line) if fence is None else None
        if heading is None:
            lines.append(line)
            continue
        close()
        level = len(heading.group(1))
        path = [one for one in path if one[0] < level] + [(level, heading.group(2))]
    close()
    return found


def windows(text: str, size: int, overlap: int) -> list[str]:
    """Pieces of at most `size` words, cut between sentences where one fits, each repeating `overlap` words."""
    if not 0 <= overlap < size:
        raise ValueError(f"overlap must be at least 0 and less than size: {overlap}, {size}")
    if len(text.split()) <= size:
        return [text]
    pieces: list[str] = []
    current: list[str] = []
    fresh = 0

    def close() -> None:
        nonlocal current, fresh
        pieces.append(" ".join(current))
        current, fresh = (current[-overlap:] if overlap else []), 0

    for sentence in SENTENCE_END.split(text):
        words = sentence.split()
        if fresh and len(current) + len(words) > size:
            close()
        while len(current) + len(words) > size:
            room = size - len(current)
            current += words[:room]
            fresh += room
            words = words[room:]
            close()
        current += words
        fresh += len(words)
    if fresh:
        pieces.append(" ".join(current))
    return pieces


def chunks(markdown: str, size: int, overlap: int) -> list[Section]:
    return [Section(one.headings, piece) for one in sections(markdown) for piece in windows(one.text, size, overlap)]
