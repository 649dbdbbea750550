import sys
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "analysis"))

import measures  # noqa: E402
import report  # noqa: E402

HEAD = "participant,task,success,seconds,ease,hints,note"


class Measures(unittest.TestCase):
    def test_success_intervals_are_those_of_agresti_and_coull(self):
        low, high = measures.success_interval(9, 10)
        self.assertAlmostEqual(low, 0.574, places=3)
        self.assertAlmostEqual(high, 1.0, places=2)
        self.assertEqual(measures.success_interval(0, 5)[0], 0)
        with self.assertRaises(ValueError):
            measures.success_interval(6, 5)

    def test_more_people_make_the_interval_narrower(self):
        width = lambda trials: (lambda low, high: high - low)(*measures.success_interval(trials // 2, trials))  # noqa: E731
        self.assertLess(width(20), width(6))

    def test_sus_runs_from_0_to_100(self):
        self.assertEqual(measures.sus([5, 1] * 5), 100)
        self.assertEqual(measures.sus([1, 5] * 5), 0)
        self.assertEqual(measures.sus([3] * 10), 50)
        for wrong in ([3] * 9, [0] * 10, [6] * 10):
            with self.assertRaises(ValueError):
                measures.sus(wrong)

    def test_grades(self):
        self.assertEqual([measures.grade(score) for score in (90, 75, 68, 55, 20)], ["A", "B", "C", "D", "F"])

    def test_a_mean_of_one_has_no_interval(self):
        self.assertEqual(measures.mean_interval([70]), (70, None))
        average, (low, high) = measures.mean_interval([60, 70, 80])
        self.assertEqual(average, 70)
        self.assertAlmostEqual(high - low, 2 * 4.303 * 10 / 3**0.5, places=2)

    def test_one_slow_person_does_not_move_the_typical_time_much(self):
        self.assertAlmostEqual(measures.typical_time([10, 1000]), 100)
        self.assertIsNone(measures.typical_time([]))

    def test_five_people_meet_what_hits_a_third_with_87_percent(self):
        self.assertAlmostEqual(measures.chance_of_seeing(1 / 3, 5), 0.868, places=3)


class Report(unittest.TestCase):
    def test_the_example_is_read_and_reported(self):
        with open(ROOT / "data" / "observations.csv", newline="", encoding="utf-8") as file:
            rows = report.read_observations(file)
        with open(ROOT / "data" / "sus.csv", newline="", encoding="utf-8") as file:
            text = report.report(rows, report.read_sus(file))
        self.assertEqual(len(rows), 2 * len(report.TASKS))
        self.assertIn("| T1 | 1 of 2 | 1 |", text)
        self.assertIn("Tell counts, not percentages", text)

    def test_every_task_of_the_analysis_stands_in_plan_and_script(self):
        for name in ("plan.md", "script.md"):
            text = (ROOT / "docs" / name).read_text(encoding="utf-8")
            for task in report.TASKS:
                self.assertIn(task, text)

    def test_what_is_not_on_its_scale_is_refused_with_its_line(self):
        for row, words in [
            ("P1,T99,1,9,5,0,", "no task"), ("P1,T1,2,9,5,0,", "use 0, 0.5 or 1"), ("P1,T1,1,9,8,0,", "use 1 to 7"), ("P1,T1,1,0,5,0,", "whole number"),
        ]:
            with self.subTest(row), self.assertRaisesRegex(ValueError, f"line 2: .*{words}"):
                report.read_observations([HEAD, row])

    def test_nobody_does_a_task_twice(self):
        with self.assertRaisesRegex(ValueError, "line 3: P1 has done T1 already"):
            report.read_observations([HEAD, "P1,T1,1,9,5,0,", "P1,T1,0,9,5,0,"])


if __name__ == "__main__":
    unittest.main()
