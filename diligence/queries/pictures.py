"""What stored summaries look like: charts with the plumb line at a limit, stratifications, layered risk.

Everything here takes the plain values of `Run.summary` (or of a bundle's), so that any page can show the same picture.
"""

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from diligence.domain.summaries import BLANK_BAND, LTV, SCORE, Cut
from loans.domain.limits import Limit

STATES_SHOWN = 8
SHARE_LIMIT = re.compile(r"^\s*(credit_score|ltv)\s*(<|<=|>|>=)\s*([\d.]+)\s*$")
# Fine bands joined for the heat table: the last index of each group, and what the group is called.
SCORE_GROUPS = ((3, "Below 680"), (5, "680–719"), (7, "720–759"), (9, "760 and above"), (10, BLANK_BAND))
LTV_GROUPS = (
    (0, "60 or less"),
    (2, "60.01–75"),
    (3, "75.01–80"),
    (5, "80.01–90"),
    (8, "Above 90"),
    (9, BLANK_BAND),
)
HEAT = (0.0, 2.0, 6.0, 12.0)

Bar = tuple[str, float, bool]


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table behind a chart: loans, UPB (USD), percent of UPB, and whether it counts against the limit."""

    label: str
    loans: int
    upb: float
    share: float
    counted: bool


@dataclass(frozen=True, slots=True)
class Chart:
    """One chart: bars of (label, percent of UPB, counts against the limit), and where the plumb line stands.

    `spoken` says the finding for people who cannot see it; `note` is the sentence beside the title; `rows` are the
    whole table behind the bars, blanks included.
    """

    title: str
    bars: tuple[Bar, ...]
    spoken: str
    note: str = ""
    plumb: float | None = None
    plumb_label: str = ""
    rows: tuple[Row, ...] = ()

    @property
    def is_empty(self) -> bool:
        return not any(bar[1] for bar in self.bars)


@dataclass(frozen=True, slots=True)
class Charts:
    """The three pictures of where the balance sits."""

    states: Chart
    score: Chart
    ltv: Chart

    @property
    def every(self) -> tuple[Chart, ...]:
        return self.states, self.score, self.ltv

    @property
    def has_limit(self) -> bool:
        """Whether a plumb line stands in any of them: only then it is explained."""
        return any(chart.plumb is not None for chart in self.every)


def charts(summary: Mapping[str, Any], criteria_text: str = "") -> Charts | None:
    """The charts of a stored summary with the limits of the criteria; None before a summary was stored."""
    tables = {table["name"]: table for table in summary.get("strata", ())}
    if not tables:
        return None
    limits = limits_of(criteria_text)
    return Charts(
        states=state_chart(tables["property_state"], limits),
        score=cut_chart(tables["credit_score"], SCORE, "Credit score", limits),
        ltv=cut_chart(tables["ltv"], LTV, "LTV", limits),
    )


@lru_cache(maxsize=32)
def limits_of(criteria_text: str) -> tuple[Limit, ...]:
    """The pool limits of criteria given as TOML text that was checked when it was published; none without criteria."""
    return tuple(Limit(**entry) for entry in tomllib.loads(criteria_text).get("limit", ()))


def state_chart(table: Mapping[str, Any], limits: Iterable[Limit]) -> Chart:
    """The largest states, with the plumb line where the criteria limit the largest one."""
    known = [band for band in table["bands"] if band["label"] != BLANK_BAND][:STATES_SHOWN]
    limit = next((entry for entry in limits if "property_state" in entry.by), None)
    cap = limit.limit if limit else None
    bars = tuple((band["label"], band["share"] or 0.0, number == 0) for number, band in enumerate(known))
    largest = f"{bars[0][0]} is highest at {bars[0][1]:.1f} percent" if bars else "no state is known"
    return Chart(
        title="State",
        bars=bars,
        spoken=f"Share of UPB by state: {largest}" + (f", limit {cap:g} percent" if cap else ""),
        note=f"{limit.title}: at most {cap:g}%" if limit else "",
        plumb=cap,
        plumb_label=f"{cap:g}%" if cap else "",
        rows=state_rows(table, len(known), counts=limit is not None),
    )


def state_rows(table: Mapping[str, Any], shown: int, *, counts: bool) -> tuple[Row, ...]:
    """The states of the chart, the largest first, then all others in one line; `counts`: the first is limited."""
    rows = rows_of(table, frozenset(band["label"] for band in table["bands"][:1] if counts))
    blank = [row for row in rows if row.label == BLANK_BAND]
    known = [row for row in rows if row.label != BLANK_BAND]
    rest = known[shown:]
    others = Row(
        "1 other" if len(rest) == 1 else f"{len(rest)} others",
        sum(row.loans for row in rest),
        sum(row.upb for row in rest),
        sum(row.share for row in rest),
        counted=False,
    )
    return (*known[:shown], *([others] if rest else []), *blank)


def rows_of(table: Mapping[str, Any], counted: Set[str]) -> tuple[Row, ...]:
    """The bands of a stratification as lines of a table; `counted` are the labels that count against a limit."""
    return tuple(
        Row(band["label"], band["loans"], band["upb"], band["share"] or 0.0, band["label"] in counted)
        for band in table["bands"]
    )


def cut_chart(table: Mapping[str, Any], cut: Cut, title: str, limits: Iterable[Limit]) -> Chart:
    """All bands of a number, empty ones too, so that the plumb line has its place."""
    shares = {band["label"]: band["share"] or 0.0 for band in table["bands"]}
    values = [shares.get(label, 0.0) for label in cut.labels]
    mark = next(_marks(cut, limits), None)
    place, counted = (mark.place, mark.counted) if mark else (None, frozenset())
    labels = score_labels(cut) if cut is SCORE else edge_labels(cut)
    total = sum(values[at] for at in counted)
    note = f"{total:.2f}% {mark.words}, at most {mark.limit:g}%" if mark else ""
    bars = tuple((label, value, at in counted) for at, (label, value) in enumerate(zip(labels, values, strict=True)))
    return Chart(
        title=title,
        bars=bars,
        spoken=f"Share of UPB by {title}" + (f": {note}" if note else ""),
        note=note,
        plumb=place,
        plumb_label=f"{mark.edge:g}" if mark else "",
        rows=rows_of(table, frozenset(cut.labels[at] for at in counted)),
    )


@dataclass(frozen=True, slots=True)
class Mark:
    """A limit on one side of an edge: the place of its line between bars, the bars that count, both numbers."""

    place: int
    counted: frozenset[int]
    edge: float
    limit: float
    words: str


def _marks(cut: Cut, limits: Iterable[Limit]) -> Iterator[Mark]:
    for limit in limits:
        found = SHARE_LIMIT.match(limit.filter) if limit.measure == "share_upb" and limit.op == "at_most" else None
        if not found or found[1] != cut.name or float(found[3]) not in cut.edges:
            continue
        place = cut.edges.index(float(found[3])) + 1
        below = found[2].startswith("<")
        counted = frozenset(range(place) if below else range(place, len(cut.labels)))
        words = f"{'below' if below else 'above'} {float(found[3]):g}"
        yield Mark(place, counted, float(found[3]), limit.limit, words)


def score_labels(cut: Cut) -> list[str]:
    """Each band named by where it begins."""
    first, *inner = (f"{edge:g}" for edge in cut.edges)
    return [f"<{first}", first, *inner[:-1], f"{inner[-1]}+"]


def edge_labels(cut: Cut) -> list[str]:
    """Each band named by where it ends."""
    edges = [f"{edge:g}" for edge in cut.edges]
    return [*edges, f">{edges[-1]}"]


@dataclass(frozen=True, slots=True)
class Strata:
    """One stratification, and the names and titles of all."""

    table: Mapping[str, Any]
    widest: float
    choices: tuple[tuple[str, str], ...]


SHORT_TITLES = {"property_type": "Property"}


def strata(summary: Mapping[str, Any], by: str) -> Strata | None:
    """The stratification by a field; the first one when there is none by that name."""
    tables = {table["name"]: table for table in summary.get("strata", ())}
    if not tables:
        return None
    table = tables.get(by) or next(iter(tables.values()))
    widest = max((band["share"] or 0.0 for band in table["bands"]), default=0.0)
    choices = tuple((name, SHORT_TITLES.get(name, entry["title"])) for name, entry in tables.items())
    bands = [{**band, "bar": (band["share"] or 0.0) / widest if widest else 0.0} for band in table["bands"]]
    return Strata({**table, "bands": bands}, widest, choices)


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of the heat table: percent of UPB, and loans."""

    share: float
    loans: int

    @property
    def heat(self) -> int:
        """How dark the cell is: 0 when nothing is there, 4 from 12 percent on."""
        return sum(self.share > step for step in HEAT)


@dataclass(frozen=True, slots=True)
class Layered:
    """Share of UPB by score (rows) and LTV (columns), in few enough bands to be read at a glance."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[Cell, ...]], ...]


def layered(summary: Mapping[str, Any]) -> Layered | None:
    """The heat table of a stored summary; rows and columns of blanks only where there are any."""
    grid = summary.get("layered") or summary.get("layered_risk")
    if not grid:
        return None
    shares, loans = joined(grid["shares"]), joined(grid["loans"])
    columns = [at for at in range(len(LTV_GROUPS)) if at < len(LTV_GROUPS) - 1 or any(row[at] for row in loans)]
    rows = [at for at in range(len(SCORE_GROUPS)) if at < len(SCORE_GROUPS) - 1 or any(loans[at])]
    lines = [
        (SCORE_GROUPS[row][1], tuple(Cell(shares[row][at], int(loans[row][at])) for at in columns)) for row in rows
    ]
    return Layered(tuple(LTV_GROUPS[at][1] for at in columns), tuple(lines))


def joined(grid: Sequence[Sequence[float]]) -> list[list[float]]:
    """The fine grid added up into the groups that are shown."""
    by_row = [[sum(column) for column in zip(*rows, strict=True)] for rows in _grouped(grid, SCORE_GROUPS)]
    return [[sum(part) for part in _grouped(row, LTV_GROUPS)] for row in by_row]


def _grouped(values: Sequence[Any], groups: Iterable[tuple[int, str]]) -> Iterator[Sequence[Any]]:
    start = 0
    for last, _ in groups:
        yield values[start : last + 1]
        start = last + 1
