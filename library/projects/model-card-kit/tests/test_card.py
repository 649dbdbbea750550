import json
import unittest
from datetime import date
from pathlib import Path

from checks.card import of_figures, of_risks, of_text

ROOT = Path(__file__).resolve().parent.parent
TODAY = date(2026, 2, 1)


def card(version="1.0.0", on="2026-01-20", **groups):
    return {
        "version": "1.0.0",
        "evaluated": {"version": version, "on": on, "metric": "m", "threshold": 0.9, "maximum_gap": 0.05},
        "groups": {name: {"value": value, "cases": 100} for name, value in groups.items()},
    }


class Figures(unittest.TestCase):
    def test_good_figures_pass(self):
        self.assertEqual(of_figures(card(a=0.95, b=0.9), TODAY), [])

    def test_what_is_too_low_too_far_apart_too_old_or_of_another_version(self):
        for made, words in [
            (card(a=0.89), "below 0.9"),
            (card(a=0.99, b=0.92), "differ by 0.070"),
            (card(a=0.95, on="2025-06-01"), "days old"),
            (card(a=0.95, on="2026-03-01"), "in the future"),
            (card(a=0.95, version="0.9.0"), "is to be released"),
        ]:
            with self.subTest(words=words):
                (found,) = of_figures(made, TODAY)
                self.assertIn(words, found)

    def test_few_cases_measure_nothing(self):
        made = card(a=0.99)
        made["groups"]["a"]["cases"] = 29
        self.assertIn("29 cases", of_figures(made, TODAY)[0])


class Text(unittest.TestCase):
    def test_an_open_question_is_named(self):
        self.assertEqual(of_text("- **Use:** for mail\n- **Not for:** _to be answered_ (…)\n- **Data:**\n"), ["MODEL_CARD.md: answer “Not for”", "MODEL_CARD.md: answer “Data”"])

    def test_the_card_that_ships_is_not_passed_off_as_finished(self):
        self.assertGreaterEqual(len(of_text((ROOT / "MODEL_CARD.md").read_text(encoding="utf-8"))), 11)
        made = json.loads((ROOT / "card.json").read_text(encoding="utf-8"))
        self.assertGreaterEqual(len(of_figures(made, TODAY)), len(made["groups"]))


class Risks(unittest.TestCase):
    def test_the_register_that_ships_is_whole(self):
        self.assertEqual(of_risks((ROOT / "docs/risks.csv").read_text(encoding="utf-8")), [])

    def test_a_severe_risk_needs_a_control_and_every_risk_an_owner(self):
        head = "id,risk,likelihood,severity,control,owner\n"
        self.assertIn("has no control", of_risks(head + "R1,x,3,4,,me\n")[0])
        self.assertEqual(of_risks(head + "R1,x,2,4,,me\n"), [])
        self.assertIn("has no owner", of_risks(head + "R1,x,1,1,,\n")[0])
        self.assertIn("between 1 and 5", of_risks(head + "R1,x,6,1,,me\n")[0])


if __name__ == "__main__":
    unittest.main()
