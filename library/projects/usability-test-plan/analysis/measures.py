"""What can be said about few people. Standard library only."""
import math
from statistics import NormalDist, mean, median, stdev

Z = NormalDist().inv_cdf(0.975)
# Two-sided 95 % quantiles of Student's t by degrees of freedom; beyond the table the normal is near enough.
T = [12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160, 2.145, 2.131, 2.120, 2.110, 2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064, 2.060, 2.056, 2.052, 2.048, 2.045]


def success_interval(successes, trials):
    """Adjusted Wald (Agresti and Coull), which holds for small numbers, from 0 to 1."""
    if not 0 <= successes <= trials or trials == 0:
        raise ValueError(f"{successes} of {trials} is no rate")
    count = trials + Z**2
    rate = (successes + Z**2 / 2) / count
    margin = Z * math.sqrt(rate * (1 - rate) / count)
    return max(0.0, rate - margin), min(1.0, rate + margin)


def mean_interval(values):
    """The mean with its interval by Student's t; without one for a single value."""
    if len(values) < 2:
        return mean(values), None
    factor = T[len(values) - 2] if len(values) - 2 < len(T) else Z
    margin = factor * stdev(values) / math.sqrt(len(values))
    return mean(values), (mean(values) - margin, mean(values) + margin)


def typical_time(seconds):
    """Geometric mean: one very slow person does not move it much."""
    return math.exp(mean(math.log(value) for value in seconds)) if seconds else None


def sus(answers):
    """Score of ten answers from 1 to 5."""
    if len(answers) != 10 or any(answer not in range(1, 6) for answer in answers):
        raise ValueError(f"{answers} are not ten answers from 1 to 5")
    return 2.5 * sum(answer - 1 if index % 2 == 0 else 5 - answer for index, answer in enumerate(answers))


def grade(score):
    """Sauro and Lewis's curved grades, coarsened."""
    return next(letter for least, letter in [(80.8, "A"), (74.1, "B"), (65, "C"), (51.7, "D"), (0, "F")] if score >= least)


def chance_of_seeing(share, people):
    """How likely at least one of so many people meets a problem that hits this share of all."""
    return 1 - (1 - share) ** people


def summary(rows):
    """Per task, from rows of the observation sheet."""
    tasks = {}
    for row in rows:
        tasks.setdefault(row["task"], []).append(row)
    return {
        task: {
            "people": len(found),
            "alone": sum(row["success"] == 1 for row in found),
            "helped": sum(row["success"] == 0.5 for row in found),
            "interval": success_interval(sum(row["success"] == 1 for row in found), len(found)),
            "seconds": typical_time([row["seconds"] for row in found if row["success"] == 1]),
            "ease": median(row["ease"] for row in found),
        }
        for task, found in sorted(tasks.items())
    }
