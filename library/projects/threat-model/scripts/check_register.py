"""Checks a risk register and says what is wrong with it, row by row.

    python3 scripts/check_register.py risk-register.csv [--today 2027-01-31]

Ends with 1 if a row is incomplete, overdue, or accepts what may not be accepted. Standard library only.
"""
import argparse
import csv
import re
import sys
from datetime import date, timedelta

COLUMNS = ["id", "element", "stride", "threat", "likelihood", "impact", "treatment", "status", "owner", "due", "evidence"]
TREATMENTS = {"mitigate", "avoid", "transfer", "accept"}
ACCEPT_ABOVE = ${{ variables.acceptAbove }}
LONGEST_ACCEPTANCE = timedelta(days=365)


def score(row):
    """Likelihood times impact, or None where one of them is not on the scale."""
    values = [row["likelihood"], row["impact"]]
    if any(not re.fullmatch("[1-5]", value) for value in values):
        return None
    return int(values[0]) * int(values[1])


def parse_day(text):
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def row_problems(row, today):
    """Yields a sentence for each thing that is wrong with one risk."""
    points, due = score(row), parse_day(row["due"])
    if not re.fullmatch("[STRIDE]+", row["stride"]) or len(set(row["stride"])) != len(row["stride"]):
        yield f'stride is "{row["stride"]}": use letters of STRIDE, each once'
    if points is None:
        yield "likelihood and impact must be whole numbers from 1 to 5"
    if row["treatment"] not in TREATMENTS:
        yield f'treatment is "{row["treatment"]}": use one of {", ".join(sorted(TREATMENTS))}'
    if row["status"] not in {"open", "done"}:
        yield f'status is "{row["status"]}": use open or done'
    for column in ("element", "threat", "owner"):
        if not row[column].strip():
            yield f"{column} is empty"
    if row["status"] == "done" and not row["evidence"].strip():
        yield "is done without evidence: name the test, rule or change that proves it"
    if row["status"] == "open" and due is None:
        yield f'is open and due is "{row["due"]}": give a date such as 2027-03-31'
    if row["status"] == "open" and due and due < today:
        yield f"is overdue since {due}"
    if row["treatment"] == "accept" and points is not None and points > ACCEPT_ABOVE:
        yield f"has a score of {points} and may not be accepted above {ACCEPT_ABOVE}"
    if row["treatment"] == "accept" and due and due - today > LONGEST_ACCEPTANCE:
        yield f"is accepted until {due}: at most {LONGEST_ACCEPTANCE.days} days from today"


def check(lines, today):
    """All problems of a register, as (line, id, sentence)."""
    reader = csv.DictReader(lines)
    if reader.fieldnames != COLUMNS:
        return [(1, "-", f"the columns must be {','.join(COLUMNS)}")]
    problems, seen = [], {}
    for row in reader:
        line, name = reader.line_num, row["id"]
        if None in row or None in row.values():
            problems.append((line, name, f"must have {len(COLUMNS)} fields"))
            continue
        if not re.fullmatch(r"T\d{2,}", name):
            problems.append((line, name, "id must look like T01"))
        if name in seen:
            problems.append((line, name, f"stands on line {seen[name]} already"))
        seen.setdefault(name, line)
        problems.extend((line, name, sentence) for sentence in row_problems(row, today))
    return problems or ([] if seen else [(1, "-", "there is no risk in it")])


def main(arguments=None):
    parser = argparse.ArgumentParser(description="Check a risk register")
    parser.add_argument("register")
    parser.add_argument("--today", type=date.fromisoformat, default=date.today())
    options = parser.parse_args(arguments)
    with open(options.register, newline="", encoding="utf-8") as file:
        problems = check(file, options.today)
    for line, name, sentence in problems:
        print(f"{options.register}:{line}: {name} {sentence}")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
