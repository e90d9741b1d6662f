"""The offering summary: strata of a lot, or of all lots on offer together, as both sides read them."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import polars as pl

from diligence.domain.summaries import BLANK_BAND, CUTS
from portfolios.models import Lot, Sale
from portfolios.queries.sales.lots import Lots, lots_of

AVERAGES = ("rate", "ltv", "dti", "score")
MOST_CODES = 12
RATES = "note_rate"
CUT_LABELS = {cut.name: cut.labels for cut in CUTS}
COLUMNS = (
    "lot",
    "stratum",
    "band",
    "loans",
    "upb_usd",
    "percent_of_upb",
    "average_upb_usd",
    "note_rate",
    "ltv",
    "dti",
    "score",
)


@dataclass(frozen=True, slots=True)
class Band:
    """A line of a stratification: UPB in USD, percent of UPB, averages weighted by UPB, rates and ratios in percent."""

    label: str
    loans: int
    upb: float
    share: float | None = None
    average_upb: float | None = None
    rate: float | None = None
    ltv: float | None = None
    dti: float | None = None
    score: float | None = None
    bar: float = 0.0


@dataclass(frozen=True, slots=True)
class Table:
    """A stratification with its total."""

    name: str
    title: str
    bands: tuple[Band, ...]
    total: Band


@dataclass(frozen=True, slots=True)
class Summary:
    """What the page shows: the lots, which of them the strata are of (None for the whole), and the strata."""

    lots: Lots
    lot: Lot | None
    tables: tuple[Table, ...]
    without: tuple[Lot, ...]

    @property
    def title(self) -> str:
        return f"Lot {self.lot.code}. {self.lot.name}" if self.lot else self.lots.whole.name


def summary(sale: Sale, code: str = "") -> Summary:
    """The strata of one lot on offer, or of all together. `without` are lots whose strata nobody stated."""
    lots = lots_of(sale)
    offered = [row.lot for row in lots.offered if row.lot]
    chosen = next((lot for lot in offered if lot.code == code), None)
    shown = [chosen] if chosen else offered
    without = tuple(lot for lot in shown if not lot.summary.get("strata"))
    return Summary(lots, chosen, tuple(shortened(table) for table in tables_of(shown)), without)


def tables_of(lots: Sequence[Lot]) -> tuple[Table, ...]:
    """The stratifications of lots, one beside the other added up band by band."""
    found: dict[str, list[Mapping[str, Any]]] = {}
    for lot in lots:
        for table in lot.summary.get("strata", ()):
            found.setdefault(table["name"], []).append(table)
    return tuple(table_of(tables) for tables in found.values())


def table_of(tables: Sequence[Mapping[str, Any]]) -> Table:
    """The same stratification of several lots as one."""
    lines: dict[str, list[Mapping[str, Any]]] = {}
    for table in tables:
        for band in table["bands"]:
            lines.setdefault(band["label"], []).append(band)
    total = added("Total", [table["total"] for table in tables])
    bands = [shared(added(label, bands), total) for label, bands in lines.items()]
    widest = max((band.share or 0.0 for band in bands), default=0.0)
    ordered = in_order(tables[0]["name"], bands)
    return Table(
        tables[0]["name"],
        tables[0]["title"],
        tuple(replace(band, bar=(band.share or 0.0) / widest if widest else 0.0) for band in ordered),
        shared(total, total),
    )


def added(label: str, bands: Sequence[Mapping[str, Any]]) -> Band:
    """Bands of several lots as one; an average counts the bands that have the figure, weighted by UPB."""
    loans, upb = sum(band["loans"] for band in bands), sum(float(band["upb"]) for band in bands)
    figures: dict[str, Any] = {name: average(bands, name) for name in AVERAGES}
    return Band(label, loans, upb, average_upb=upb / loans if loans else None, **figures)


def average(bands: Sequence[Mapping[str, Any]], name: str) -> float | None:
    known = [(float(band[name]), float(band["upb"])) for band in bands if band.get(name) is not None]
    weight = sum(upb for _, upb in known)
    return sum(value * upb for value, upb in known) / weight if weight else None


def shared(band: Band, total: Band) -> Band:
    """The band with its share of the whole, in percent."""
    return replace(band, share=100 * band.upb / total.upb if total.upb else None)


def in_order(name: str, bands: Sequence[Band]) -> list[Band]:
    """Bands by what they are of: cuts as they are cut, rates upwards, codes by their balance; blanks last."""
    if name in CUT_LABELS:
        labels = CUT_LABELS[name]
        return sorted(bands, key=lambda band: labels.index(band.label) if band.label in labels else len(labels))
    if name == RATES:
        return sorted(bands, key=lambda band: (band.label == BLANK_BAND, lower_end(band.label)))
    return sorted(bands, key=lambda band: (band.label == BLANK_BAND, -band.upb, band.label))


def lower_end(label: str) -> float:
    """Where a band of rates begins: 6.125 of "6.125–6.249%"."""
    found = re.match(r"[\d.]+", label)
    return float(found[0]) if found else 0.0


def shortened(table: Table) -> Table:
    """The table as the page shows it: of a long list of codes the largest, and the others in one line."""
    known = [band for band in table.bands if band.label != BLANK_BAND]
    if table.name in CUT_LABELS or table.name == RATES or len(known) <= MOST_CODES + 1:
        return table
    rest = known[MOST_CODES:]
    others = shared(added(f"{len(rest)} others", [asdict(band) for band in rest]), table.total)
    blank = tuple(band for band in table.bands if band.label == BLANK_BAND)
    return replace(table, bands=(*known[:MOST_CODES], others, *blank))


def frame(sale: Sale) -> pl.DataFrame:
    """Every stratum of every lot on offer and of the whole, for a file."""
    schema = dict.fromkeys(COLUMNS[:3], pl.String) | {"loans": pl.Int64} | dict.fromkeys(COLUMNS[4:], pl.Float64)
    return pl.DataFrame(list(lines(sale)), schema=schema, orient="row")


def lines(sale: Sale) -> Iterator[tuple[Any, ...]]:
    offered = [row.lot for row in lots_of(sale).offered if row.lot]
    groups = [(lot.code, [lot]) for lot in offered] + ([("whole", offered)] if len(offered) > 1 else [])
    for code, lots in groups:
        for table in tables_of(lots):
            for band in (*table.bands, table.total):
                yield (
                    code, table.title, band.label, band.loans, band.upb, band.share, band.average_upb,
                    band.rate, band.ltv, band.dti, band.score,
                )  # fmt: skip
