"""Masks personal data and makes white space uniform, before anything is hashed or stored."""

import re

PATTERNS = {
    "email": re.compile(r"\b[\w.+-]+@[\w-]+\.[\w.-]*\w"),
    "iban": re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){3,7}(?: ?[A-Z0-9]{1,3})?\b"),
    "phone": re.compile(r"(?<![\w.])\+?\d{1,3}[ (/-]+\d{2,5}[ )/-]+\d{3,}(?:[ -]?\d+)*\b"),
}


def clean(text: str, redact: list[str]) -> str:
    """Unknown kinds are an error: a misspelt one would let personal data through."""
    for kind in PATTERNS:
        if kind in redact:
            text = PATTERNS[kind].sub(f"[{kind}]", text)
    unknown = set(redact) - set(PATTERNS)
    if unknown:
        raise ValueError(f"cannot mask {', '.join(sorted(unknown))}: use {', '.join(PATTERNS)}")
    return re.sub(r"[ \t]+", " ", re.sub(r"\n{3,}", "\n\n", text.replace("\r\n", "\n"))).strip()
