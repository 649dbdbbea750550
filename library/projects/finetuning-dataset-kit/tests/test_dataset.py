import json
import unittest
from pathlib import Path

from dataset.checks import check
from dataset.splitting import is_held_out, split

ROOT = Path(__file__).resolve().parent.parent
RULES = {"tools": True, "system_prompt": "", "maximum_tokens": 200, "holdout_share": 0.2}


def example(*turns, **more):
    return {"messages": [{"role": role, "content": content} for role, content in turns], **more}


def messages_of(*examples, **rules):
    text = "\n".join(json.dumps(one) for one in examples)
    return [message for _, _, message in check(text, RULES | rules)[1]]


GOOD = example(("user", "Hello?"), ("assistant", "Hello!"))
CALL = {"role": "assistant", "tool_calls": [{"id": "c1", "function": {"name": "f", "arguments": "{}"}}]}


class Checks(unittest.TestCase):
    def test_a_good_example_has_no_problem(self):
        self.assertEqual(messages_of(GOOD), [])

    def test_the_file_that_ships_is_right(self):
        rules = json.loads((ROOT / "rules.json").read_text(encoding="utf-8"))
        good, problems = check((ROOT / "data/conversations.jsonl").read_text(encoding="utf-8"), rules)
        self.assertEqual((len(good) >= 3, problems), (True, []))

    def test_shape_and_turns(self):
        for wrong, message in [
            ([], "needs a list"),
            ({"messages": []}, "needs a list"),
            (example(("human", "a"), ("assistant", "b")), "role must be one of"),
            (example(("user", " "), ("assistant", "b")), "content is no text"),
            (example(("user", "a")), "does not end with"),
            (example(("user", "a"), ("assistant", "b"), ("assistant", "c")), "take turns"),
            (example(("user", "a" * 1000), ("assistant", "b")), "tokens"),
        ]:
            with self.subTest(message=message):
                self.assertIn(message, " ".join(messages_of(wrong)))

    def test_a_line_that_is_no_json_is_told_with_its_number(self):
        (problem,) = check(json.dumps(GOOD) + "\n{", RULES)[1]
        self.assertEqual((problem.line, problem.level), (2, "error"))

    def test_the_system_prompt_must_be_there_word_for_word(self):
        self.assertIn("word for word", messages_of(GOOD, system_prompt="Be kind.")[0])
        self.assertEqual(messages_of(example(("system", "Be kind."), ("user", "a"), ("assistant", "b")), system_prompt="Be kind."), [])

    def test_personal_data_and_keys(self):
        for text, what in [("ann@corp.test", "an e-mail address"), ("4111 1111 1111 1111", "a card number"), ("sk-" + "a" * 24, "an API key")]:
            self.assertEqual(messages_of(example(("user", text), ("assistant", "b"))), [f"holds {what}"])
        self.assertEqual(messages_of(example(("user", "order 4111 1111 1111 1112, help@example.com"), ("assistant", "b"))), [])

    def test_calls_of_tools_need_their_results(self):
        asked, result, answer = {"role": "user", "content": "a"}, {"role": "tool", "tool_call_id": "c1", "content": "1"}, {"role": "assistant", "content": "b"}
        self.assertEqual(messages_of({"messages": [asked, CALL, result, answer]}), [])
        self.assertIn("comes before the results of c1", messages_of({"messages": [asked, CALL, answer]})[0])
        self.assertIn("result of no open call", messages_of({"messages": [asked, result, answer]})[0])
        self.assertIn("does not allow", messages_of({"messages": [asked, CALL, answer]}, tools=False)[0])

    def test_repetition_and_disagreement(self):
        other = example(("user", "Hello?"), ("assistant", "Go away."))
        self.assertEqual(messages_of(GOOD, GOOD), ["is equal to line 1"])
        self.assertEqual(messages_of(GOOD, other), ["asks what another line asks, and answers differently"])
        same = [example(("user", f"question {n}"), ("assistant", "Yes.")) for n in range(20)]
        self.assertIn("20 of 20 examples answer 'Yes.'", messages_of(*same)[0])


class Splitting(unittest.TestCase):
    def test_a_group_is_never_torn_apart_and_the_split_stays(self):
        examples = [{"group": f"g{n % 50}", "n": n} for n in range(500)]
        train, held = split(examples, 0.2)
        self.assertFalse({one["group"] for one in train} & {one["group"] for one in held})
        self.assertEqual(split(list(reversed(examples)), 0.2)[1], list(reversed(held)))

    def test_the_share_is_about_what_was_asked_for(self):
        self.assertAlmostEqual(sum(is_held_out(f"g{n}", 0.2) for n in range(5000)) / 5000, 0.2, delta=0.03)


if __name__ == "__main__":
    unittest.main()
