"""Rules about the whole tape: columns nobody uses, columns that never change, missing columns, notes of the reader."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

import polars as pl

from diligence.domain import findings, hits
from diligence.domain.compiling import RuleSet
from diligence.domain.evaluate import Evaluation
from diligence.domain.tapeseen import ColumnSeen, TapeSeen
from diligence.domain.wording import loans_text
from loans.domain.fields import FIELD, Field
from loans.domain.formats import LAYOUTS, LENDER, Note
from loans.domain.mapping import Mapping as ColumnMapping
from loans.domain.value_words import words_of

FEWEST_ROWS_FOR_CONSTANT = 20
_MOST_SHOWN = 8
_MOST_COLUMNS_SHOWN = 40
_PLACES = {name: place for place, name in enumerate(FIELD)}
_ORDERS = {"mdy": "month/day/year", "dmy": "day/month/year", "ymd": "year-month-day"}
_NEVER_MISSED = frozenset({"optional", "derived", "after purchase", "as applicable", "delivery"})
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

    @property
    def is_lenders_own(self) -> bool:
        """Whether the tape has a lender's own columns, not those of a published layout."""
        return self.layout == LENDER.code

    @property
    def columns(self) -> dict[str, ColumnSeen]:
        """What was seen of each column, in the tape's own order however the parts were stored."""
        own = [column for column in self.mapping.columns if column in self.seen.columns]
        return {column: self.seen.columns[column] for column in (*own, *sorted(self.seen.columns.keys() - set(own)))}

    def label_of(self, column: str) -> str:
        """The field's label, or the column's own name where it feeds no field."""
        mapped = self.mapping.columns.get(column)
        return FIELD[mapped.field].label if mapped and mapped.field else column


Hit = Mapping[str, object]
Check = Callable[[Tape], Iterator[Hit]]


def _about(tape: Tape, column: str) -> dict[str, str | None]:
    """The words that name a column: as the tape and as the reader know it."""
    field = tape.mapping.columns[column].field
    return {"column": column, "columns": column, "fields": field, "label": tape.label_of(column)}


def _unmapped(tape: Tape) -> Iterator[Hit]:
    columns = tape.mapping.unmapped
    if columns:
        shown = ", ".join(columns[:_MOST_COLUMNS_SHOWN])
        more = f" and {len(columns) - _MOST_COLUMNS_SHOWN:,} more" if len(columns) > _MOST_COLUMNS_SHOWN else ""
        words = {"columns": ";".join(columns), "n": _columns_text(len(columns)), "text": shown + more}
        yield hits.whole_tape_hit("DV-010", words)


def _columns_text(number: int) -> str:
    return "1 column" if number == 1 else f"{number:,} columns"


def _two_columns(tape: Tape) -> Iterator[Hit]:
    for name, columns in tape.mapping.doubled.items():
        n = tape.seen.differing.get(name, 0)
        if n:
            words = {"label": FIELD[name].label, "columns": ";".join(columns), "fields": name, "n": f"{n:,}"}
            yield hits.whole_tape_hit("DV-011", words)


def _no_rows(tape: Tape) -> Iterator[Hit]:
    if tape.seen.rows == 0:
        yield hits.whole_tape_hit("DV-012", {})


def _ambiguous_dates(tape: Tape) -> Iterator[Hit]:
    for column in tape.mapping.ambiguous:
        mapped = tape.mapping.columns[column]
        order = _ORDERS.get(mapped.transform.date_order or "", "month/day/year")
        yield hits.whole_tape_hit("DV-007", {**_about(tape, column), "value": order})


def _other_names(tape: Tape) -> Iterator[Hit]:
    if not tape.is_lenders_own:
        return
    for column, codes in sorted(tape.seen.translated.items()):
        mapped = tape.mapping.columns[column]
        words = words_of(mapped.field or "")
        commonest = sorted(codes, key=lambda raw: (-codes[raw], raw))
        meanings = [(raw, mapped.transform.codes[raw]) for raw in commonest]
        read = [f'"{raw}" as {words.get(value, value)}' for raw, value in meanings]
        more = f" and {len(read) - _MOST_SHOWN} more codes" if len(read) > _MOST_SHOWN else ""
        n = sum(codes.values())
        shown = ", ".join(read[:_MOST_SHOWN])
        message = f"{tape.label_of(column)} was read by other names on {loans_text(n)}: {shown}{more}."
        yield hits.whole_tape_hit("DV-009", _about(tape, column), message=message)


def _usually_delivered(tape: Tape) -> Iterator[Hit]:
    blanks = _own_blanks(tape) if tape.is_lenders_own else _not_available(tape)
    if blanks:
        headers = tape.mapping.header_of
        words = {"fields": ";".join(blanks), "columns": ";".join(headers[name] for name in blanks if name in headers)}
        listed = ", ".join(f"{FIELD[name].label} on {loans_text(n)}" for name, n in blanks.items())
        yield hits.whole_tape_hit("DV-004", {**words, "text": listed})


def _own_blanks(tape: Tape) -> dict[str, int]:
    """Fields of a lender's columns that are partly blank and whose condition a tape cannot tell."""
    blank = {
        mapped.field: tape.seen.rows - seen.filled
        for column, seen in tape.columns.items()
        if (mapped := tape.mapping.columns.get(column)) and mapped.field
    }
    return {name: n for name, n in blank.items() if n and _depends_on_more_than_the_tape(FIELD[name])}


def _not_available(tape: Tape) -> dict[str, int]:
    """Fields that loans need and a published layout leaves blank, without those it requires of itself."""
    required = LAYOUTS[tape.layout].required
    return {name: tape.seen.blank[name] for name in _in_order(tape.seen.blank) if name not in required}


def _depends_on_more_than_the_tape(field: Field) -> bool:
    told = bool(field.required_when) and field.required_when not in _NEVER_MISSED
    return told and not field.required_sql and not field.protected


def _notes(code: str) -> Check:
    def check(tape: Tape) -> Iterator[Hit]:
        for note in tape.notes:
            if note.code == code:
                words = {"sentence": note.sentence, "encoding": tape.encoding}
                yield {**hits.whole_tape_hit(code, words), "row_no": note.row_no}

    return check


def _leading_zeros(tape: Tape) -> Iterator[Hit]:
    if not tape.is_lenders_own:
        return
    for column, seen in tape.columns.items():
        if seen.cut_short:
            yield hits.whole_tape_hit("DV-070", {**_about(tape, column), "n": loans_text(seen.cut_short)})


def _never_changes(tape: Tape) -> Iterator[Hit]:
    if tape.seen.rows < FEWEST_ROWS_FOR_CONSTANT:
        return
    constant = [column for column in tape.columns if _is_telling(tape, column)]
    if constant:
        fields = [tape.mapping.columns[column].field or "" for column in constant]
        told = ", ".join(f"{tape.label_of(column)} {tape.seen.columns[column].least}" for column in constant)
        words = {"fields": ";".join(fields), "columns": ";".join(constant), "text": told, "n": f"{tape.seen.rows:,}"}
        yield hits.whole_tape_hit("DV-071", words)


def _is_telling(tape: Tape, column: str) -> bool:
    """Whether a column of a field that should differ between loans holds one text on all of them."""
    seen, mapped = tape.seen.columns[column], tape.mapping.columns.get(column)
    constant = seen.filled == tape.seen.rows and seen.least == seen.greatest
    return bool(constant and mapped and mapped.field and mapped.field not in MAY_BE_CONSTANT)


def _no_column(tape: Tape) -> Iterator[Hit]:
    names = _in_order(tape.seen.needed)
    if names:
        words = {"fields": ";".join(names), "n": "1 field" if len(names) == 1 else f"{len(names)} fields"}
        code = "DV-072" if tape.is_lenders_own else "DV-073"
        yield hits.whole_tape_hit(code, {**words, "text": _most_needed(tape.seen, names)})


def _in_order(names: Iterable[str]) -> list[str]:
    """Names of fields as the field list has them."""
    return sorted(names, key=_PLACES.__getitem__)


def _most_needed(seen: TapeSeen, names: list[str]) -> str:
    """The first of the fields that most loans need; how many loans need a field, where not all do."""
    first = sorted(names, key=lambda name: -seen.needed[name])[:_MOST_SHOWN]
    more = f" and {len(names) - len(first)} more" if len(names) > len(first) else ""
    needing = {name: "" if seen.needed[name] == seen.rows else f" ({loans_text(seen.needed[name])})" for name in first}
    return ", ".join(FIELD[name].label + needing[name] for name in first) + more


WHOLE_TAPE: dict[str, Check] = {
    "DV-004": _usually_delivered,
    "DV-007": _ambiguous_dates,
    "DV-009": _other_names,
    "DV-010": _unmapped,
    "DV-011": _two_columns,
    "DV-012": _no_rows,
    "DV-015": _notes("DV-015"),
    "DV-016": _notes("DV-016"),
    "DV-070": _leading_zeros,
    "DV-071": _never_changes,
    "DV-072": _no_column,
    "DV-074": _notes("DV-074"),
}
"""Rule code → the check that finds its hits on a whole tape. DV-072 is DV-073 on a published layout."""

CODES = (*WHOLE_TAPE, "DV-073")


def evaluate_tape(tape: Tape, ruleset: RuleSet) -> Evaluation:
    """The whole-tape rules: findings with row 0 (or the row a note names). Their counts hold findings, not loans."""
    found = hits.render(
        hits.frame_of(hit for check in WHOLE_TAPE.values() for hit in check(tape)), ruleset, _no_loans()
    )
    totals = dict(found.group_by("rule_no").len().iter_rows())
    numbers = ruleset.numbers("file")
    counts = [(numbers[code], code, totals.get(numbers[code], 0), 0, 0, 0, 0.0) for code in CODES if code in numbers]
    return Evaluation(found, pl.DataFrame(counts, schema=findings.COUNTS_SCHEMA, orient="row"))


def _no_loans() -> pl.DataFrame:
    return pl.DataFrame(schema={"row_no": pl.Int64, "loan_id": pl.String, "current_upb": pl.Float64})
