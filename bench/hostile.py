"""`python -m bench.hostile`: processor time until each hostile document is refused, beside honest operations.

In this process, from the text to the refusal by parser, gate or validation. Who asks comes before that, variables and
cost come after, and none of the three is measured here: what is let through is refused or paid for there. `× honest` is
a multiple of the largest operation of `schema/operations` in the same run. The aim is at most 50 ms for any document.
"""

from pathlib import Path

from bench.answers import cpu_ms
from bench.bombs import BOMBS
from graphsvc.api.documents import Documents
from graphsvc.api.refusals import Refusal
from graphsvc.api.schema.whole import schema

OPERATIONS = Path(__file__).parents[1] / "schema" / "operations"
ROUNDS = 5


def prepared(document: str) -> str:
    """What becomes of a document that was never seen before."""
    try:
        Documents(schema()._schema).prepared(document, None)
    except Refusal as refusal:
        return refusal.code
    return "let through"


def spent_on(document: str) -> float:
    """Processor time of that, in milliseconds."""
    return cpu_ms(lambda: prepared(document), ROUNDS)


def main() -> None:
    """Print the table, the hardest first."""
    honest = max(spent_on(path.read_text()) for path in OPERATIONS.glob("*.graphql"))
    rows = [(spent_on(text), name, len(text), prepared(text)) for name, text in BOMBS.items()]
    print(f"The largest honest operation: {honest:.1f} ms of CPU.\n")
    print("| document | bytes | becomes | CPU ms | × honest |")
    print("|---|--:|---|--:|--:|")
    for spent, name, size, became in sorted(rows, reverse=True):
        print(f"| {name} | {size:,} | {became} | {spent:.1f} | {spent / honest:.1f} |")


if __name__ == "__main__":
    main()
