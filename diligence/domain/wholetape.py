"""Rules about the whole tape: columns nobody uses, columns that never change, missing columns, notes of the reader."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import polars as pl

from diligence.domain import cells, findings, hits
from diligence.domain.compiling import RuleSet
from diligence.domain.evaluate import Evaluation
from diligence.domain.rulebook import SEVERITIES
from diligence.domain.tapeseen import TapeSeen
from loans.domain.fields import FIELD
from loans.domain.formats import Note
from loans.domain.mapping import Mapping as ColumnMapping

LENDER_LAYOUT = "lender"
FEWEST_ROWS_FOR_CONSTANT = 20
MAY_BE_CONSTANT = frozenset(
    {"seller_id", "servicer_id", "mortgage_type", "lien_position", "servicing_fee", "payment_frequency", "execution"}
)


@dataclass(frozen=True, slots=True)
class Tape:
    """All that whole-tape rules look at."""

    seen: TapeSeen
    mapping: ColumnMapping
    notes: tuple[Note, ...]
    layout: str
    encoding: str

    def label_of(self, column: str) -> str:
        """The field's label, or the column's own name where it feeds no field."""
        mapped = self.mapping.columns.get(column)
        return FIELD[mapped.field].label if mapped and mapped.field else column


Hit = Mapping[str, object]
Check = Callable[[Tape], Iterator[Hit]]


def _unmapped(tape: Tape) -> Iterator[Hit]:
    for column in tape.mapping.unmapped:
        yield hits.whole_tape_hit("DV-010", column=column, columns=column, label=column)


def _two_columns(tape: Tape) -> Iterator[Hit]:
    for name, columns in tape.mapping.doubled.items():
        n = tape.seen.differing.get(name, 0)
        if n:
            words = {"label": FIELD[name].label, "columns": ";".join(columns), "fields": name, "n": f"{n:,}"}
            yield hits.whole_tape_hit("DV-011", **words)


def _no_rows(tape: Tape) -> Iterator[Hit]:
    if tape.seen.rows == 0:
        yield hits.whole_tape_hit("DV-012", n=0)


def _ambiguous_dates(tape: Tape) -> Iterator[Hit]:
    for column in tape.mapping.ambiguous:
        name = tape.mapping.columns[column].field
        yield hits.whole_tape_hit("DV-007", column=column, columns=column, fields=name, label=tape.label_of(column))


def _aliases(tape: Tape) -> Iterator[Hit]:
    for column, mapped in tape.mapping.columns.items():
        translated = {raw: value for raw, value in mapped.transform.codes.items() if raw != value}
        if mapped.field and translated:
            text = ", ".join(f'"{raw}" as {value}' for raw, value in sorted(translated.items())[:8])
            words = {
                "label": tape.label_of(column),
                "text": text,
                "value": text,
                "n": len(translated),
                "fields": mapped.field,
            }
            yield hits.whole_tape_hit("DV-009", column=column, columns=column, **words)


def _notes(code: str) -> Check:
    def check(tape: Tape) -> Iterator[Hit]:
        for note in tape.notes:
            if note.code == code:
                words = {"sentence": note.sentence, "encoding": tape.encoding, "n": 1}
                yield {**hits.whole_tape_hit(code, **words), "row_no": note.row_no}

    return check


def _leading_zeros(tape: Tape) -> Iterator[Hit]:
    for column, seen in tape.seen.columns.items():
        if seen.cut_short:
            name = tape.mapping.columns[column].field
            words = {"label": tape.label_of(column), "n": f"{seen.cut_short:,}", "fields": name}
            yield hits.whole_tape_hit("DV-070", column=column, columns=column, **words)


def _never_changes(tape: Tape) -> Iterator[Hit]:
    if tape.seen.rows < FEWEST_ROWS_FOR_CONSTANT:
        return
    for column, seen in tape.seen.columns.items():
        mapped = tape.mapping.columns.get(column)
        constant = seen.filled == tape.seen.rows and seen.least == seen.greatest
        if constant and mapped and mapped.field and mapped.field not in MAY_BE_CONSTANT:
            words = {"label": tape.label_of(column), "value": seen.least, "text": seen.least, "fields": mapped.field}
            yield hits.whole_tape_hit("DV-071", column=column, columns=column, **words)


def _no_column(tape: Tape) -> Iterator[Hit]:
    own = tape.layout == LENDER_LAYOUT
    severity = SEVERITIES["warning" if own else "informational"]
    for name, n in tape.seen.needed.items():
        label, when = FIELD[name].label, FIELD[name].required_when
        loans = "every loan needs it" if n == tape.seen.rows else f"{n:,} of {tape.seen.rows:,} loans need it ({when})"
        place = "The tape" if own else "This layout"
        message = f"{place} has no column for {label}; {loans}."
        yield hits.whole_tape_hit(cells.REQUIRED, severity=severity, message=message, fields=name, label=label, n=n)


WHOLE_TAPE: dict[str, Check] = {
    "DV-003": _no_column,
    "DV-007": _ambiguous_dates,
    "DV-009": _aliases,
    "DV-010": _unmapped,
    "DV-011": _two_columns,
    "DV-012": _no_rows,
    "DV-015": _notes("DV-015"),
    "DV-016": _notes("DV-016"),
    "DV-070": _leading_zeros,
    "DV-071": _never_changes,
}
"""Rule code → the check that finds its hits on a whole tape."""


def evaluate_tape(tape: Tape, ruleset: RuleSet) -> Evaluation:
    """The whole-tape rules: findings with row 0 (or the row a note names). Their counts hold findings, not loans."""
    found = hits.render(
        hits.frame_of(hit for check in WHOLE_TAPE.values() for hit in check(tape)), ruleset, _no_loans()
    )
    totals = dict(found.group_by("rule_no").len().iter_rows())
    numbers = ruleset.numbers("file")
    counts = [
        (numbers[code], code, totals.get(numbers[code], 0), 0, 0, 0, 0.0) for code in WHOLE_TAPE if code in numbers
    ]
    return Evaluation(found, pl.DataFrame(counts, schema=findings.COUNTS_SCHEMA, orient="row"))


def _no_loans() -> pl.DataFrame:
    return pl.DataFrame(schema={"row_no": pl.Int64, "loan_id": pl.String, "current_upb": pl.Float64})
