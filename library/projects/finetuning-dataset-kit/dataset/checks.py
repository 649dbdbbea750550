"""What is wrong with transcripts, before a trainer finds out."""

import json
import re
from collections import Counter, defaultdict
from typing import Iterator, NamedTuple

SECRETS = {
    "an API key": re.compile(r"\b(?:sk-[A-Za-z0-9_-]{20,}|AKIA[0-9A-Z]{16}|gh[pousr]_[A-Za-z0-9]{30,}|xox[bp]-[A-Za-z0-9-]{20,})"),
    "a private key": re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----"),
    "an e-mail address": re.compile(r"\b[\w.+-]+@(?!example\.(?:com|org|net)\b)[\w-]+\.[a-z]{2,}\b", re.IGNORECASE),
}
CARD = re.compile(r"\b(?:\d[ -]?){13,19}\b")


class Problem(NamedTuple):
    line: int
    level: str
    message: str


def has_check_digit(digits: str) -> bool:
    """Luhn's: most long numbers that are no card number fail it."""
    doubled = [int(d) if at % 2 == 0 else sum(divmod(2 * int(d), 10)) for at, d in enumerate(reversed(digits))]
    return sum(doubled) % 10 == 0


def personal(text: str) -> Iterator[str]:
    for name, pattern in SECRETS.items():
        if pattern.search(text):
            yield name
    for match in CARD.finditer(text):
        digits = re.sub(r"\D", "", match.group())
        if 13 <= len(digits) <= 19 and has_check_digit(digits):
            yield "a card number"


def tokens(messages: list[dict]) -> int:
    """A cautious estimate without a tokenizer: four signs a token, and four tokens a message."""
    return sum(4 + len(json.dumps(one.get("tool_calls") or "", ensure_ascii=False) + (one.get("content") or "")) // 4 for one in messages)


def of_tools(messages: list[dict]) -> Iterator[str]:
    waiting: set[str] = set()
    for at, one in enumerate(messages):
        if one["role"] == "tool":
            call = one.get("tool_call_id")
            if call not in waiting:
                yield f"messages[{at}] is the result of no open call: {call}"
            waiting.discard(call)
            continue
        if waiting:
            yield f"messages[{at}] comes before the results of {', '.join(sorted(waiting))}"
            waiting.clear()
        for call in one.get("tool_calls") or []:
            waiting.add(call["id"])
            try:
                if not isinstance(json.loads(call["function"]["arguments"]), dict):
                    raise ValueError
            except ValueError:
                yield f"the arguments of call {call['id']} are no JSON object"
    if waiting:
        yield f"calls without a result: {', '.join(sorted(waiting))}"


def of_turns(messages: list[dict], rules: dict) -> Iterator[str]:
    prompt = rules["system_prompt"]
    first = messages[0]
    if prompt and (first["role"], first.get("content")) != ("system", prompt):
        yield "does not start with the system prompt of rules.json, word for word"
    elif first["role"] not in ("system", "user"):
        yield f"starts with a message of {first['role']}"
    if messages[-1]["role"] != "assistant" or messages[-1].get("tool_calls"):
        yield "does not end with an answer of the assistant"
    spoken = [one["role"] for one in messages if one["role"] in ("user", "assistant") and not one.get("tool_calls")]
    if any(a == b for a, b in zip(spoken, spoken[1:])) or (spoken and spoken[0] != "user"):
        yield "user and assistant do not take turns, the user first"


def of_shape(example: object, rules: dict) -> Iterator[str]:
    if not isinstance(example, dict) or not isinstance(example.get("messages"), list) or not example["messages"]:
        yield "needs a list of messages"
        return
    roles = {"system", "user", "assistant"} | ({"tool"} if rules["tools"] else set())
    for at, one in enumerate(example["messages"]):
        if not isinstance(one, dict) or one.get("role") not in roles:
            yield f"messages[{at}].role must be one of {', '.join(sorted(roles))}"
        elif one.get("tool_calls") and not rules["tools"]:
            yield f"messages[{at}] calls tools, which rules.json does not allow"
        elif not one.get("tool_calls") and not (isinstance(one.get("content"), str) and one["content"].strip()):
            yield f"messages[{at}].content is no text"


def of_example(example: dict, rules: dict) -> Iterator[str]:
    shape = list(of_shape(example, rules))
    if shape:
        yield from shape
        return
    messages = example["messages"]
    yield from of_turns(messages, rules)
    if rules["tools"]:
        yield from of_tools(messages)
    count = tokens(messages)
    if count > rules["maximum_tokens"]:
        yield f"has about {count} tokens, of at most {rules['maximum_tokens']}"
    yield from (f"holds {what}" for what in sorted(set(personal(json.dumps(messages, ensure_ascii=False)))))


def check(text: str, rules: dict) -> tuple[list[dict], list[Problem]]:
    """The examples of a file that are right on their own, and every problem of the file."""
    good: list[dict] = []
    problems: list[Problem] = []
    seen: dict[str, int] = {}
    answers: dict[str, set[str]] = defaultdict(set)
    finals: Counter[str] = Counter()
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        try:
            example = json.loads(line)
        except ValueError as error:
            problems.append(Problem(number, "error", f"is no JSON: {error}"))
            continue
        found = list(of_example(example, rules))
        problems += [Problem(number, "error", message) for message in found]
        if found:
            continue
        whole = json.dumps(example["messages"], sort_keys=True).lower()
        if whole in seen:
            problems.append(Problem(number, "error", f"is equal to line {seen[whole]}"))
            continue
        seen[whole] = number
        *asked, last = example["messages"]
        question = json.dumps(asked, sort_keys=True)
        if answers[question] and last["content"] not in answers[question]:
            problems.append(Problem(number, "warning", "asks what another line asks, and answers differently"))
        answers[question].add(last["content"])
        finals[last["content"]] += 1
        good.append(example)
    for answer, times in finals.most_common():
        if len(good) >= 20 and times > 0.05 * len(good):
            problems.append(Problem(0, "warning", f"{times} of {len(good)} examples answer {answer[:60]!r}"))
    return good, problems
