"""A servicing tape with errors put into it: each that is about a known loan is found."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from loans.domain.casting import cast
from loans.domain.formats import open_tape
from loans.domain.mapping import profile, propose
from loans.domain.purposes import TapePurpose
from portfolios.domain.remittance import Before, remitted

FEBRUARY = date(2026, 2, 1)
MSR = Path(__file__).resolve().parents[4] / "shared" / "data" / "msr_tapes"


def read_tape(name):
    """A servicing tape as the intake reads it, with the columns it proposes."""
    opened = open_tape(MSR / name, name=name)
    seen = profile(opened.batches())
    proposal = propose(
        seen, layout=opened.layout, percent_columns=opened.percent_columns, purpose=TapePurpose.REMITTANCE
    )
    return pl.concat([cast(batch, proposal.mapping()).typed for batch in opened.batches()])


@pytest.mark.real_data
def test_errors_that_were_put_into_a_servicing_tape_are_found():
    if not MSR.exists():
        pytest.skip("the local loan data is not beside the repository")
    clean = read_tape("MSR_Tape_Feb2026.xlsx").unique("loan_id", keep="first")
    loans = clean.select(
        "loan_id", balance="ending_actual_balance", rate="note_rate", remaining=pl.col("remaining_term_months")
    ).filter(pl.col("balance") > 0)
    face = Decimal(str(round(loans["balance"].sum(), 2)))
    spoiled = read_tape("MSR_Tape_Mar2026_SUBSERVICER.xlsx")
    known = Before(FEBRUARY, face, loans)
    result = remitted(spoiled, month=date(2026, 3, 1), original_face=face, before=known)
    log = pl.read_excel(MSR / "MSR_Tape_Mar2026_SUBSERVICER.xlsx", sheet_id=2, read_options={"header_row": 2})
    named = {finding["loan"] for finding in result.figures.findings}
    put_in = {row["Loan ID"]: row["Error Type"] for row in log.iter_rows(named=True) if row["Loan ID"]}
    told = {loan for loan, kind in put_in.items() if not kind.startswith("NSF")}  # servicing fees are not looked at
    of_pool_loans = told & set(loans["loan_id"])
    assert len(of_pool_loans) >= 4
    assert of_pool_loans <= named
    assert result.figures.balance < face
