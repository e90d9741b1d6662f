"""Defects put into clean loans, each written down."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from diligence.domain.synthetic.columns import as_text
from diligence.domain.synthetic.defect import Defect
from diligence.domain.synthetic.draws import Column, Random
from diligence.domain.synthetic.readings import fields_read

DEFECTS_A_LOAN = (0.75, 0.2, 0.05)
"""Share of spoiled loans with one, two and three defects."""
ANSWERS = {
    "row": pl.Int64(),
    "loan_id": pl.String(),
    "rule": pl.String(),
    "field": pl.String(),
    "original": pl.String(),
    "defective": pl.String(),
    "also": pl.String(),
}
BETWEEN_FIELDS = " | "


@dataclass(frozen=True, slots=True)
class Spoiled:
    """The cells of a batch after spoiling, and one row of answers a defect."""

    text: pl.DataFrame
    answers: pl.DataFrame


def spoil(
    rng: Random, typed: pl.DataFrame, text: pl.DataFrame, *, share: float, catalogue: Sequence[Defect], first_row: int
) -> Spoiled:
    """Put one to three defects into a share of the loans. `first_row` is the tape's row of the first loan."""
    places = np.flatnonzero(rng.random(typed.height) < share)
    possible = [defect for defect in catalogue if defect.fields <= set(text.columns)]
    if not len(places) or not possible:
        return Spoiled(text, pl.DataFrame(schema=ANSWERS))
    chosen = _chosen(rng, typed[places], possible)
    edits = [
        _edit(defect, places[loans], typed, text, first_row)
        for number, defect in enumerate(possible)
        if len(loans := _complete_pairs(np.flatnonzero(chosen[:, number]), defect))
    ]
    answers = pl.concat([edit.answers for edit in edits]).sort("row", "rule", maintain_order=True)
    return Spoiled(_with_cells(text, edits), answers)


def _chosen(rng: Random, loans: pl.DataFrame, possible: Sequence[Defect]) -> Column:
    """One row a loan, one column a defect: whether the loan gets it; never two that exclude each other."""
    can = loans.select(defect.where.fill_null(value=False).alias(str(n)) for n, defect in enumerate(possible))
    open_to = np.broadcast_to(can.to_numpy(), (loans.height, len(possible))).copy()
    excludes = _excluding(possible)
    wanted = 1 + np.searchsorted(np.cumsum(DEFECTS_A_LOAN[:-1]), rng.random(loans.height), side="right")
    chosen = np.zeros_like(open_to)
    for already in range(len(DEFECTS_A_LOAN)):
        pick = np.argmax(rng.random(open_to.shape) * open_to, axis=1)
        takes = (wanted > already) & open_to[np.arange(len(pick)), pick]
        chosen[np.flatnonzero(takes), pick[takes]] = True
        open_to &= ~excludes[pick]
    return chosen


def _excluding(possible: Sequence[Defect]) -> npt.NDArray[np.bool_]:
    """Which defects must not meet: those that say so, and those of which one changes what decides about the other."""
    nothing = frozenset[str]()
    changed = [set(one.changes) for one in possible]
    read = [one.fields | fields_read().get(one.rule, nothing) for one in possible]
    count = range(len(possible))
    touch = [[bool(changed[one] & read[other] or read[one] & changed[other]) for other in count] for one in count]
    told = [[one.excludes(other) for other in possible] for one in possible]
    return np.array(touch) | np.array(told)


def _complete_pairs(loans: Column, defect: Defect) -> Column:
    return loans[: len(loans) // 2 * 2] if defect.paired else loans


@dataclass(frozen=True, slots=True)
class _Edit:
    rows: Column
    cells: pl.DataFrame
    answers: pl.DataFrame


def _edit(defect: Defect, rows: Column, typed: pl.DataFrame, text: pl.DataFrame, first_row: int) -> _Edit:
    """New cells of the loans at `rows` of the batch, and what is written down of them."""
    names = list(defect.changes)
    raw = typed[rows].select(new.alias(name) for name, new in defect.changes.items())
    if raw.height == 1 < len(rows):
        raw = raw.select(pl.all().repeat_by(len(rows)).explode())
    cells = raw.select(as_text(name, pl.col(name), dtype).alias(name) for name, dtype in raw.schema.items())
    before = text[rows]
    answers = pl.DataFrame(
        {
            "row": rows.astype(np.int64) + first_row,
            "loan_id": before["loan_id"],
            "original": _side_by_side(before.select(names)),
            "defective": _side_by_side(cells),
        }
    ).with_columns(
        rule=pl.lit(defect.rule),
        field=pl.lit(";".join(names)),
        also=pl.lit(";".join(sorted(defect.also))),
    )
    return _Edit(rows, cells, answers.select(pl.col(name).cast(dtype) for name, dtype in ANSWERS.items()))


def _side_by_side(cells: pl.DataFrame) -> pl.Series:
    return cells.select(pl.concat_str(pl.all().fill_null(""), separator=BETWEEN_FIELDS)).to_series()


def _with_cells(text: pl.DataFrame, edits: Sequence[_Edit]) -> pl.DataFrame:
    changed: dict[str, pl.Series] = {}
    for edit in edits:
        for name in edit.cells.columns:
            column = changed.get(name, text[name])
            changed[name] = column.clone().scatter(edit.rows, edit.cells[name])
    return text.with_columns(changed.values())
