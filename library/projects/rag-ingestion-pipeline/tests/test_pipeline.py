import json
import tempfile
import unittest
from pathlib import Path

from ingest.chunking import chunks, sections, windows
from ingest.cleaning import clean
from ingest.evaluation import evaluate
from ingest.index import ingest, open_index, search

ROOT = Path(__file__).resolve().parent.parent
SETTINGS = {"chunk_words": 50, "overlap_words": 5, "redact": ["email"]}


class Chunking(unittest.TestCase):
    def test_a_section_knows_the_headings_above_it(self):
        found = sections("intro\n# A\n## B\nb\n### C\nc\n## D\nd\n")
        self.assertEqual([one.headings for one in found], [(), ("A", "B"), ("A", "B", "C"), ("A", "D")])

    def test_a_comment_in_code_is_no_heading(self):
        found = sections("# A\n```sh\n# no heading\n```\nafter\n")
        self.assertEqual([one.headings for one in found], [("A",)])

    def test_windows_keep_every_word_and_their_size(self):
        text = " ".join(f"Word{n} follows here." for n in range(100))
        pieces = windows(text, 40, 8)
        self.assertTrue(all(len(piece.split()) <= 40 for piece in pieces))
        self.assertEqual({word for piece in pieces for word in piece.split()}, set(text.split()))
        for before, after in zip(pieces, pieces[1:]):
            self.assertEqual(before.split()[-8:], after.split()[:8])

    def test_one_sentence_longer_than_a_chunk_is_cut(self):
        pieces = windows(" ".join(f"w{n}" for n in range(25)), 10, 0)
        self.assertEqual([len(piece.split()) for piece in pieces], [10, 10, 5])

    def test_an_overlap_that_never_ends_is_refused(self):
        with self.assertRaises(ValueError):
            windows("a b c", 2, 2)

    def test_short_sections_stay_whole(self):
        self.assertEqual(len(chunks("# A\nOne. Two.\n", 50, 5)), 1)


class Cleaning(unittest.TestCase):
    def test_personal_data_is_masked(self):
        text = "Write to ann.lee@example.com or call +49 30 1234567, IBAN DE89 3704 0044 0532 0130 00."
        self.assertEqual(clean(text, ["email", "phone", "iban"]), "Write to [email] or call [phone], IBAN [iban].")

    def test_dates_and_prices_are_not(self):
        self.assertEqual(clean("On 2026-03-31 it cost 1,200.50.", ["phone", "iban"]), "On 2026-03-31 it cost 1,200.50.")

    def test_a_misspelt_kind_is_refused(self):
        with self.assertRaises(ValueError):
            clean("a", ["e-mail"])


class Index(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.documents = Path(self.folder.name)
        self.db = open_index(":memory:")
        self.write("a.md", "# Leave\nFive days can be carried over.\n")
        self.write("b.md", "# Travel\nFlights are approved by ann@example.com.\n")

    def tearDown(self):
        self.db.close()
        self.folder.cleanup()

    def write(self, name, text):
        (self.documents / name).write_text(text, encoding="utf-8")

    def run_ingest(self, **changes):
        return ingest(self.db, self.documents, SETTINGS | changes)

    def test_a_second_run_does_nothing(self):
        self.assertEqual(self.run_ingest(), (2, 0, 0, 2))
        self.assertEqual(self.run_ingest(), (0, 2, 0, 2))

    def test_other_settings_ingest_everything_anew(self):
        self.run_ingest()
        self.assertEqual(self.run_ingest(redact=[]).changed, 2)

    def test_what_is_no_longer_there_is_not_found(self):
        self.run_ingest()
        (self.documents / "b.md").unlink()
        self.assertEqual(self.run_ingest(), (0, 1, 1, 1))
        self.assertEqual(search(self.db, "flights"), [])

    def test_equal_text_is_stored_once_and_cites_both(self):
        self.write("c.md", "# Leave\nFive days can be carried over.\n")
        self.assertEqual(self.run_ingest().chunks, 2)
        self.assertEqual(search(self.db, "carried")[0].sources, ("a.md", "c.md"))

    def test_personal_data_is_not_stored(self):
        self.run_ingest()
        self.assertIn("[email]", search(self.db, "flights")[0].body)

    def test_a_question_with_signs_of_the_query_language_is_only_text(self):
        self.run_ingest()
        self.assertEqual(search(self.db, 'NEAR("leave" AND *')[0].sources, ("a.md",))
        self.assertEqual(search(self.db, "what is it?"), [])

    def test_a_missed_question_lowers_recall(self):
        self.run_ingest()
        quality = evaluate(self.db, [{"question": "leave", "source": "a.md"}, {"question": "leave", "source": "b.md"}])
        self.assertEqual((quality.recall, quality.missed), (0.5, ["leave"]))

    def test_the_documents_that_ship_reach_the_recall_that_is_asked_for(self):
        settings = json.loads((ROOT / "settings.json").read_text(encoding="utf-8"))
        questions = [json.loads(line) for line in (ROOT / "questions.jsonl").read_text(encoding="utf-8").splitlines()]
        ingest(self.db, ROOT / "documents", settings)
        quality = evaluate(self.db, questions)
        self.assertGreaterEqual(quality.recall, settings["minimum_recall"], quality.missed)


if __name__ == "__main__":
    unittest.main()
