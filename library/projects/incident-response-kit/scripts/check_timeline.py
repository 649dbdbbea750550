"""Checks the timeline of an incident and measures it.

    python3 scripts/check_timeline.py records/timeline.csv
"""
import csv
import sys
from datetime import datetime

COLUMNS = ["at", "kind", "who", "what"]
MILESTONES = ["attack", "detection", "declared", "contained", "recovered"]
KINDS = {*MILESTONES, "aware", "action", "decision", "note"}


def read(lines):
    """The entries, and what is wrong with them."""
    reader = csv.DictReader(lines)
    if reader.fieldnames != COLUMNS:
        return [], [f"the columns must be {','.join(COLUMNS)}"]
    entries, problems, last = [], [], None
    for row in reader:
        line = reader.line_num
        if None in row or None in row.values():
            problems.append(f"line {line}: must have {len(COLUMNS)} fields")
            continue
        try:
            at = datetime.fromisoformat(row["at"].replace("Z", "+00:00"))
        except ValueError:
            problems.append(f'line {line}: "{row["at"]}" is no time: write 2027-01-15T21:05:00Z')
            continue
        if at.tzinfo is None or at.utcoffset().total_seconds() != 0:
            problems.append(f"line {line}: times must be UTC")
            continue
        if last and at < last:
            problems.append(f"line {line}: is earlier than the line before")
        if row["kind"] not in KINDS:
            problems.append(f'line {line}: kind is "{row["kind"]}": use one of {", ".join(sorted(KINDS))}')
        if not row["who"].strip() or not row["what"].strip():
            problems.append(f"line {line}: says not who did what")
        entries.append((at, row["kind"]))
        last = at
    missing = [kind for kind in ("detection", "declared") if kind not in {kind for _, kind in entries}]
    return entries, problems + [f"has no entry of kind {kind}" for kind in missing]


def measures(entries):
    """Minutes between each milestone and the next one that is there."""
    first = {}
    for at, kind in entries:
        first.setdefault(kind, at)
    known = [kind for kind in MILESTONES if kind in first]
    return {f"{a} to {b}": int((first[b] - first[a]).total_seconds() // 60) for a, b in zip(known, known[1:])}


def main(path):
    with open(path, newline="", encoding="utf-8") as file:
        entries, problems = read(file)
    for problem in problems:
        print(f"{path}: {problem}")
    for name, minutes in measures(entries).items():
        print(f"{name}: {minutes} min")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
