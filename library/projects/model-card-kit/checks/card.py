"""What keeps a version from being released. Each sentence names the place and what would mend it."""

import csv
import io
import re
from datetime import date
from itertools import combinations

LEAST_CASES = 30
STALE_AFTER_DAYS = 90
SEVERE = 12


def of_figures(card: dict, today: date) -> list[str]:
    evaluated, groups = card["evaluated"], card["groups"]
    found = []
    if evaluated["version"] != card["version"]:
        found.append(f"card.json: {evaluated['version']} was evaluated, {card['version']} is to be released: evaluate it")
    age = (today - date.fromisoformat(evaluated["on"])).days
    if age > STALE_AFTER_DAYS:
        found.append(f"card.json: the evaluation is {age} days old, of at most {STALE_AFTER_DAYS}")
    if age < 0:
        found.append("card.json: the evaluation lies in the future")
    measured = {}
    for name, figure in groups.items():
        if figure["value"] is None or figure["cases"] < LEAST_CASES:
            found.append(f"card.json: {name} has {figure['cases']} cases, of at least {LEAST_CASES}: measure it")
            continue
        measured[name] = figure["value"]
        if figure["value"] < evaluated["threshold"]:
            found.append(f"card.json: {name} has {figure['value']}, below {evaluated['threshold']}")
    for (a, x), (b, y) in combinations(measured.items(), 2):
        if abs(x - y) > evaluated["maximum_gap"] + 1e-9:
            found.append(f"card.json: {a} and {b} differ by {abs(x - y):.3f}, more than {evaluated['maximum_gap']}")
    return found


def of_text(markdown: str) -> list[str]:
    asked = re.compile(r"^- \*\*(.+?):\*\*\s*(.*)$", re.MULTILINE)
    return [f"MODEL_CARD.md: answer “{question}”" for question, answer in asked.findall(markdown) if not answer.strip() or "_to be answered_" in answer]


def of_risks(text: str) -> list[str]:
    found = []
    for row in csv.DictReader(io.StringIO(text)):
        likelihood, severity = int(row["likelihood"]), int(row["severity"])
        if not (1 <= likelihood <= 5 and 1 <= severity <= 5):
            found.append(f"docs/risks.csv: {row['id']} is not between 1 and 5")
        if not row["owner"].strip():
            found.append(f"docs/risks.csv: {row['id']} has no owner")
        if likelihood * severity >= SEVERE and not row["control"].strip():
            found.append(f"docs/risks.csv: {row['id']} is severe ({likelihood * severity}) and has no control")
    return found
