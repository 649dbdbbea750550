import json
import sys
from datetime import date
from pathlib import Path

from .card import of_figures, of_risks, of_text


def main(root: Path = Path()) -> int:
    read = lambda name: (root / name).read_text(encoding="utf-8")  # noqa: E731
    found = of_figures(json.loads(read("card.json")), date.today()) + of_text(read("MODEL_CARD.md")) + of_risks(read("docs/risks.csv"))
    print("\n".join(found) or "Nothing is in the way.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
