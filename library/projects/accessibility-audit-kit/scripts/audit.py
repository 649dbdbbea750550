"""Checks and reports an audit. Standard library only.

    python3 scripts/audit.py check data
    python3 scripts/audit.py report data
    python3 scripts/audit.py contrast 595959 ffffff
"""
import csv
import re
import sys
from pathlib import Path

RESULTS = ["open", "pass", "fail", "na"]
SEVERITIES = ["blocker", "serious", "moderate", "minor"]
PRINCIPLES = {"1": "Perceivable", "2": "Operable", "3": "Understandable", "4": "Robust"}


def luminance(colour):
    """Relative luminance of six hexadecimal digits, as WCAG defines it."""
    if not re.fullmatch("#?[0-9a-fA-F]{6}", colour):
        raise ValueError(f'"{colour}" is no colour: write six hexadecimal digits such as 595959')
    parts = [int(colour.lstrip("#")[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    dark, bright = sorted([luminance(one), luminance(other)])
    return (bright + 0.05) / (dark + 0.05)


def contrast_words(ratio):
    passed = [name for name, least in [("text (1.4.3)", 4.5), ("large text (1.4.3)", 3), ("icons and borders (1.4.11)", 3)] if ratio >= least]
    # Never rounded up: 4.496 does not pass.
    return f"{int(ratio * 100) / 100:.2f} to 1: {'enough for ' + ', '.join(passed) if passed else 'enough for nothing'}"


def read(folder):
    def rows(name):
        with open(Path(folder) / name, newline="", encoding="utf-8") as file:
            return list(csv.DictReader(file))

    return rows("criteria.csv"), rows("sample.csv"), rows("findings.csv")


def problems(criteria, sample, findings):
    """What keeps this audit from being reported, in sentences."""
    result_of = {row["criterion"]: row["result"] for row in criteria}
    pages = {row["page"] for row in sample}
    found = []
    for number, result in result_of.items():
        if result not in RESULTS:
            found.append(f'{number}: result is "{result}": use one of {", ".join(RESULTS)}')
        if result == "fail" and all(row["criterion"] != number for row in findings):
            found.append(f"{number}: fails, and no finding says where")
    seen = set()
    for row in findings:
        name = row["id"]
        if name in seen:
            found.append(f"{name}: stands twice")
        seen.add(name)
        if row["criterion"] not in result_of:
            found.append(f'{name}: there is no criterion "{row["criterion"]}" in this audit')
        elif result_of[row["criterion"]] != "fail":
            found.append(f"{name}: {row['criterion']} is {result_of[row['criterion']]}, and has a finding")
        if row["page"] not in pages:
            found.append(f'{name}: "{row["page"]}" is not in the sample')
        if row["severity"] not in SEVERITIES:
            found.append(f'{name}: severity is "{row["severity"]}": use one of {", ".join(SEVERITIES)}')
        found.extend(f"{name}: {column} is empty" for column in ("what", "where", "who", "fix", "done_when") if not (row[column] or "").strip())
    return found


def conformance(criteria):
    """Level that may be claimed: with one failure, or one criterion nobody looked at, none."""
    results = {row["result"] for row in criteria}
    if "open" in results:
        return "not finished"
    if "fail" not in results:
        return "AA" if any(row["level"] == "AA" for row in criteria) else "A"
    return "A" if all(row["result"] != "fail" for row in criteria if row["level"] == "A") and any(row["level"] == "AA" for row in criteria) else "none"


def report(criteria, sample, findings):
    lines = ["# Accessibility of ${{ variables.product }}", "", f"WCAG 2.2, {len(criteria)} criteria of level ${{ variables.level }}, {len(sample)} pages. Conformance: **{conformance(criteria)}**.", ""]
    lines += ["| | " + " | ".join(RESULTS) + " |", "| --- | --- | --- | --- | --- |"]
    for digit, name in PRINCIPLES.items():
        own = [row["result"] for row in criteria if row["criterion"].startswith(digit)]
        lines.append(f"| {name} | " + " | ".join(str(own.count(result)) for result in RESULTS) + " |")
    for severity in SEVERITIES:
        group = [row for row in findings if row["severity"] == severity]
        lines += ["", f"## {severity.capitalize()} ({len(group)})", ""] if group else []
        for row in group:
            lines += [f"- **{row['id']}** {row['what']} ({row['criterion']}, {row['page']}: `{row['where']}`). {row['who']}. Fix: {row['fix']}. Done when: {row['done_when']}"]
    return "\n".join(lines)


def main(arguments):
    if len(arguments) == 3 and arguments[0] == "contrast":
        print(contrast_words(contrast(*arguments[1:])))
        return 0
    if len(arguments) != 2 or arguments[0] not in {"check", "report"}:
        print(__doc__)
        return 2
    audit = read(arguments[1])
    found = problems(*audit)
    for sentence in found:
        print(sentence, file=sys.stderr)
    if not found:
        print(report(*audit) if arguments[0] == "report" else f"consistent; conformance: {conformance(audit[0])}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
