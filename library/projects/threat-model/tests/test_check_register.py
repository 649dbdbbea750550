import sys
import unittest
from datetime import date, timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "scripts"))

import check_register  # noqa: E402

TODAY = date(2027, 1, 15)
GOOD = {
    "id": "T01", "element": "P2 API", "stride": "E", "threat": "Another tenant's object is read", "likelihood": "3", "impact": "5",
    "treatment": "mitigate", "status": "open", "owner": "API team", "due": "2027-03-31", "evidence": "",
}


def sentences(*changes):
    rows = [{**GOOD, **change} for change in changes]
    lines = [",".join(check_register.COLUMNS)] + [",".join(row.values()) for row in rows]
    return [sentence for _, _, sentence in check_register.check(lines, TODAY)]


class Register(unittest.TestCase):
    def test_a_complete_risk_is_let_pass(self):
        self.assertEqual(sentences({}), [])

    def test_the_register_of_this_project_holds(self):
        with open(ROOT / "risk-register.csv", newline="", encoding="utf-8") as file:
            self.assertEqual(check_register.check(file, date.fromisoformat("${{ variables.due }}") - timedelta(days=30)), [])

    def test_every_threat_of_the_model_stands_in_the_register(self):
        model = (ROOT / "docs" / "threat-model.md").read_text(encoding="utf-8")
        rows = (ROOT / "risk-register.csv").read_text(encoding="utf-8").splitlines()[1:]
        named = {line.rstrip(" |").rsplit("| ", 1)[1] for line in model.splitlines() if line.startswith("|") and line.rstrip(" |").rsplit("| ", 1)[-1].startswith("T")}
        self.assertEqual(named, {row.split(",", 1)[0] for row in rows})

    def test_what_is_high_may_not_be_accepted(self):
        self.assertIn("has a score of 25 and may not be accepted", sentences({"treatment": "accept", "likelihood": "5"})[0])

    def test_what_is_low_may_be_accepted_for_a_year_at_most(self):
        low = {"treatment": "accept", "likelihood": "1", "impact": "1"}
        self.assertEqual(sentences({**low, "due": "2027-12-31"}), [])
        self.assertIn("at most 365 days", sentences({**low, "due": "2029-01-01"})[0])

    def test_an_overdue_risk_is_named(self):
        self.assertEqual(sentences({"due": "2027-01-14"}), ["is overdue since 2027-01-14"])

    def test_done_needs_evidence_and_no_date(self):
        self.assertIn("without evidence", sentences({"status": "done", "due": ""})[0])
        self.assertEqual(sentences({"status": "done", "due": "", "evidence": "tenant test"}), [])

    def test_each_field_is_checked(self):
        for change, words in [
            ({"stride": "X"}, "letters of STRIDE"), ({"stride": "SS"}, "each once"), ({"likelihood": "6"}, "from 1 to 5"),
            ({"treatment": "ignore"}, "use one of"), ({"status": "later"}, "use open or done"), ({"owner": " "}, "owner is empty"),
            ({"due": "soon"}, "give a date"), ({"id": "1"}, "look like T01"),
        ]:
            with self.subTest(change):
                self.assertIn(words, " ".join(sentences(change)))

    def test_an_id_stands_once(self):
        self.assertEqual(sentences({}, {}), ["stands on line 2 already"])

    def test_an_empty_or_foreign_file_is_refused(self):
        self.assertIn("columns must be", check_register.check(["a,b"], TODAY)[0][2])
        self.assertIn("no risk", check_register.check([",".join(check_register.COLUMNS)], TODAY)[0][2])
        self.assertIn("must have 11 fields", check_register.check([",".join(check_register.COLUMNS), "T01,x"], TODAY)[0][2])


if __name__ == "__main__":
    unittest.main()
