"""Yields of a pool by price and speed, with average life and duration, and the working of the marked one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from config.ui import dates, numbers
from portfolios.domain.prepayment import Speed, SpeedKind, smm_to_cpr
from portfolios.domain.settledates import CONVENTION, settlement_business_day, usual_settlement
from portfolios.domain.terms import months_between
from portfolios.domain.valuation import Terms, actual_delay, days_30_360, modified_duration, settlement, yield_matrix
from portfolios.domain.valuation.passthrough import flows_at
from portfolios.domain.valuation.yields import mortgage_yield
from portfolios.queries.poolpage import told
from portfolios.queries.poolpage.working import Line, Working, result
from portfolios.queries.series import Series

BELOW, ABOVE, STEP = 5, 2, 0.5  # rows around the price, and points between them
PAR = 100.0
SPREAD = (1 / 3, 1 / 2, 3 / 4, 1.0, 4 / 3, 2.0)  # columns, as multiples of the speed now
ROUND_TO = {SpeedKind.PSA: 25.0, SpeedKind.CPR: 0.5}
SLOW = {SpeedKind.PSA: (0, 50, 75, 100, 150, 200), SpeedKind.CPR: (0, 2, 4, 6, 8, 12)}
HALF = 2  # tint of a marked row or column; where they cross it is twice that


@dataclass(frozen=True, slots=True)
class Asked:
    """What the reader wants valued: settlement, price in percent of par, speed; None takes the default."""

    settle: date | None = None
    price: float | None = None
    speed: float | None = None


@dataclass(frozen=True, slots=True)
class Cell:
    """A yield in percent and how strongly its cell is tinted."""

    value: float | None
    heat: int


@dataclass(frozen=True, slots=True)
class Row:
    """A price in percent of par, whether it is the marked one, and its yields by speed."""

    price: float
    is_marked: bool
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """A speed: its number as written, whether it is the marked one, average life and duration in years."""

    value: float
    text: str
    is_marked: bool
    life: float | None
    duration: float | None


@dataclass(frozen=True, slots=True)
class Matrix:
    """The whole table with what it was computed from."""

    kind: SpeedKind
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    settle: date
    settle_is_default: bool
    convention: str
    delay: int
    price: float
    price_word: str
    terms: Terms
    working: Working
    notes: str


def settlements(series: Series) -> tuple[date, date] | None:
    """From when, and until before when, a settlement can be valued: the newest factor's month and a year more."""
    if series.latest is None:
        return None
    first = series.latest.month
    return first, first.replace(year=first.year + 1)


def kind_of(series: Series) -> SpeedKind:
    """In what the speeds of the columns are counted."""
    kind = series.speed_now.kind
    return kind if kind in ROUND_TO else SpeedKind.CPR


@dataclass(frozen=True, slots=True)
class Choice:
    """What is valued: the reader's wishes, with the defaults in their place."""

    settle: date
    usual: date
    price: float
    last: float | None
    kind: SpeedKind
    speed: float


def matrix(series: Series, asked: Asked, *, today: date) -> Matrix | None:
    """The matrix; None for a pool that has ended or has no month yet, or ends before the settlement."""
    chosen = choice(series, asked, today=today)
    terms = terms_at(series, chosen.settle) if chosen else None
    if chosen is None or terms is None:
        return None
    speeds = columns_of(chosen.kind, chosen.speed)
    prices = [chosen.price + STEP * step for step in range(-BELOW, ABOVE + 1)]
    grid = yield_matrix(terms, [Speed.flat(chosen.kind, value) for value in speeds], prices)
    at_price = grid.bond_equivalent_yield[:, BELOW].tolist()
    columns = tuple(
        _column(terms, chosen, value, life, semiannual)
        for value, life, semiannual in zip(speeds, grid.average_life[:, BELOW].tolist(), at_price, strict=True)
    )
    place = speeds.index(chosen.speed)
    security = series.security
    return Matrix(
        kind=chosen.kind,
        columns=columns,
        rows=_rows(prices, grid.bond_equivalent_yield.T.tolist(), place),
        settle=chosen.settle,
        settle_is_default=chosen.settle == chosen.usual,
        convention=CONVENTION[settlement_business_day(security.program, security.remaining + security.age)],
        delay=security.delay_days,
        price=chosen.price,
        price_word="last" if chosen.price == chosen.last else "par" if asked.price is None else "asked",
        terms=terms,
        working=_working(series, terms, chosen, columns[place], at_price[place]),
        notes=f"The forecast now is {told.speed(series.speed_now)}, {told.speed_now_origin(series)}.",
    )


def choice(series: Series, asked: Asked, *, today: date) -> Choice | None:
    """The defaults: the program's usual settlement, the last price or par, the speed of the last six months."""
    if series.latest is None or series.outlook is None:
        return None
    security, now = series.security, series.speed_now
    term = security.remaining + security.age
    usual = usual_settlement(security.program, term, factor_month=series.latest.month, today=today)
    last = float(security.price) if security.price is not None else None
    price = next(value for value in (asked.price, last, PAR) if value is not None)
    kind = kind_of(series)
    flat = now.values[-1] if kind is now.kind else float(smm_to_cpr(now.smm(age=series.outlook.age, months=1)[0]))
    speed = asked.speed if asked.speed is not None else round(flat, 1)
    return Choice(asked.settle or usual, usual, price, last, kind, speed)


def terms_at(series: Series, settle: date) -> Terms | None:
    """Terms in the month of the settlement: the newest ones moved on; None where no payment is left."""
    outlook, latest = series.outlook, series.latest
    if outlook is None or latest is None:
        return None
    ahead = months_between(latest.month, settle.replace(day=1))
    if outlook.remaining - ahead < 1:
        return None
    return Terms(
        gross=outlook.gross,
        net=float(series.security.coupon),
        remaining=outlook.remaining - ahead,
        age=max(outlook.age + ahead, 0),
        delay=max(actual_delay(series.security.delay_days), 0),
        elapsed=days_30_360(settle.replace(day=1), settle),
    )


def columns_of(kind: SpeedKind, marked: float) -> list[float]:
    """Speeds around the marked one, rounded to steps that people use; the marked one stays as it is."""
    step = ROUND_TO[kind]
    around = {round(marked * multiple / step) * step for multiple in SPREAD if multiple != 1.0}
    if len(around) < len(SPREAD) - 1 or 0.0 in around:
        around = set(map(float, SLOW[kind]))
    nearest = min(around, key=lambda value: abs(value - marked))
    if len(around) >= len(SPREAD):
        around.discard(nearest)
    return sorted({value for value in around if abs(value - marked) > 1e-9} | {marked})


def _column(terms: Terms, chosen: Choice, value: float, life: float, semiannual: float) -> Column:
    flows = flows_at(terms, Speed.flat(chosen.kind, value))
    duration = modified_duration(flows.cash, flows.times, semiannual) if semiannual == semiannual else None
    text = told.speed_value(chosen.kind, value)
    return Column(value, text, value == chosen.speed, life if life == life else None, duration)


def _rows(prices: Sequence[float], yields: Sequence[Sequence[float]], place: int) -> tuple[Row, ...]:
    found = []
    for at, (price, line) in enumerate(zip(prices, yields, strict=True)):
        marked = at == BELOW
        heats = ((marked + (column == place)) * HALF for column in range(len(line)))
        cells = tuple(Cell(value if value == value else None, heat) for value, heat in zip(line, heats, strict=True))
        found.append(Row(price, marked, cells))
    return tuple(found)


def _working(series: Series, terms: Terms, chosen: Choice, column: Column, semiannual: float) -> Working:
    factor = series.latest.factor if series.latest else None
    security = series.security
    paid = settlement(
        face=security.original_face,
        factor=factor or 0,
        price=chosen.price,
        coupon=security.coupon,
        elapsed=terms.elapsed,
    )
    price = f"{numbers.thirty_seconds(chosen.price)} ({numbers.number(chosen.price, 5)})"
    first = (30 + terms.delay - terms.elapsed) / 360
    origin = told.speed_now_origin(series) if chosen.speed == series.speed_now.values[-1] else "as asked"
    whole_pool = f"{numbers.money_cents(paid.principal)}, {numbers.money_cents(paid.accrued)}"
    lines = (
        Line("Price", price, "percent of the current face"),
        Line("Accrued interest", numbers.number(terms.accrued, 5), f"coupon · {terms.elapsed}/360 (SF-46)"),
        Line("Pass-through and gross rate", f"{numbers.rate(terms.net)}, {numbers.rate(terms.gross)}"),
        Line("Payments left, loan age", f"{terms.remaining}, {terms.age}", f"in {dates.month(chosen.settle)}"),
        Line("First receipt", f"{first:.4f} years", f"actual delay {terms.delay} days (SF-45)"),
        Line("Speed", f"{column.text} {chosen.kind}", origin),
        Line("Average life", f"{numbers.number(column.life, 4)} years", "from settlement to receipt (SF-49)"),
        Line("Modified duration", f"{numbers.number(column.duration, 4)} years", "speeds held as they are (SF-49)"),
        Line("Mortgage yield", numbers.fixed(mortgage_yield(semiannual), 5, after="%"), "monthly (SF-48)"),
        Line("Principal, accrued", whole_pool, f"of the whole pool at factor {numbers.factor8(factor)} (SF-45)"),
        result("Bond-equivalent yield", numbers.fixed(semiannual, 5, after="%")),
    )
    formula = "price + accrued interest = Σ cash flow / (1 + yield/200)^(2 · years to its receipt)"
    return Working("yield", "Yield", formula, lines, "SF-45 to SF-49")
