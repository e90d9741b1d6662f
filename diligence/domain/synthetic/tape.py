"""Synthetic tapes batch by batch: the same plan gives the same cells, whatever else the machine does."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl

from diligence.domain.synthetic import catalogue_agency, catalogue_cross, catalogue_data, catalogue_programs
from diligence.domain.synthetic.columns import SETS, text_of
from diligence.domain.synthetic.defect import Defect, Profile
from diligence.domain.synthetic.loans import clean_loans
from diligence.domain.synthetic.spoiling import spoil

BATCH_LOANS = 50_000
CATALOGUE: tuple[Defect, ...] = (
    catalogue_data.DEFECTS + catalogue_cross.DEFECTS + catalogue_agency.DEFECTS + catalogue_programs.DEFECTS
)


@dataclass(frozen=True, slots=True)
class Plan:
    """What to make: how many loans, the seed, the share of loans with defects, the day the tape is cut off.

    `columns` names a set of columns. `profile` says whose rules the defects break: those of every check ("all"), of an
    agency too, or of an agency's MBS too; `takes` may leave rules out by their code. Loans are numbered from `first`
    on, so that two tapes of one lender need not share a loan.
    """

    loans: int
    seed: int
    as_of: date
    defects: float = 0.0
    columns: str = "standard"
    profile: Profile = "all"
    takes: Callable[[str], bool] | None = None
    first: int = 0


@dataclass(frozen=True, slots=True)
class Batch:
    """Loans of a tape: the clean ones as typed fields, the cells as they go into the file, the defects among them."""

    clean: pl.DataFrame
    cells: pl.DataFrame
    answers: pl.DataFrame


def defects_of(profile: Profile) -> tuple[Defect, ...]:
    """The defects that the rules of a profile find."""
    known = {"all": ("all",), "agency": ("all", "agency"), "agency_mbs": ("all", "agency", "agency_mbs")}[profile]
    return tuple(defect for defect in CATALOGUE if defect.profile in known)


def batches(plan: Plan) -> Iterator[Batch]:
    """The tape in batches of 50,000 loans, in the order of the rows."""
    catalogue = [defect for defect in defects_of(plan.profile) if plan.takes is None or plan.takes(defect.rule)]
    for number, first in enumerate(range(0, plan.loans, BATCH_LOANS)):
        rng = np.random.default_rng([plan.seed, number])
        typed = clean_loans(rng, first=plan.first + first, n=min(BATCH_LOANS, plan.loans - first), as_of=plan.as_of)
        text = text_of(typed.select(SETS[plan.columns] or typed.columns))
        spoiled = spoil(rng, typed, text, share=plan.defects, catalogue=catalogue, first_row=first + 1)
        yield Batch(typed, spoiled.text, spoiled.answers)
