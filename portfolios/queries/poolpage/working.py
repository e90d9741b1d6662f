"""How a figure came about: its formula in words, its inputs, and the page of the standard that it follows."""

from collections.abc import Iterator
from dataclasses import dataclass

from config.ui import dates, numbers
from portfolios.domain.terms import month_after, months_between
from portfolios.queries.poolpage import told
from portfolios.queries.series import Basis, Series, SeriesMonth


@dataclass(frozen=True, slots=True)
class Line:
    """One input of a figure, or the figure itself: its name, its value as written, and where it comes from."""

    label: str
    text: str
    note: str = ""
    is_result: bool = False


@dataclass(frozen=True, slots=True)
class Working:
    """One figure of a month: the formula, its lines with the result last, and the source of the formula."""

    key: str
    title: str
    formula: str
    lines: tuple[Line, ...]
    source: str
    note: str = ""


def workings(series: Series, month: SeriesMonth) -> dict[str, Working]:
    """Every figure of a month that there is, in the order in which they build on each other."""
    return {
        each.key: each for each in (*_of_factor(series, month), *_of_speed(series, month), *_of_loans(series, month))
    }


def result(label: str, text: str) -> Line:
    return Line(label, text, is_result=True)


def _of_factor(series: Series, month: SeriesMonth) -> Iterator[Working]:
    if month.factor is None:
        return
    yield _factor(series, month)
    face = series.security.original_face
    if month.change is not None:
        before = month.factor - month.change
        yield Working(
            "change",
            "Change",
            "factor − factor of the month before",
            (
                Line("Factor", numbers.factor8(month.factor)),
                Line("Factor of the month before", numbers.factor8(before)),
                Line("Principal paid", numbers.money_cents(-month.change * face), "original face × the fall"),
                result("Change", told.signed_factor(month.change)),
            ),
            "SF-47",
        )
    yield Working(
        "balance",
        "Balance",
        "original face × factor, half up to cents" if month.published is not None else "balance of the loans' security",
        (
            Line("Original face", numbers.money_cents(face)),
            Line("Factor", numbers.factor8(month.factor)),
            *([Line("Balance in the file", numbers.money_cents(month.file_balance))] if month.file_balance else []),
            result("Balance", numbers.money_cents(month.balance)),
        ),
        "SF-4",
    )
    yield _from_forecast(series, month)


def _factor(series: Series, month: SeriesMonth) -> Working:
    face, computed = series.security.original_face, month.computed
    lines = [Line("Original face", numbers.money_cents(face), "at issue")]
    if month.published is not None:
        lines.append(Line("Published", numbers.factor8(month.published), told.published(month)))
    if computed is not None:
        lines.append(Line("Computed here", numbers.factor8(computed), told.computed_source(month)))
    if month.comparison:
        lines.append(
            Line("Published less computed", told.signed_factor(month.comparison.difference), told.agreement(month))
        )
    if month.rounding:
        lines.append(Line("Rounding that explains it", str(month.rounding)))
    note = "A published factor counts as it was published; it is never computed over." if month.published else ""
    return Working(
        "factor",
        "Pool factor",
        "outstanding principal / original principal, eight decimals, half up",
        (*lines, result("Factor", numbers.factor8(month.factor))),
        "SF-4",
        note,
    )


def _from_forecast(series: Series, month: SeriesMonth) -> Working:
    passed = months_between(series.security.issued_on, month.month)
    start = series.at_issue
    return Working(
        "forecast",
        "Forecast at issue",
        "scheduled balance × share that has not prepaid",
        (
            Line("Speed expected at issue", told.speed(series.forecast_speed), told.forecast_origin(series)),
            Line("Rate and term at issue", f"{numbers.rate(start.gross)}, {start.remaining} months, age {start.age}"),
            Line("Months since issue", numbers.count(passed)),
            Line("Factor without prepayment", numbers.factor8(month.scheduled_factor)),
            Line("Factor forecast", numbers.factor8(month.expected_factor)),
            result("Factor less forecast", numbers.difference(month.from_forecast, 8)),
        ),
        "SF-4, SF-6",
    )


def _of_speed(series: Series, month: SeriesMonth) -> Iterator[Working]:
    inputs = month.inputs
    if inputs is None or month.smm is None or month.due_factor is None or month.factor is None:
        yield from _longer(series, month)
        return
    before = _back(series, month, 1)
    own = inputs.basis is Basis.LOANS
    terms = f"{numbers.rate(inputs.gross)}, {round(inputs.remaining)} months left"
    yield Working(
        "smm",
        "SMM",
        "100 · (scheduled factor − factor) / scheduled factor",
        (
            Line("Factor of the month before", numbers.factor8(before.factor if before else None)),
            *([] if own else [Line("Rate and term at its end", terms)]),
            Line("Share of the balance still due", f"{inputs.ratio:.8f}", f"from {inputs.basis}"),
            Line("Scheduled factor", f"{month.due_factor:.8f}", "the factor before × that share"),
            Line("Factor", numbers.factor8(month.factor)),
            result("SMM", told.smm(month.smm)),
        ),
        "SF-5, SF-7",
    )
    yield Working(
        "cpr",
        "CPR, 1 month",
        "100 · (1 − (1 − SMM/100)^12)",
        (Line("SMM", told.smm(month.smm)), result("CPR", numbers.fixed(month.cpr, 4, after="%"))),
        "SF-6",
        "An annual rate: what would prepay in a year at this month's pace.",
    )
    if month.psa is not None:
        ramp = min(max(inputs.loan_month, 1), 30)
        yield Working(
            "psa",
            "PSA, 1 month",
            "100 · CPR / (0.2 · loan month, at most 30)",
            (
                Line("CPR", numbers.fixed(month.cpr, 4, after="%")),
                Line("Loan month", numbers.count(inputs.loan_month), f"loan age {round(inputs.age)} and one"),
                Line("CPR of 100 PSA", numbers.fixed(0.2 * ramp, 1, after="%")),
                result("PSA", numbers.number(month.psa, 1)),
            ),
            "SF-6, SF-8",
        )
    yield from _longer(series, month)


def _longer(series: Series, month: SeriesMonth) -> Iterator[Working]:
    for months, cpr, psa in ((3, month.cpr_three, month.psa_three), (12, month.cpr_twelve, month.psa_twelve)):
        start = _back(series, month, months)
        if cpr is None or start is None:
            continue
        due = float(month.factor or 0) / (1.0 - cpr / 100.0) ** (months / 12.0) if cpr < 100 else None
        solved = [Line("PSA", numbers.number(psa, 1), "the one speed that ends there, by iteration (SF-12, SF-13)")]
        yield Working(
            f"cpr{months}",
            f"CPR, {months} months",
            f"100 · (1 − (factor / scheduled factor)^(12/{months}))",
            (
                Line(f"Factor of {dates.month(start.month)}", numbers.factor8(start.factor)),
                Line("Scheduled factor", numbers.factor8(due), f"without prepayment in {months} months"),
                Line(f"Factor of {dates.month(month.month)}", numbers.factor8(month.factor)),
                *(solved if psa is not None else []),
                result("CPR", numbers.fixed(cpr, 4, after="%")),
            ),
            "SF-12",
            f"One speed over {months} months; no mean of monthly speeds.",
        )


def _of_loans(series: Series, month: SeriesMonth) -> Iterator[Working]:
    at_issue = series.security.loan_count
    if month.loan_count is not None:
        lines = [Line("At issue", numbers.count(at_issue))] if at_issue else []
        if month.effective_loans is not None:
            lines.append(Line("Effective loans", numbers.number(month.effective_loans, 1), "(Σ balance)² / Σ balance²"))
        lines.append(result("Loans", numbers.count(month.loan_count)))
        source = "count of the loans with a balance" if month.published is None else "as published"
        yield Working("loans", "Loans", source, tuple(lines), "pool's month")
    if month.wac is not None:
        yield Working(
            "wac",
            "WAC, WAM and age",
            "averages weighted by balance; terms rounded to whole months",
            (
                Line("WAM", told.months(month.wam), "months left"),
                Line("WALA", told.months(month.wala), "loan age"),
                result("WAC", numbers.rate(month.wac)),
            ),
            "SF-39 to SF-43",
            f"Recorded for {dates.month(month.month)}; the next month's speed is computed with them.",
        )
    if month.late_upb is not None:
        yield Working(
            "late",
            "60+ days late",
            "balance of loans two payments behind or more / balance",
            (
                Line("Their balance", numbers.money_cents(month.late_upb)),
                Line("Their number", numbers.count(month.late_count)),
                Line("Balance of the loans", numbers.money_cents(month.loan_balance or month.balance)),
                result("Share", numbers.pct(month.late_share)),
            ),
            "servicer's tape",
        )
    if month.difference is not None:
        yield Working(
            "difference",
            "Tape against security",
            "adjusted balances of the loans − security balance",
            (
                Line("Allowed", numbers.money_cents(month.tolerance), "at most $0.25 a loan"),
                result("Difference", numbers.money_cents(month.difference)),
            ),
            "Fannie Mae Multifamily Guide 7921, 7931",
        )


def _back(series: Series, month: SeriesMonth, months: int) -> SeriesMonth | None:
    """The month so many months before, where it has a factor."""
    found = series.by_month.get(month_after(month.month, -months))
    return None if found is None or found.is_gap else found
