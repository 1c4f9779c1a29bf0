"""Scoring questions in words: the development and the held-out set, by language, and how long one takes."""

from __future__ import annotations

import argparse
import time
from pathlib import Path
from typing import TYPE_CHECKING

from hkkg.asking import Asker, Confidence
from hkkg.asking.evaluation import Outcome, cross_validated, evaluate, read_rows, scores
from hkkg.graph import open_graph

if TYPE_CHECKING:
    from hkkg.store import EmbeddedStore

SETS = Path(__file__).resolve().parents[1] / "tests" / "asking"
DEVELOPMENT = "development"
NAMES = (DEVELOPMENT, "held-out")


def main() -> None:
    """Print the scores of the sets that are there; rows only if they are asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sets", nargs="*", default=NAMES, help="development, held-out, or files")
    parser.add_argument("--rows", action="store_true", help="print the rows that are not right")
    arguments = parser.parse_args()
    store = open_graph()
    began = time.perf_counter()
    asker = Asker(store)
    print(f"learning the names and questions: {time.perf_counter() - began:.2f} s")
    for name in arguments.sets:
        path = SETS / f"{name}.tsv" if name in NAMES else Path(name)
        _score(asker, store, path, with_rows=arguments.rows)


def _score(asker: Asker, store: EmbeddedStore, path: Path, *, with_rows: bool) -> None:
    """Score a set as it stands, but the development set, which is learnt from, by cross-validation."""
    rows = read_rows(path)
    began = time.perf_counter()
    outcomes = evaluate(asker, rows)
    milliseconds = (time.perf_counter() - began) / len(rows) * 1000
    how = ""
    if path.stem == DEVELOPMENT:
        outcomes = cross_validated(store, rows)
        how = ", cross-validated"
    print(f"\n{path.stem}{how}: {milliseconds:.1f} ms a question")
    print(f"{'language':<10}{'rows':>6}{'right':>9}{'sure':>9}{'wrong, unflagged':>19}")
    for language, score in scores(outcomes).items():
        shares = (score.right / score.rows, score.sure / score.rows, score.wrong_unflagged / score.rows)
        right, sure, wrong = (f"{share:.1%}" for share in shares)
        print(f"{language:<10}{score.rows:>6}{right:>9}{sure:>9}{wrong:>19}")
    for outcome in outcomes if with_rows else ():
        if not outcome.is_right or outcome.is_wrong_unflagged:
            print(_line(outcome))


def _line(outcome: Outcome) -> str:
    wanted = " or ".join(f"{w.question} {dict(w.values) or ''}" for w in outcome.row.wanted) or "none"
    best = outcome.understood.best
    got = f"{best.question.name} {best.values or ''}" if best else "nothing"
    flag = "sure" if outcome.understood.confidence is Confidence.SURE else "unsure"
    return f"{outcome.row.text}\n    wanted {wanted}\n    {flag}: {got}"


if __name__ == "__main__":
    main()
