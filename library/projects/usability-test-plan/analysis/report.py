"""Writes the numbers of a test as Markdown.

    python3 analysis/report.py data/observations.csv data/sus.csv
"""
import csv
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

import measures  # noqa: E402

TASKS = [${% for task in variables.tasks %}"T${{ forloop.index }}"${% unless forloop.last %}, ${% endunless %}${% endfor %}]


def read_observations(lines):
    """Rows with numbers; refuses what is not on its scale, with the line."""
    rows = []
    reader = csv.DictReader(lines)
    for row in reader:
        where = f"line {reader.line_num}"
        if row["task"] not in TASKS:
            raise ValueError(f'{where}: there is no task "{row["task"]}": use one of {", ".join(TASKS)}')
        if row["success"] not in {"0", "0.5", "1"}:
            raise ValueError(f'{where}: success is "{row["success"]}": use 0, 0.5 or 1')
        if row["ease"] not in set("1234567"):
            raise ValueError(f'{where}: ease is "{row["ease"]}": use 1 to 7')
        if not row["seconds"].isdigit() or int(row["seconds"]) == 0:
            raise ValueError(f'{where}: seconds is "{row["seconds"]}": use a whole number')
        if any(other["participant"] == row["participant"] and other["task"] == row["task"] for other in rows):
            raise ValueError(f"{where}: {row['participant']} has done {row['task']} already")
        rows.append({**row, "success": float(row["success"]), "seconds": int(row["seconds"]), "ease": int(row["ease"])})
    return rows


def read_sus(lines):
    return [measures.sus([int(row[f"q{number}"]) for number in range(1, 11)]) for row in csv.DictReader(lines)]


def report(observations, scores):
    people = len({row["participant"] for row in observations})
    lines = [f"# Results from {people} people", "", "| task | alone | with a hint | share in general, 95 % | typical time | ease, median |", "| --- | --- | --- | --- | --- | --- |"]
    for task, found in measures.summary(observations).items():
        low, high = found["interval"]
        time = f"{found['seconds']:.0f} s" if found["seconds"] else "nobody alone"
        lines.append(f"| {task} | {found['alone']} of {found['people']} | {found['helped']} | {low:.0%} to {high:.0%} | {time} | {found['ease']:g} |")
    average, interval = measures.mean_interval(scores)
    within = f", between {max(0, interval[0]):.0f} and {min(100, interval[1]):.0f} with 95 %" if interval else ""
    lines += ["", f"SUS: {average:.0f}{within}; grade {measures.grade(average)}. 68 is the usual average."]
    lines += ["", f"A problem that hits one person in three was met with a chance of {measures.chance_of_seeing(1 / 3, people):.0%}, one in ten with {measures.chance_of_seeing(0.1, people):.0%}."]
    if people < 8:
        lines += ["", "Tell counts, not percentages: the intervals above are why."]
    return "\n".join(lines)


def main(observations, scores):
    with open(observations, newline="", encoding="utf-8") as first, open(scores, newline="", encoding="utf-8") as second:
        print(report(read_observations(first), read_sus(second)))


if __name__ == "__main__":
    main(*sys.argv[1:3])
