"""python3 -m dataset check FILE | split FILE"""

import argparse
import json
import sys
from pathlib import Path

from .checks import check
from .splitting import split


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="dataset")
    parser.add_argument("verb", choices=["check", "split"])
    parser.add_argument("file", type=Path)
    parser.add_argument("--rules", type=Path, default=Path("rules.json"))
    given = parser.parse_args(arguments)
    rules = json.loads(given.rules.read_text(encoding="utf-8"))
    good, problems = check(given.file.read_text(encoding="utf-8"), rules)
    for line, level, message in problems:
        print(f"{given.file}:{line}: {level}: {message}", file=sys.stderr)
    errors = sum(level == "error" for _, level, _ in problems)
    print(f"{len(good)} examples are right, {errors} errors, {len(problems) - errors} warnings")
    if errors or given.verb == "check":
        return 1 if errors else 0
    # Training sees only what it is to learn from: no ids, no groups.
    for name, part in zip(("train", "validation"), split(good, rules["holdout_share"])):
        target = given.file.with_name(f"{name}.jsonl")
        target.write_text("".join(json.dumps({"messages": one["messages"]}, ensure_ascii=False) + "\n" for one in part), encoding="utf-8")
        print(f"{target}: {len(part)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
