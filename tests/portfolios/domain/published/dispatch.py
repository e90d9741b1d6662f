"""Which handler computes a row: by its family, then by what its inputs hold."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from tests.portfolios.domain.published import observed, pools, rates, settled, values
from tests.portfolios.domain.published.rows import Row, UnknownRow

Handler = Callable[[Row], float | Decimal]

RATE_INPUTS = ("smm", "cpr", "psa", "abs", "sda", "mdr", "cdr")
POOL_INPUTS = ("remaining", "term", "balance", "settle", "F1", "F2", "lag")


@dataclass(frozen=True)
class Subject:
    """A kind of computation and how its rows are told from others."""

    handler: Handler
    is_about: Callable[[Row], bool]


def _needs(*names: str) -> Callable[[Row], bool]:
    return lambda row: row.has(*names)


def _is_rate(row: Row) -> bool:
    return any(row.has(name) for name in RATE_INPUTS) and not any(row.has(name) for name in POOL_INPUTS)


def _is_return(row: Row) -> bool:
    names = {"sale_price", "horizon_value", "pt", "p_t", "market_value", "terminal_value"}
    about = "return" in row.name or row.name in names or row.has("reinvestment")
    return row.has("gross", "term") and about


def _is_implied_speed(row: Row) -> bool:
    return "2speed" in row.table_id or row.name.startswith(("imp", "implied"))


def _is_tranche(row: Row) -> bool:
    of_a_class = "CMO" in row.table_id and row.index.strip().upper() in pools.CMO_1
    return row.has("low", "high") or row.has("tranches") or of_a_class


RATES = Subject(rates.value, _is_rate)
SEVERAL_POOLS = Subject(observed.several_pools, _needs("pool1"))
TWO_FACTORS = Subject(observed.two_factors, _needs("gross", "F1", "F2", "remaining_1", "remaining_2"))
AVERAGE_ABS = Subject(observed.average_abs, lambda row: row.name.startswith("abs") and row.has("gross"))
FIRST_MONTH = Subject(pools.first_month, _needs("prepay_fraction_of_par"))
SCHEDULE = Subject(pools.schedule, lambda row: row.name in pools.SCHEDULE_NAMES and row.has("gross", "term"))
DEFAULTS = Subject(pools.with_defaults, _needs("gross", "lag"))
DEFAULT_SPEEDS = Subject(pools.default_speeds, _needs("gross", "sda", "psa"))
TRANCHES = Subject(pools.tranche, _is_tranche)
AMOUNTS = Subject(values.amounts, lambda row: "cfamounts" in row.table_id)
DAY_COUNT = Subject(settled.day_count, _needs("start", "end"))
DELAY = Subject(settled.delay, _needs("stated_delay"))
CAGE = Subject(settled.cage, _needs("term", "original_wam", "months"))
PASS_THROUGH = Subject(pools.pass_through, lambda row: row.has("balance", "gross") or row.has("remaining", "gross"))
EFFECTIVE = Subject(values.effective, _needs("price_up", "price_down"))
RETURN = Subject(values.holding, _is_return)
IMPLIED_SPEED = Subject(values.implied_speed, _is_implied_speed)
SECURITY = Subject(values.security, lambda row: row.has("gross", "settle") or row.has("gross", "delay", "net"))
ACCRUAL = Subject(values.accrual, _needs("principal"))
SETTLED = Subject(settled.settled, _needs("face", "factor", "price", "net"))
MONTH_PAID = Subject(settled.month_paid, _needs("face", "F1", "F2"))
ACCRUAL_FACTOR = Subject(settled.accrual_factor, _needs("F0", "N0"))
PUBLISHED_FACTOR = Subject(settled.published_factor, lambda row: "factor" in row.name and "factor" not in row.inputs)
CURRENT_FACE = Subject(
    settled.face_now, lambda row: row.has("original_face") and ("factor" in row.inputs or "current_face" in row.inputs)
)

TEXTS = (TRANCHES, DEFAULTS, DEFAULT_SPEEDS, RATES, SECURITY, PASS_THROUGH)
FAMILIES: dict[str, tuple[Subject, ...]] = {
    "SF": (
        SEVERAL_POOLS,
        FIRST_MONTH,
        SCHEDULE,
        AVERAGE_ABS,
        TWO_FACTORS,
        DEFAULTS,
        EFFECTIVE,
        RETURN,
        RATES,
        SECURITY,
        ACCRUAL,
        SETTLED,
        ACCRUAL_FACTOR,
        MONTH_PAID,
        DAY_COUNT,
        DELAY,
        CAGE,
        PASS_THROUGH,
    ),
    "FJ": TEXTS,
    "HB": TEXTS,
    "MW": (AMOUNTS, IMPLIED_SPEED, SECURITY, RATES, PASS_THROUGH),
    "PF": (RATES, PASS_THROUGH),
    "GN": (PUBLISHED_FACTOR, CURRENT_FACE, MONTH_PAID),
    "FRE": (PUBLISHED_FACTOR, CURRENT_FACE, MONTH_PAID, TWO_FACTORS),
    "TXT": (PUBLISHED_FACTOR, CURRENT_FACE, SETTLED, MONTH_PAID),
}


def handler_of(row: Row) -> Handler:
    """The handler of a row; UnknownRow with a sentence where there is none."""
    subjects = FAMILIES.get(row.family)
    if subjects is None:
        raise UnknownRow(f"{row}: no handler for the family {row.family}; known are {', '.join(FAMILIES)}.")
    for subject in subjects:
        if subject.is_about(row):
            return subject.handler
    given = ", ".join(row.inputs) or "nothing"
    raise UnknownRow(f"{row}: no handler of the family {row.family} computes {row.variable} from {given}.")


def compute(row: Row) -> float | Decimal:
    """The row's number by the kernels."""
    return handler_of(row)(row)
