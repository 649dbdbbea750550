"""Says when which notification is due.

    python3 scripts/deadlines.py 2027-01-15T22:40+01:00 [--regime gdpr] [--now ...]

The argument is the minute of awareness (of materiality for SEC), with its offset from UTC. Standard library only.
"""
import argparse
import sys
from datetime import datetime, timedelta, timezone

REGIMES = [${% for regime in variables.regimes %}"${{ regime }}"${% unless forloop.last %}, ${% endunless %}${% endfor %}]


def after_hours(hours):
    return lambda start: start + timedelta(hours=hours)


def after_a_month(start):
    """The same day of the next month, or its last day."""
    year, month = (start.year + start.month // 12, start.month % 12 + 1)
    for day in range(start.day, 27, -1):
        try:
            return start.replace(year=year, month=month, day=day)
        except ValueError:
            continue
    return start.replace(year=year, month=month)


def after_business_days(count):
    """The end of the day; public holidays are not known here, so the true deadline is never earlier."""
    def due(start):
        day, left = start, count
        while left > 0:
            day += timedelta(days=1)
            left -= day.weekday() < 5
        return day.replace(hour=23, minute=59, second=0, microsecond=0)
    return due


def chained(first, then):
    return lambda start: then(first(start))


STEPS = {
    "gdpr": [("to the supervisory authority (article 33), in phases if facts are missing", after_hours(72))],
    "nis2": [
        ("early warning (article 23.4 a)", after_hours(24)),
        ("incident notification with severity and indicators (article 23.4 b)", after_hours(72)),
        ("final report, a month after the notification (article 23.4 d)", chained(after_hours(72), after_a_month)),
    ],
    "dora": [
        ("initial notification, at the latest; 4 hours after it is classified as major", after_hours(24)),
        ("intermediate report, 72 hours after the initial one", after_hours(96)),
        ("final report, a month after the intermediate one", chained(after_hours(96), after_a_month)),
    ],
    "sec": [("Form 8-K item 1.05", after_business_days(4))],
}


def aware_time(text):
    """A time with its offset: without one, nobody knows what is meant."""
    value = datetime.fromisoformat(text.replace("Z", "+00:00"))
    if value.tzinfo is None:
        raise argparse.ArgumentTypeError(f"{text} has no offset: write {text}+00:00 for UTC")
    return value


def deadlines(start, regimes=None):
    """(due, regime, what) of each notification, earliest first."""
    wanted = regimes or REGIMES
    return sorted((rule(start), regime, what) for regime in wanted for what, rule in STEPS[regime])


def remaining(due, now):
    hours = int((due - now).total_seconds() // 3600)
    return f"{hours} h left" if hours >= 0 else f"{-hours} h LATE"


def main(arguments=None):
    parser = argparse.ArgumentParser(description="When which notification is due")
    parser.add_argument("aware", type=aware_time)
    parser.add_argument("--regime", action="append", choices=sorted(STEPS))
    parser.add_argument("--now", type=aware_time, default=datetime.now(timezone.utc))
    options = parser.parse_args(arguments)
    for due, regime, what in deadlines(options.aware, options.regime):
        print(f"{due.isoformat(timespec='minutes')}  {remaining(due, options.now):>12}  {regime}: {what}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
