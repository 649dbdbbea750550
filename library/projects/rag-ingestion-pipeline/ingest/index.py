"""The index: one SQLite file with chunks, where they come from, and full-text search over them."""

import hashlib
import json
import re
import sqlite3
from pathlib import Path
from typing import NamedTuple

from .chunking import chunks
from .cleaning import clean

SCHEMA = """
create table if not exists documents (path text primary key, fingerprint text not null);
create table if not exists chunks (id text primary key, headings text not null, body text not null);
create table if not exists sources (
  path text not null references documents on delete cascade, chunk text not null references chunks, position integer not null,
  primary key (path, position)
);
create virtual table if not exists search using fts5 (headings, body, content='chunks', tokenize='porter unicode61');
create trigger if not exists chunks_added after insert on chunks begin
  insert into search (rowid, headings, body) values (new.rowid, new.headings, new.body);
end;
create trigger if not exists chunks_removed after delete on chunks begin
  insert into search (search, rowid, headings, body) values ('delete', old.rowid, old.headings, old.body);
end;
"""
COMMON = set("a an and are at by can do does for from has have how i in is it many may must my of on or that the to was what when where which who why with you your".split())


class Hit(NamedTuple):
    sources: tuple[str, ...]
    headings: str
    body: str


class Outcome(NamedTuple):
    changed: int
    unchanged: int
    removed: int
    chunks: int


def open_index(file: Path | str) -> sqlite3.Connection:
    db = sqlite3.connect(file)
    db.execute("pragma foreign_keys = on")
    db.executescript(SCHEMA)
    return db


def _hash(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:32]


def ingest(db: sqlite3.Connection, folder: Path, settings: dict) -> Outcome:
    """Brings the index in step with a folder, in one transaction: whoever searches sees the old state or the new one."""
    made_with = json.dumps({key: settings[key] for key in ("chunk_words", "overlap_words", "redact")}, sort_keys=True)
    known = dict(db.execute("select path, fingerprint from documents"))
    texts = {path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8") for path in sorted(folder.rglob("*.md"))}
    changed = unchanged = 0
    with db:
        for path, text in texts.items():
            fingerprint = _hash(text, made_with)
            if known.get(path) == fingerprint:
                unchanged += 1
                continue
            changed += 1
            db.execute("delete from documents where path = ?", (path,))
            db.execute("insert into documents values (?, ?)", (path, fingerprint))
            for position, chunk in enumerate(chunks(clean(text, settings["redact"]), settings["chunk_words"], settings["overlap_words"])):
                headings = " › ".join(chunk.headings)
                identity = _hash(headings, chunk.text)
                db.execute("insert or ignore into chunks (id, headings, body) values (?, ?, ?)", (identity, headings, chunk.text))
                db.execute("insert into sources values (?, ?, ?)", (path, identity, position))
        gone = set(known) - set(texts)
        db.executemany("delete from documents where path = ?", [(path,) for path in gone])
        db.execute("delete from chunks where id not in (select chunk from sources)")
    (count,) = db.execute("select count(*) from chunks").fetchone()
    return Outcome(changed, unchanged, len(gone), count)


def search(db: sqlite3.Connection, question: str, limit: int = 5) -> list[Hit]:
    """The best chunks by BM25; words of headings count double. Signs of the query language in a question are only text."""
    words = [word for word in re.findall(r"\w+", question.lower()) if word not in COMMON]
    if not words:
        return []
    query = " OR ".join(f'"{word}"' for word in words)
    rows = db.execute(
        """select chunks.id, chunks.headings, chunks.body from search join chunks on chunks.rowid = search.rowid
           where search match ? order by bm25(search, 2.0, 1.0), chunks.id limit ?""",
        (query, limit),
    ).fetchall()
    cited = "select path from sources where chunk = ? group by path order by path"
    return [Hit(tuple(path for (path,) in db.execute(cited, (identity,))), headings, body) for identity, headings, body in rows]
