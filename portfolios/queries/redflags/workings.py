"""The working of a flag: formula, the numbers that went in, the limits and whose they are, and what people said."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from config.ui import numbers
from portfolios.domain.redflags import LIMIT, MEASURES, TYPES
from portfolios.domain.redflags.limits import amount
from portfolios.domain.securities import FlagState
from portfolios.models import FlagEvent, RedFlag
from portfolios.queries.events import Entry

WRITE: dict[str, Callable[[float], str]] = {
    "errors": lambda value: numbers.fixed(value, 2),
    "percent": lambda value: numbers.fixed(value, 2, after="%"),
    "points": lambda value: numbers.fixed(value, 2, after=" pts", plus=True),
    "number": lambda value: numbers.fixed(value, 1),
    "factor": numbers.factor8,
    "count": numbers.count,
    "usd": numbers.money_cents,
    "smm": lambda value: numbers.fixed(value, 3, after="%"),
}
LEVEL_WORDS = {RedFlag.RED: "fatal", RedFlag.AMBER: "warning"}
SAID = {
    FlagState.NEW: "raised it",
    FlagState.SEEN: "marked it as seen",
    FlagState.EXPLAINED: "explained it",
}
PLUMBLINE = "Plumbline"


@dataclass(frozen=True)
class LimitLine:
    """A limit that the flag was held against: its words, its value, and whose it is."""

    label: str
    value: str
    whose: str


@dataclass(frozen=True)
class Line:
    """A flag as it is listed."""

    flag: RedFlag

    @property
    def mark(self) -> str:
        """The severity under which the interface marks its level."""
        return LEVEL_WORDS[self.flag.level]

    @property
    def word(self) -> str:
        return "Red" if self.flag.is_red else "Amber"

    @property
    def state(self) -> str:
        """The state as the interface names it."""
        if not self.flag.is_standing:
            return "flag_withdrawn"
        past = self.flag.state == FlagState.NEW and not self.flag.current
        return "flag_past" if past else f"flag_{self.flag.state}"


@dataclass(frozen=True)
class Working(Line):
    """A flag with everything behind it."""

    formula: str
    values: list[tuple[str, str]]
    limits: list[LimitLine]
    entries: list[Entry]
    blocks: bool


def working(flag: RedFlag) -> Working:
    """All that led to a flag; one query for its events unless they are prefetched."""
    kind = TYPES.get(flag.code)
    return Working(
        flag=flag,
        formula=kind.formula if kind else "",
        values=written(flag.values),
        limits=limit_lines(flag),
        entries=entries(flag.events.all()),
        blocks=bool(kind and kind.blocks),
    )


def written(values: Mapping[str, float]) -> list[tuple[str, str]]:
    """Label and text of each number, in the order of the catalog; PostgreSQL keeps none."""
    return [(each.label, WRITE[each.unit](values[name])) for name, each in MEASURES.items() if name in values]


def limit_lines(flag: RedFlag) -> list[LimitLine]:
    """The limits as they stood when the flag was raised."""
    own, values = flag.numbers.get("own", []), flag.numbers.get("limits", {})
    return [
        LimitLine(
            limit.label,
            amount(values[name], limit.unit),
            f"set for {flag.security.portfolio}" if name in own else f"default, {limit.origin}",
        )
        for name, limit in LIMIT.items()
        if name in values
    ]


def entries(events: Iterable[FlagEvent]) -> list[Entry]:
    """What happened to a flag, newest first; a step without a person is Plumbline's own."""
    return [
        Entry(
            who=str(event.by) if event.by else PLUMBLINE,
            what=SAID[FlagState(event.state)] if event.by else "looked at the pool",
            at=event.at,
            note=event.note,
            tone="pass" if event.state == FlagState.EXPLAINED else "",
        )
        for event in events
    ]
