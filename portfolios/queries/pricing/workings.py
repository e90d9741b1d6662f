"""How every figure of the calculator came about, with the page of the standard."""

from config.ui import numbers
from portfolios.domain.valuation import Settlement, Valuation
from portfolios.queries.poolpage.working import Line, Working, result
from portfolios.queries.pricing.measures import Effective, Return
from portfolios.queries.pricing.question import Question


def workings(
    asked: Question, value: Valuation, paid: Settlement, effective: Effective | None, total: Return | None
) -> list[Working]:
    """The workings of all figures that the page shows; effective measures and a return only where they were asked."""
    found = [
        _of_yield(asked, value),
        _of_mortgage_yield(value),
        _of_average_life(value),
        _of_duration(value),
        _of_settlement(asked, paid),
    ]
    if effective:
        found.append(_of_effective(asked, effective))
    if total:
        found.append(_of_return(total))
    return found


def _of_yield(asked: Question, value: Valuation) -> Working:
    terms = asked.terms
    first = (30 + terms.delay - terms.elapsed) / 360
    time = f"(30 + {terms.delay} days delay − {terms.elapsed} days of the month passed) / 360"
    price = Line("Price and accrued interest", f"{value.price:.6f} + {value.accrued:.6f}", "percent of current face")
    years = Line("First receipt", f"{first:.5f} years", time)
    return Working(
        "yield",
        "Price and yield",
        "price + accrued = Σ cash flow / (1 + Y/200)^(2 · years)",
        (price, years, result("Bond-equivalent yield", f"{value.bond_equivalent_yield:.6f}%")),
        "SF-48",
    )


def _of_mortgage_yield(value: Valuation) -> Working:
    return Working(
        "mortgage",
        "Mortgage yield",
        "1200 · [(1 + Y/200)^(1/6) − 1]",
        (
            Line("Bond-equivalent yield", f"{value.bond_equivalent_yield:.6f}%"),
            result("Mortgage yield", f"{value.mortgage_yield:.6f}%"),
        ),
        "SF-48",
    )


def _of_average_life(value: Valuation) -> Working:
    return Working(
        "life",
        "Average life",
        "Σ years · principal / Σ principal",
        (
            Line("Time of each payment", "T years", value.average_life_time.value),
            result("Average life", f"{value.average_life:.6f} years"),
        ),
        "SF-49",
    )


def _of_duration(value: Valuation) -> Working:
    return Working(
        "duration",
        "Duration and convexity",
        "Macaulay = Σ T·CF·v / P; modified = Macaulay / (1 + Y/200)",
        (
            Line("Macaulay", f"{value.macaulay_duration:.6f} years"),
            Line("Modified", f"{value.modified_duration:.6f} years", "speeds held as they are"),
            result("Convexity", f"{value.convexity:.4f}"),
        ),
        "SF-49; convexity Σ T(T + ½)·CF·v / (P·(1 + Y/200)²)",
    )


def _of_settlement(asked: Question, paid: Settlement) -> Working:
    return Working(
        "settlement",
        "Settlement",
        "principal = face · factor · price/100; accrued = face · factor · coupon/100 · N/360",
        (
            Line("Face and factor", f"{numbers.money_cents(asked.face)} · {numbers.factor8(asked.factor)}"),
            Line("Principal", numbers.money_cents(paid.principal)),
            Line("Accrued", numbers.money_cents(paid.accrued), f"N = {asked.terms.elapsed} days on 30/360"),
            result("To pay", numbers.money_cents(paid.cost)),
        ),
        "SF-45, SF-46",
    )


def _of_effective(asked: Question, effective: Effective) -> Working:
    return Working(
        "effective",
        "Effective duration and convexity",
        "(P− − P+) / (2·P0·Δ); (P+ + P− − 2·P0) / (P0·Δ²)",
        (
            Line("Shift", f"{effective.shift:g} basis points"),
            Line("Speeds", f"{asked.speed_up} after a rise, {asked.speed_down} after a fall"),
            Line("Effective convexity", f"{effective.convexity:.4f}"),
            result("Effective duration", f"{effective.duration:.6f} years"),
        ),
        "SF-51; the speeds are yours, not a model's",
    )


def _of_return(total: Return) -> Working:
    return Working(
        "return",
        "Total return",
        "200 · [(end / start)^(1/(2·years)) − 1]",
        (
            Line("Paid at settlement", f"{total.start:.6f}", "per 100, accrued interest included"),
            Line(f"Worth after {total.months} months", f"{total.end:.6f}", "payments reinvested, rest sold"),
            Line("Over the period", f"{total.percentage:.4f}%", "not a year's"),
            result("Total rate of return", f"{total.rate:.6f}%"),
        ),
        "SF-50, SF-51",
    )
