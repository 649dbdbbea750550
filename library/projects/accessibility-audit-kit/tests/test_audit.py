import sys
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "scripts"))

import audit  # noqa: E402

FINDING = {
    "id": "F1", "criterion": "4.1.2", "page": "Home", "severity": "serious", "what": "The filter button has no name", "where": ".filters button",
    "who": "People who do not see the icon", "fix": "visible text", "done_when": "NVDA says Filters, button",
}
PAGES = [{"page": "Home", "address": "https://www.example.com", "why": "entry"}]


def criteria(**results):
    return [{"criterion": number.replace("_", ".").lstrip("c"), "level": "AA" if number == "c1_4_3" else "A", "name": "x", "result": result, "how": "y"} for number, result in results.items()]


class Kit(unittest.TestCase):
    def test_a_fresh_audit_is_consistent_and_claims_nothing(self):
        rows, sample, findings = audit.read(ROOT / "data")
        self.assertEqual(audit.problems(rows, sample, findings), [])
        self.assertEqual(audit.conformance(rows), "not finished")
        self.assertEqual(len(sample), ${{ variables.pages | size }})

    def test_every_criterion_of_the_level_is_there_once(self):
        rows, _, _ = audit.read(ROOT / "data")
        numbers = [row["criterion"] for row in rows]
        self.assertEqual(len(set(numbers)), ${% if variables.level == "AA" %}55${% else %}31${% endif %})
        self.assertEqual(numbers, sorted(numbers, key=lambda number: [int(part) for part in number.split(".")]))
        self.assertNotIn("4.1.1", numbers)

    def test_the_procedure_names_criteria_of_this_audit_alone(self):
        rows, _, _ = audit.read(ROOT / "data")
        import re
        text = (ROOT / "docs" / "procedure.md").read_text(encoding="utf-8")
        named = set(re.findall(r"\b[1-4]\.\d\.\d{1,2}\b", text))
        known = {row["criterion"] for row in rows}
${%- if variables.level == "AA" %}
        self.assertLessEqual(named, known)
${%- else %}
        self.assertGreaterEqual(len(named & known), 15)
${%- endif %}


class Problems(unittest.TestCase):
    def of(self, results, *changes):
        return audit.problems(criteria(**results), PAGES, [{**FINDING, **change} for change in changes])

    def test_a_failure_with_its_finding_is_consistent(self):
        self.assertEqual(self.of({"c4_1_2": "fail"}, {}), [])

    def test_a_failure_needs_a_finding_and_a_finding_a_failure(self):
        self.assertEqual(self.of({"c4_1_2": "fail"}), ["4.1.2: fails, and no finding says where"])
        self.assertEqual(self.of({"c4_1_2": "pass"}, {}), ["F1: 4.1.2 is pass, and has a finding"])

    def test_what_does_not_fit_is_named(self):
        for change, words in [
            ({"criterion": "9.9.9"}, "no criterion"), ({"page": "Elsewhere"}, "not in the sample"), ({"severity": "high"}, "use one of blocker"),
            ({"fix": " "}, "fix is empty"), ({"who": None}, "who is empty"),
        ]:
            with self.subTest(change):
                self.assertIn(words, " ".join(self.of({"c4_1_2": "fail"}, change)))
        self.assertIn("F1: stands twice", self.of({"c4_1_2": "fail"}, {}, {}))
        self.assertIn('result is "maybe"', self.of({"c4_1_2": "maybe"})[0])


class Report(unittest.TestCase):
    def test_one_failure_forbids_the_claim(self):
        level = lambda **results: audit.conformance(criteria(**results))  # noqa: E731
        self.assertEqual(level(c4_1_2="pass", c1_4_3="pass"), "AA")
        self.assertEqual(level(c4_1_2="pass", c1_4_3="fail"), "A")
        self.assertEqual(level(c4_1_2="fail", c1_4_3="pass"), "none")
        self.assertEqual(level(c4_1_2="na", c1_4_3="open"), "not finished")
        self.assertEqual(level(c4_1_2="pass"), "A")

    def test_the_worst_comes_first(self):
        text = audit.report(criteria(c4_1_2="fail"), PAGES, [{**FINDING, "id": "F2", "severity": "minor"}, {**FINDING, "severity": "blocker"}])
        self.assertLess(text.index("## Blocker (1)"), text.index("## Minor (1)"))
        self.assertIn("| Robust | 0 | 0 | 1 | 0 |", text)


class Contrast(unittest.TestCase):
    def test_it_is_that_of_wcag(self):
        self.assertAlmostEqual(audit.contrast("000000", "#ffffff"), 21)
        self.assertAlmostEqual(audit.contrast("767676", "ffffff"), 4.54, places=2)

    def test_it_is_never_rounded_up(self):
        self.assertEqual(audit.contrast_words(4.4999), "4.49 to 1: enough for large text (1.4.3), icons and borders (1.4.11)")
        self.assertIn("enough for nothing", audit.contrast_words(2.9))

    def test_what_is_no_colour_is_refused(self):
        with self.assertRaisesRegex(ValueError, "is no colour"):
            audit.luminance("red")


if __name__ == "__main__":
    unittest.main()
