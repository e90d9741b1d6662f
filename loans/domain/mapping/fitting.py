"""How well the values of a column suit a field, and what must be done to them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Protocol

from loans.domain.fields import (
    ENUM_ALIASES,
    ERROR_TOKENS,
    EVERY_FIELD,
    NULL_TOKENS,
    PLACEHOLDER_TOKENS,
    Field,
    FieldType,
)
from loans.domain.mapping.codes import meaning
from loans.domain.mapping.plausible import usual_range
from loans.domain.mapping.profiles import ColumnProfile
from loans.domain.mapping.scaling import fractions_among_percent, mixed_note, scale_of
from loans.domain.mapping.transforms import Transform
from loans.domain.parsing import DATE_ORDERS

MOST_CODES = 100
SETTLED = 0.9
_NO_VALUE = NULL_TOKENS | PLACEHOLDER_TOKENS | ERROR_TOKENS | {""}
_PATTERNS = {
    "property_zip": r"\d{3,5}(\.0)?|\d{5}-?\d{4}|\d{3}(\*\*|xx)",
    "borrower_ssn": r"\d{3}-?\d{2}-?\d{4}|\d{8}|[*xX]{3,5}-?[*xX]*-?\d{4}",
    "mers_min": r"\d{7}-?\d{10}-?\d|\d{17,18}",
    "uli": r"[A-Za-z0-9]{23,45}",
    "census_tract": r"\d{10,11}(\.0+)?|\d{4}\.\d{2}|\d{1,6}",
    "pay_history_12": r"[0-9CXFBRUPNK* -]{1,48}|[0-9A-Za-z]{12,24}",
    "originator_nmls_id": r"\d{1,12}(\.0)?",
    "origination_company_nmls_id": r"\d{1,12}(\.0)?",
}
_IDENTIFIERS = frozenset(
    {"investor_loan_id", "uli", "mers_min", "aus_case_id", "mi_certificate", "government_case_number"}
)
"""Numbers of one loan each, besides the loan number: a column with one value for all loans holds none of them."""
_NAMES = frozenset({"borrower_first_name", "borrower_last_name", "property_city", "project_name", "property_address"})
_COUNTS_DAYS = re.compile(r"days?(?![a-z])|dpd", re.IGNORECASE)
_FEW_DAYS = {str(days): "Current" for days in range(30)}
"""Under a header that counts days, less than 30 are no months."""
_COMMAS = "The comma is the decimal point: 7,25 is 7.25."
_ORDER_WORDS = {
    "mdy": "month, day, year",
    "dmy": "day, month, year",
    "ymd": "year, month, day",
    "ym": "year and month",
    "my": "month and year",
    "excel": "spreadsheet day numbers",
}


class LayoutFacts(Protocol):
    """What a layout says about the columns of a tape."""

    @property
    def code(self) -> str: ...
    @property
    def field_of(self) -> Mapping[str, str]: ...
    @property
    def second_field_of(self) -> Mapping[str, str]: ...
    @property
    def null_codes(self) -> Mapping[str, frozenset[str]]: ...
    @property
    def value_maps(self) -> Mapping[str, Mapping[str, str | None]]: ...
    @property
    def date_orders(self) -> Mapping[str, str]: ...
    @property
    def constants(self) -> Mapping[str, str]: ...
    @property
    def required(self) -> tuple[str, ...]: ...
    @property
    def masked_zip(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class Fit:
    """How a column reads as a field.

    `share` of the known cells can be read, `plausible` says whether the values look like the field's, `notes` are
    sentences for people, `uncertain` that a person must look at the transform, `unknown` codes with their counts.
    """

    transform: Transform
    share: float
    plausible: bool = True
    notes: tuple[str, ...] = ()
    uncertain: bool = False
    unknown: tuple[tuple[str, int], ...] = ()


def transform_for(
    column: ColumnProfile,
    field: Field | str,
    layout: LayoutFacts | None = None,
    *,
    percent_cells: bool = False,
    usual_order: str | None = None,
) -> Transform:
    """What to do to the cells of a column that a person gave to a field."""
    chosen = EVERY_FIELD[field] if isinstance(field, str) else field
    return fit(column, chosen, layout, percent_cells=percent_cells, usual_order=usual_order).transform


def fit(
    column: ColumnProfile,
    field: Field,
    layout: LayoutFacts | None = None,
    *,
    percent_cells: bool = False,
    usual_order: str | None = None,
    codes: Mapping[str, str] | None = None,
) -> Fit:
    """Try the values of a column as a field.

    `percent_cells`: the workbook formats the column as percent. `usual_order`: the date order of the rest of the tape.
    `codes`: translations that a person gave.
    """
    base = _layout_transform(column, field, layout)
    base = replace(base, codes={**base.codes, **(codes or {})})
    if field.type.is_number:
        return _numbers(column, field, base, percent_cells=percent_cells)
    if field.type is FieldType.DATE:
        return _dates(column, base, usual_order)
    if field.type in (FieldType.ENUM, FieldType.BOOLEAN, FieldType.ENUM_LIST):
        return _codes(column, field, base)
    return _texts(column, field, base)


def _layout_transform(column: ColumnProfile, field: Field, layout: LayoutFacts | None) -> Transform:
    if layout is None:
        return Transform()
    codes = layout.value_maps.get(field.name, {})
    empty = {raw for raw, value in codes.items() if value is None} | layout.null_codes.get(column.name, frozenset())
    return Transform(
        codes={raw: value for raw, value in codes.items() if value is not None},
        null_codes=tuple(sorted(empty)),
        date_order=_known_order(layout.date_orders.get(column.name)),
        zip3=field.name == "property_zip" and layout.masked_zip,
    )


def _known_order(order: str | None) -> str | None:
    return "ymd" if order == "iso" else order


def _numbers(column: ColumnProfile, field: Field, base: Transform, *, percent_cells: bool) -> Fit:
    scale, note, uncertain = scale_of(column, field, percent_cells=percent_cells)
    mixed = fractions_among_percent(column, field) if not percent_cells else None
    if mixed is not None:
        scale, note, uncertain = 100.0, mixed_note(column, mixed), True
    notes = (note, _COMMAS if column.commas else "")
    share = column.number_share
    if field.type is FieldType.INTEGER and scale == 1 and column.numbers:
        share *= column.whole / column.numbers
    transform = replace(base, scale=scale, commas=column.commas, scale_below=mixed)
    return Fit(
        transform, share, mixed is not None or _in_range(column, field, scale), tuple(filter(None, notes)), uncertain
    )


def _in_range(column: ColumnProfile, field: Field, scale: float) -> bool:
    usual = usual_range(field)
    if usual is None or column.median is None:
        return True
    return usual[0] <= column.median * scale <= usual[1]


def _dates(column: ColumnProfile, base: Transform, usual_order: str | None) -> Fit:
    dates = column.dates
    if base.date_order:
        return Fit(base, _share(dates.counts.get(base.date_order, dates.looked_at), dates.looked_at))
    if not dates.counts:
        return Fit(replace(base, date_order=usual_order or "mdy"), 0.0)
    order, ambiguous = _order(column, usual_order)
    transform = replace(base, date_order=order, ambiguous=ambiguous)
    notes = _date_notes(column, order, ambiguous=ambiguous)
    plausible = order != "excel" or 2 * column.whole >= column.numbers
    return Fit(transform, _share(dates.counts[order], dates.looked_at), plausible, notes, ambiguous)


def _order(column: ColumnProfile, usual_order: str | None) -> tuple[str, bool]:
    dates = column.dates
    if dates.highest_first > 12 or dates.highest_second > 12:
        both = dates.highest_first > 12 and dates.highest_second > 12
        return max(("mdy", "dmy"), key=lambda order: dates.counts.get(order, 0)), both
    most = max(dates.counts.values())
    best = [order for order in DATE_ORDERS if dates.counts.get(order) == most]
    if not dates.highest_first:
        spelled_out = len(best) == len(DATE_ORDERS)
        return ("ymd" if spelled_out else next(order for order in _BY_DIGITS if order in best)), False
    if usual_order in ("mdy", "dmy"):
        return usual_order, False
    return "mdy", dates.open_order > 0 and not dates.all_month_starts


_BY_DIGITS = ("my", "excel", "ymd", "ym", "mdy", "dmy")
"""Which order to believe where digits alone read in several: month and year are the rarest accident."""


def _date_notes(column: ColumnProfile, order: str, *, ambiguous: bool) -> tuple[str, ...]:
    notes = []
    if ambiguous:
        notes.append(f"No value tells day from month. Dates will be read as {_ORDER_WORDS[order]}.")
    elif order not in ("mdy", "ymd"):
        notes.append(f"Dates will be read as {_ORDER_WORDS[order]}.")
    if column.dates.short_years:
        notes.append("Years have two digits.")
    return tuple(notes)


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0


def _codes(column: ColumnProfile, field: Field, base: Transform) -> Fit:
    empty = {code.lower() for code in base.null_codes}
    if field.name == "delinquency_status" and _COUNTS_DAYS.search(column.name):
        base = replace(base, codes={**_FEW_DAYS, **base.codes})
    codes: dict[str, str] = dict(base.codes)
    unknown: list[tuple[str, int]] = []
    read = 0
    for text, count in column.values:
        if text.strip().lower() in empty:
            continue
        value = meaning(field, text.strip(), base.codes)
        if value is not None:
            codes[text] = value
            read += count
        elif text.strip().lower() not in _NO_VALUE:
            unknown.append((text, count))
    seen = read + sum(count for _, count in unknown)
    return Fit(
        replace(base, codes=codes),
        _share(read, seen),
        plausible=column.complete or column.distinct <= MOST_CODES,
        notes=_code_notes(column, field, codes, unknown),
        uncertain=bool(unknown),
        unknown=tuple(unknown),
    )


def _code_notes(
    column: ColumnProfile, field: Field, codes: dict[str, str], unknown: list[tuple[str, int]]
) -> tuple[str, ...]:
    notes = []
    changed = [f"{text} as {codes[text]}" for text, _ in column.values if text in codes and codes[text] != text]
    if changed and field.type is not FieldType.BOOLEAN:
        notes.append(f"Codes will be translated: {', '.join(changed[:4])}{', …' if len(changed) > 4 else ''}.")
    if unknown:
        named = ", ".join(f"{text} ({count:,} {'loan' if count == 1 else 'loans'})" for text, count in unknown[:3])
        more = f" and {len(unknown) - 3} more" if len(unknown) > 3 else ""
        notes.append(f"{'Code' if len(unknown) == 1 else 'Codes'} {named}{more} {_are(len(unknown))} unknown.")
    return tuple(notes)


def _are(count: int) -> str:
    return "is" if count == 1 else "are"


def _texts(column: ColumnProfile, field: Field, base: Transform) -> Fit:
    known = [(text.strip(), count) for text, count in column.values if text.strip().lower() not in _NO_VALUE]
    seen = sum(count for _, count in known)
    if field.name == "property_state":
        read = sum(count for text, count in known if meaning(field, text, {}))
        return Fit(base, _share(read, seen), plausible=column.distinct <= 2 * len(ENUM_ALIASES[field.name]))
    if field.name in _IDENTIFIERS and column.distinct == 1 and column.known > 1:
        return Fit(base, 0.0)
    if field.name in _PATTERNS:
        matches = re.compile(_PATTERNS[field.name], re.IGNORECASE)
        share = _share(sum(count for text, count in known if matches.fullmatch(text)), seen)
        return Fit(replace(base, zip3=base.zip3 or _is_zip3(field, known)), share)
    if field.name == "loan_id":
        return Fit(base, 1.0, plausible=column.distinct >= 0.5 * max(column.known, 1))
    if field.name in _NAMES:
        return Fit(base, 1.0 - column.number_share)
    return Fit(base, 1.0)


def _is_zip3(field: Field, known: list[tuple[str, int]]) -> bool:
    return field.name == "property_zip" and bool(known) and all(re.fullmatch(r"\d{1,3}", text) for text, _ in known)
