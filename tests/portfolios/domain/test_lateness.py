"""The late share of a list of loans."""

import polars as pl
import pytest

from portfolios.domain.lateness import late_share


def test_late_is_everything_but_current_by_balance():
    loans = pl.DataFrame(
        {
            "current_upb": [100.0, 200.0, None, 50.0],
            "note_amount": [999.0, 999.0, 100.0, 60.0],
            "delinquency_status": ["Current", "30", "Foreclosure", None],
        }
    )
    assert late_share(loans) == pytest.approx(100 * 300 / 400), "a loan without a status counts on neither side"


@pytest.mark.parametrize(
    "loans",
    [
        pl.DataFrame({"current_upb": [1.0]}),
        pl.DataFrame({"current_upb": [1.0], "delinquency_status": pl.Series([None], dtype=pl.String)}),
        pl.DataFrame({"current_upb": [0.0], "delinquency_status": ["30"]}),
    ],
)
def test_unknown_is_not_zero(loans):
    assert late_share(loans) is None
