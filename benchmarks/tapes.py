"""The tape that is measured: made once and kept beside the results."""

from datetime import date
from pathlib import Path

from diligence.domain.synthetic import Plan, batches
from diligence.domain.synthetic.files import write_csv

OUT = Path(__file__).resolve().parent / "out"
AS_OF = date(2026, 9, 15)
SEED, DEFECTS = 17, 0.05


def tape(loans: int, columns: str = "lean") -> Path:
    """A synthetic tape of so many loans, one in twenty with defects."""
    path = OUT / f"tape-{columns}-{loans}.csv"
    if not path.exists():
        OUT.mkdir(exist_ok=True)
        part = path.with_suffix(".part")
        with part.open("wb") as out:
            write_csv(batches(Plan(loans, SEED, AS_OF, DEFECTS, columns)), out, None)
        part.rename(path)
    return path
