"""How well the index answers: recall and mean reciprocal rank over questions with a known source."""

import sqlite3
from typing import NamedTuple

from .index import search


class Quality(NamedTuple):
    recall: float
    reciprocal_rank: float
    missed: list[str]


def evaluate(db: sqlite3.Connection, questions: list[dict], limit: int = 5) -> Quality:
    if not questions:
        raise ValueError("there are no questions: recall of nothing means nothing")
    ranks, missed = [], []
    for one in questions:
        hits = search(db, one["question"], limit)
        rank = next((at for at, hit in enumerate(hits, start=1) if one["source"] in hit.sources), None)
        ranks.append(1 / rank if rank else 0.0)
        if rank is None:
            missed.append(one["question"])
    return Quality(1 - len(missed) / len(questions), sum(ranks) / len(ranks), missed)
