"""python3 -m ingest run | search QUESTION | evaluate"""

import argparse
import json
import sys
from pathlib import Path

from .evaluation import evaluate
from .index import ingest, open_index, search


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="ingest")
    parser.add_argument("--index", default="index.db")
    verbs = parser.add_subparsers(dest="verb", required=True)
    verbs.add_parser("run").add_argument("--documents", default="documents", type=Path)
    verbs.add_parser("search").add_argument("question")
    verbs.add_parser("evaluate").add_argument("--questions", default="questions.jsonl", type=Path)
    given = parser.parse_args(arguments)
    settings = json.loads(Path("settings.json").read_text(encoding="utf-8"))
    db = open_index(given.index)

    if given.verb == "run":
        if not given.documents.is_dir():
            parser.error(f"there is no folder {given.documents}")
        print("changed {}, unchanged {}, removed {}; {} chunks".format(*ingest(db, given.documents, settings)))
    elif given.verb == "search":
        for hit in search(db, given.question):
            print(f"{', '.join(hit.sources)}  {hit.headings}\n  {hit.body[:200]}\n")
    else:
        questions = [json.loads(line) for line in given.questions.read_text(encoding="utf-8").splitlines() if line.strip()]
        quality = evaluate(db, questions)
        print(f"recall@5 {quality.recall:.2f}, mean reciprocal rank {quality.reciprocal_rank:.2f}")
        for question in quality.missed:
            print(f"missed: {question}")
        return 0 if quality.recall >= settings["minimum_recall"] else 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
