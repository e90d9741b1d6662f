"""A pool's months as a file, oldest first: what was published, what was computed, and what the speeds rest on."""

import io
from typing import Any

import polars as pl
import xlsxwriter

from loans.domain.harmless import harmless_frame
from portfolios.queries.series import Series, SeriesMonth

COLUMNS: dict[str, tuple[pl.DataType, str]] = {
    "month": (pl.Date(), "First of the factor month"),
    "factor": (pl.Decimal(9, 8), "The factor that counts: the published one, else the computed one"),
    "published_factor": (pl.Decimal(9, 8), "As the agency published it"),
    "computed_factor": (pl.Decimal(9, 8), "As computed here, eight decimals, half up"),
    "difference": (pl.Decimal(9, 8), "Published less computed"),
    "rounding": (pl.String(), "The rule by which the published factor follows from its balance"),
    "source": (pl.String(), "Where the factor comes from"),
    "published_on": (pl.Date(), "When the agency's file came out"),
    "versions": (pl.Int64(), "How many values the month has had"),
    "balance_usd": (pl.Decimal(20, 2), "Original face times factor, or the computed balance"),
    "loans": (pl.Int64(), "Loans left"),
    "effective_loans": (pl.Float64(), "(Σ balance)² / Σ balance²"),
    "scheduled_factor": (pl.Float64(), "From issue without prepayment (SF-4)"),
    "forecast_factor": (pl.Float64(), "From issue at the speed forecast then (SF-4, SF-6)"),
    "due_factor": (pl.Float64(), "The month before less scheduled principal (SF-7)"),
    "smm_pct": (pl.Float64(), "Monthly prepayment, percent (SF-5)"),
    "cpr_1_pct": (pl.Float64(), "Annual rate over 1 month, percent (SF-6)"),
    "cpr_3_pct": (pl.Float64(), "Over 3 months, percent (SF-12)"),
    "cpr_12_pct": (pl.Float64(), "Over 12 months, percent (SF-12)"),
    "psa_1": (pl.Float64(), "PSA of 1 month (SF-8)"),
    "psa_3": (pl.Float64(), "PSA of 3 months, by iteration (SF-12, SF-13)"),
    "psa_12": (pl.Float64(), "PSA of 12 months, by iteration (SF-12, SF-13)"),
    "forecast_cpr_pct": (pl.Float64(), "CPR that was forecast at issue for the month, percent"),
    "speed_gross_pct": (pl.Float64(), "Gross rate at the start of the month that the speeds used, percent"),
    "speed_remaining": (pl.Float64(), "Remaining months at the start that the speeds used"),
    "speed_age": (pl.Float64(), "Loan age at the start that the speeds used, months"),
    "speed_due_share": (pl.Float64(), "Share of the balance that was still due: BAL2/BAL1"),
    "speed_basis": (pl.String(), "From what that share follows"),
    "wac_pct": (pl.Float64(), "Recorded for the month, percent"),
    "wam": (pl.Int64(), "Recorded for the month, months"),
    "wala": (pl.Int64(), "Recorded for the month, months"),
    "late_60_loans": (pl.Int64(), "Loans 60 days late or more"),
    "late_60_usd": (pl.Decimal(20, 2), "Their balance"),
    "scheduled_usd": (pl.Decimal(20, 2), "Scheduled principal"),
    "curtailed_usd": (pl.Decimal(20, 2), "Part payments"),
    "paid_off_usd": (pl.Decimal(20, 2), "Refinanced or sold"),
    "repurchased_usd": (pl.Decimal(20, 2), "Bought out"),
    "liquidated_usd": (pl.Decimal(20, 2), "Liquidated"),
    "removed_usd": (pl.Decimal(20, 2), "Left for a cause that the source does not tell"),
    "involuntary_usd": (pl.Decimal(20, 2), "Taken out involuntarily, as the agency says or by the tape"),
}
CAUSES = ("scheduled", "curtailed", "paid_off", "repurchased", "liquidated", "removed")
FORMATS = {
    pl.Decimal(9, 8): "0.00000000",
    pl.Decimal(20, 2): "#,##0.00",
    pl.Float64(): "0.000000",
    pl.Date(): "yyyy-mm-dd",
}
XLSX = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}


def frame(series: Series) -> pl.DataFrame:
    """All months, gaps included, with text that no spreadsheet takes for a formula."""
    schema = {name: dtype for name, (dtype, _) in COLUMNS.items()}
    rows = [row(month) for month in series.months]
    return harmless_frame(pl.DataFrame(rows, schema=schema, orient="row"))


def row(month: SeriesMonth) -> dict[str, Any]:
    """One month under the names of `COLUMNS`."""
    held, inputs, paid = month.comparison, month.inputs, month.paydown
    return {
        "month": month.month,
        "factor": month.factor,
        "published_factor": month.published,
        "computed_factor": month.computed,
        "difference": held.difference if held else None,
        "rounding": str(month.rounding) if month.rounding else None,
        "source": month.source or "no factor",
        "published_on": month.published_on,
        "versions": month.versions,
        "balance_usd": month.balance,
        "loans": month.loan_count,
        "effective_loans": month.effective_loans,
        "scheduled_factor": month.scheduled_factor,
        "forecast_factor": month.expected_factor,
        "due_factor": month.due_factor,
        "smm_pct": month.smm,
        **{f"cpr_{over}_pct": value for over, value in zip((1, 3, 12), _cprs(month), strict=True)},
        **{f"psa_{over}": value for over, value in zip((1, 3, 12), _psas(month), strict=True)},
        "forecast_cpr_pct": month.expected_cpr,
        "speed_gross_pct": inputs.gross if inputs else None,
        "speed_remaining": inputs.remaining if inputs else None,
        "speed_age": inputs.age if inputs else None,
        "speed_due_share": inputs.ratio if inputs else None,
        "speed_basis": str(inputs.basis) if inputs else None,
        "wac_pct": month.wac,
        "wam": month.wam,
        "wala": month.wala,
        "late_60_loans": month.late_count,
        "late_60_usd": month.late_upb,
        **{f"{cause}_usd": getattr(paid, cause) if paid else None for cause in CAUSES},
        "involuntary_usd": month.removed_upb,
    }


def _cprs(month: SeriesMonth) -> tuple[float | None, ...]:
    return month.cpr, month.cpr_three, month.cpr_twelve


def _psas(month: SeriesMonth) -> tuple[float | None, ...]:
    return month.psa, month.psa_three, month.psa_twelve


def csv_of(series: Series) -> bytes:
    """The months as CSV in UTF-8."""
    return frame(series).write_csv().encode()


def xlsx_of(series: Series) -> bytes:
    """The months as a workbook: one sheet of months, one that explains the columns and names the terms."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, XLSX) as book:
        _months_sheet(book, frame(series))
        _columns_sheet(book, series)
    return buffer.getvalue()


def _months_sheet(book: Any, months: pl.DataFrame) -> None:
    sheet, bold = book.add_worksheet("Months"), book.add_format({"bold": True, "bottom": 1})
    sheet.write_row(0, 0, months.columns, bold)
    sheet.freeze_panes(1, 2)
    sheet.autofilter(0, 0, max(months.height, 1), len(months.columns) - 1)
    for place, (name, dtype) in enumerate(months.schema.items()):
        look = FORMATS.get(dtype)
        sheet.set_column(place, place, max(len(name) + 2, 12), book.add_format({"num_format": look} if look else {}))
        for at, value in enumerate(months[name].to_list(), start=1):
            if value is not None:
                sheet.write(at, place, value)


def _columns_sheet(book: Any, series: Series) -> None:
    sheet, bold = book.add_worksheet("Columns"), book.add_format({"bold": True})
    security = series.security
    terms = {
        "Pool": security.name,
        "Original face, USD": f"{security.original_face:.2f}",
        "Pass-through, percent": f"{security.coupon:.3f}",
        "Issued": security.issued_on.isoformat(),
        "Gross rate at issue, percent": f"{security.wac:.6f}",
        "Remaining months and loan age at issue": f"{security.remaining} and {security.age}",
        "Forecast at issue": str(series.forecast_speed) if series.forecast_given else "none; 100 PSA stands in",
    }
    lines = [*terms.items(), ("", ""), *((name, says) for name, (_, says) in COLUMNS.items())]
    safe = harmless_frame(pl.DataFrame(lines, schema=["name", "says"], orient="row"))
    sheet.set_column(0, 0, 40, bold)
    sheet.set_column(1, 1, 90)
    for at, (name, says) in enumerate(safe.iter_rows()):
        sheet.write_string(at, 0, name)
        sheet.write_string(at, 1, says)
