"""The dated public tables that ship in `loans/reference`: typed, cached, each with its source and how sure it is.

A table is read once and never changed. `status` says how sure a table is: `stored` was read in a copy of the public
source, `recalled` is from memory and unread, `mixed` holds both, row by row.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from types import MappingProxyType

import polars as pl

REFERENCE = Path(__file__).resolve().parent.parent / "reference"

_TYPES: dict[str, pl.DataType] = {
    "text": pl.String(),
    "int": pl.Int64(),
    "number": pl.Float64(),
    "date": pl.Date(),
}


@dataclass(frozen=True, slots=True)
class Table:
    """One shipped table. An `effective_to` of None means in force until a newer edition is shipped."""

    name: str
    title: str
    source: str
    status: str
    effective_from: date | None
    effective_to: date | None
    columns: Mapping[str, str]

    @property
    def path(self) -> Path:
        """The CSV file of the table."""
        return REFERENCE / f"{self.name}.csv"

    @property
    def sha256(self) -> str:
        """Fingerprint of the file, in hexadecimal."""
        return _sha256(self.path)

    @property
    def rows(self) -> int:
        """Number of rows, header not counted."""
        return self.frame().height

    def frame(self) -> pl.DataFrame:
        """The table with typed columns; an empty cell is null."""
        return _read(self.name)


@cache
def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


@cache
def _read(name: str) -> pl.DataFrame:
    table = TABLES[name]
    schema = {column: _TYPES[kind] for column, kind in table.columns.items()}
    return pl.read_csv(table.path, schema=schema, null_values=[""])


def _columns(**kinds: str) -> Mapping[str, str]:
    """`text="a b", int="c"`: column names by kind; `_table` puts them in the order of the file."""
    return MappingProxyType({name: kind for kind, names in kinds.items() for name in names.split()})


def _table(
    name: str,
    title: str,
    source: str,
    status: str,
    effective: tuple[date | None, date | None],
    columns: Mapping[str, str],
) -> Table:
    with (REFERENCE / f"{name}.csv").open(encoding="utf-8") as file:
        header = file.readline().strip().split(",")
    if set(header) != set(columns):
        raise ValueError(f"{name}.csv has the columns {header}, expected {sorted(columns)}")
    return Table(
        name, title, source, status, *effective, MappingProxyType({column: columns[column] for column in header})
    )


_SHIPPED = (
    _table(
        "states",
        "States, District of Columbia and territories",
        "Census Bureau state codes; the class of loan limit follows 12 U.S.C. 1717(b)(2)",
        "stored",
        (None, None),
        _columns(text="state state_fips name agency_eligible limit_class"),
    ),
    _table(
        "counties",
        "Counties and county equivalents",
        "County names of the FHFA loan limit list for 2026; Connecticut counties and Valdez-Cordova recalled",
        "mixed",
        (None, None),
        _columns(text="county_fips state county_name cbsa status", date="limits_from limits_to"),
    ),
    _table(
        "zip3_state",
        "Three-digit ZIP prefixes and the states they serve",
        "USPS three-digit prefixes, recalled; `border` rows are prefixes that also serve a neighbor",
        "recalled",
        (None, None),
        _columns(text="zip3 state kind"),
    ),
    _table(
        "loan_limits_national",
        "Conforming loan limits: baseline and ceiling, one to four units",
        "FHFA and OFHEO announcements; 2018 to 2026 read in copies of the county lists, earlier years recalled",
        "mixed",
        (date(2006, 1, 1), date(2026, 12, 31)),
        _columns(
            int="year units",
            number="baseline high_cost_ceiling island_baseline island_ceiling",
            date="effective_from effective_to",
            text="status source",
        ),
    ),
    _table(
        "loan_limits_high_cost_counties",
        "Conforming loan limits of counties above the baseline",
        "FHFA full county loan limit lists, 2018 to 2026",
        "stored",
        (date(2018, 1, 1), date(2026, 12, 31)),
        _columns(
            int="year",
            text="county_fips state cbsa status source",
            number="limit_1_unit limit_2_unit limit_3_unit limit_4_unit",
        ),
    ),
    _table(
        "eligibility_matrix",
        "Eligibility: maximum LTV, CLTV and HCLTV, minimum score, maximum DTI, reserves",
        "Fannie Mae Eligibility Matrix (edition 2026-08-05, cells partly recalled); Freddie Mac maximum LTV page",
        "mixed",
        (date(2014, 1, 1), None),
        _columns(
            text="investor underwriting program program_name occupancy purpose amortization loan_class "
            "status score_text reserves_text source",
            int="units min_score_over_75_ltv min_score_to_75_ltv min_reserves_months min_reserves_months_dti_over_45",
            number="max_ltv max_cltv max_hcltv max_dti",
            date="effective_from effective_to",
        ),
    ),
    _table(
        "mi_coverage",
        "Mortgage insurance coverage by LTV and term",
        "Fannie Mae B7-1-02 (2019-08-07, in a public encoding of the guide 2026-09-02); Freddie Mac 4701.1 recalled",
        "mixed",
        (date(2014, 1, 1), None),
        _columns(
            text="investor program term_class status rule source",
            number="ltv_above ltv_to standard_pct minimum_pct",
            date="effective_from effective_to",
        ),
    ),
    _table(
        "mi_companies",
        "Mortgage insurers known to the agencies",
        "Fannie Mae list of approved mortgage insurers, ULDD names",
        "stored",
        (None, None),
        _columns(text="code name mi_company"),
    ),
    _table(
        "special_feature_codes",
        "Fannie Mae special feature codes",
        "Fannie Mae special feature code list, 2026-09-09, partial",
        "stored",
        (date(2026, 9, 9), None),
        _columns(text="code meaning"),
    ),
    _table(
        "qm_price_spread",
        "General QM price limits: APR over APOR",
        "12 CFR 1026.43(e)(2)(vi); amounts of 2026 from 90 FR 57890, earlier years recalled",
        "mixed",
        (date(2021, 1, 1), date(2026, 12, 31)),
        _columns(int="year", text="lien manufactured status", number="amount_from amount_below max_spread"),
    ),
    _table(
        "regz_thresholds",
        "Regulation Z dollar thresholds: points and fees, high-cost, HPML",
        "12 CFR 1026.32 and 1026.43(e)(3), adjusted every year; 2025 and 2026 read, earlier years partly recalled",
        "mixed",
        (date(2014, 1, 1), date(2026, 12, 31)),
        _columns(
            int="year",
            number="tier1_from tier2_from tier3_from tier4_from tier1_pct tier2_usd tier3_pct tier4_usd tier5_pct "
            "hoepa_amount hoepa_fee_usd hpml_appraisal_exemption",
            text="status source",
        ),
    ),
    _table(
        "grading_scale",
        "Grades of loan review",
        "Wording of filed third-party review reports for A and B; C and D recalled",
        "mixed",
        (None, None),
        _columns(text="component grade meaning_short definition event_level"),
    ),
)

TABLES: Mapping[str, Table] = MappingProxyType({table.name: table for table in _SHIPPED})
"""Every shipped table by name, in the order in which they are shown."""


def frame(name: str) -> pl.DataFrame:
    """The typed rows of one shipped table; raises KeyError for a name that does not ship."""
    return TABLES[name].frame()


def fingerprints() -> dict[str, str]:
    """SHA-256 of every shipped table by name: what a run freezes to say which facts it used."""
    return {name: table.sha256 for name, table in TABLES.items()}
