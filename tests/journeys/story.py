"""The tape of the story: clean loans, and four rows with one thing wrong each."""

import csv
from dataclasses import dataclass
from pathlib import Path

from django.core.management import call_command

LOANS = 200
HOSTILE = '=HYPERLINK("http://evil.example";"Pay")'
UNSURE_COLUMN = "Score"
FATAL_ROWS = 2


@dataclass(frozen=True)
class Story:
    """Where the tape is and which of its loans the people of the story talk about."""

    tape: Path
    misjudged: str
    loans: int = LOANS
    clear: int = LOANS - FATAL_ROWS


def write_story(folder: Path) -> Story:
    """A synthetic tape without defects but these; one of its columns needs a person's eye."""
    path = folder / "northgate-november.csv"
    with (folder / "log").open("w") as log:
        call_command("generate_tape", path, loans=LOANS, seed=20, stdout=log)
    with path.open(newline="") as source:
        header, *rows = csv.reader(source)
    at = {name: number for number, name in enumerate(header)}
    rows[10][at["Loan ID"]] = HOSTILE
    rows[20][at["Rem Term"]] = str(int(rows[20][at["Rem Term"]]) - 24)
    rows[30][at["No Units"]] = "7"
    rows[40][at["Prop State"]] = "ZZ"
    header[at["FICO Score"]] = UNSURE_COLUMN
    with path.open("w", newline="") as target:
        csv.writer(target).writerows([header, *rows])
    return Story(path, misjudged=rows[20][at["Loan ID"]])
