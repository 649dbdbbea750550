import argparse
import sys
import unittest
from datetime import datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "scripts"))

import check_timeline  # noqa: E402
import deadlines  # noqa: E402


def due(regime, start):
    return [moment.isoformat(timespec="minutes") for moment, _, _ in deadlines.deadlines(deadlines.aware_time(start), [regime])]


class Deadlines(unittest.TestCase):
    def test_gdpr_counts_hours_through_the_weekend(self):
        self.assertEqual(due("gdpr", "2027-01-15T22:40+01:00"), ["2027-01-18T22:40+01:00"])

    def test_nis2_has_three_steps(self):
        self.assertEqual(due("nis2", "2027-01-28T10:00Z"), ["2027-01-29T10:00+00:00", "2027-01-31T10:00+00:00", "2027-02-28T10:00+00:00"])

    def test_dora_goes_over_the_turn_of_the_year(self):
        self.assertEqual(due("dora", "2026-12-10T08:00Z")[-1], "2027-01-14T08:00+00:00")

    def test_sec_counts_business_days(self):
        self.assertEqual(due("sec", "2027-01-14T09:00-05:00"), ["2027-01-20T23:59-05:00"])

    def test_a_time_without_offset_is_refused(self):
        with self.assertRaises(argparse.ArgumentTypeError):
            deadlines.aware_time("2027-01-15T22:40")

    def test_what_is_late_says_so(self):
        at = deadlines.aware_time
        self.assertEqual(deadlines.remaining(at("2027-01-02T00:00Z"), at("2027-01-01T00:00Z")), "24 h left")
        self.assertIn("LATE", deadlines.remaining(at("2027-01-01T00:00Z"), at("2027-01-02T00:00Z")))

    def test_the_regimes_of_this_plan_come_earliest_first(self):
        moments = [moment for moment, _, _ in deadlines.deadlines(datetime.fromisoformat("2027-01-15T22:40+01:00"))]
        self.assertGreaterEqual(len(moments), len(deadlines.REGIMES))
        self.assertEqual(moments, sorted(moments))


class Timeline(unittest.TestCase):
    def problems(self, *rows):
        return check_timeline.read(["at,kind,who,what", *rows])[1]

    def test_the_example_holds_and_is_measured(self):
        with open(ROOT / "records" / "timeline.csv", newline="", encoding="utf-8") as file:
            entries, problems = check_timeline.read(file)
        self.assertEqual(problems, [])
        self.assertEqual(check_timeline.measures(entries), {"attack to detection": 33, "detection to declared": 6, "declared to contained": 8, "contained to recovered": 318})

    def test_each_mistake_is_named(self):
        good = ["2027-01-15T21:00:00Z,detection,a,b", "2027-01-15T21:05:00Z,declared,a,b"]
        self.assertEqual(self.problems(*good), [])
        for row, words in [
            ("yesterday,note,a,b", "is no time"), ("2027-01-15T22:00:00+01:00,note,a,b", "must be UTC"), ("2027-01-15T20:00:00Z,note,a,b", "earlier"),
            ("2027-01-15T22:00:00Z,idea,a,b", "use one of"), ("2027-01-15T22:00:00Z,note,,b", "says not who"), ("2027-01-15T22:00:00Z,note", "must have 4 fields"),
        ]:
            with self.subTest(row):
                self.assertIn(words, " ".join(self.problems(*good, row)))

    def test_a_timeline_without_declaration_is_refused(self):
        self.assertEqual(self.problems("2027-01-15T21:00:00Z,detection,a,b"), ["has no entry of kind declared"])


if __name__ == "__main__":
    unittest.main()
