"""Public files about mortgages that are no tapes of loans for sale, told by their columns or their first rows."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from loans.domain.formats.layouts import key_of
from loans.domain.formats.recognition import OWN_LAYOUTS
from loans.domain.formats.tape import OpenTape, Unreadable

FIRST_ROWS = 3
_REGISTER = (
    "The file is a HMDA loan application register: it reports applications, without the balances and payment dates "
    "of loans. Send the tape of the loans for sale."
)
_FREDDIE_MONTHS = (
    "The file is Freddie Mac's monthly performance data: a line a loan and month, without the terms of the loans. "
    "Send the origination file of the same quarter."
)
_FANNIE_MONTHS = (
    "The file is a Fannie Mae performance file of before 2020: a line a loan and month, without the terms of the "
    "loans. Send the acquisition file of the same quarter."
)
_BY_NAMES = (
    ({"lei", "actiontaken"}, _REGISTER),
    ({"legalentityidentifierlei", "actiontaken"}, _REGISTER),
    ({"respondentid", "actiontaken"}, _REGISTER),
    ({"loansequencenumber", "monthlyreportingperiod"}, _FREDDIE_MONTHS),
    ({"idloan", "svcgcycle"}, _FREDDIE_MONTHS),
    ({"loanid", "monthlyrptprd"}, _FANNIE_MONTHS),
)
_TERMS = frozenset(
    {"loannumber", "origupb", "originalupb", "originalloanamount", "noteamount", "currentupb", "unpaidprincipalbalance"}
)
"""A file with one of these columns has been joined with the loans themselves."""
_LEI = r"[A-Z0-9]{20}"
_BY_CELLS = (
    ((r"2", _LEI, r".+"), range(100, 116), _REGISTER),
    ((r"(19|20)\d{2}", _LEI, r"\d"), range(60, 120), _REGISTER),
    ((r"2", r"[\w-]{1,10}", r"[1-9]", r".+", r"\d{8}|NA", r"[1-4]"), range(39, 47), _REGISTER),
    ((r"[FA]1?\d{2}Q[1-4]\d{6,7}", r"(19|20)\d{4}", r"\d+(\.\d+)?"), range(20, 36), _FREDDIE_MONTHS),
    ((r"\d{12}", r"(0[1-9]|1[0-2])/01/(19|20)\d{2}"), range(12, 36), _FANNIE_MONTHS),
)


def refuse_not_for_sale(tape: OpenTape) -> None:
    """Raise Unreadable with what the file is instead, where it is a public file of another kind."""
    if tape.layout.code not in OWN_LAYOUTS or tape.container == "uldd":
        return
    if told := _by_names(tape.columns) if tape.header_row is not None else _by_cells(tape):
        raise Unreadable(told)


def _by_names(columns: Iterable[str]) -> str | None:
    names = {key_of(column) for column in columns}
    if names & _TERMS:
        return None
    return next((told for wanted, told in _BY_NAMES if wanted <= names), None)


def _by_cells(tape: OpenTape) -> str | None:
    rows = [row[1:] for row in tape.head(FIRST_ROWS).rows()]
    return next(
        (told for patterns, widths, told in _BY_CELLS if len(tape.columns) in widths and _any_fits(rows, patterns)),
        None,
    )


def _any_fits(rows: Sequence[Sequence[str | None]], patterns: Sequence[str]) -> bool:
    return any(
        all(re.fullmatch(pattern, (cell or "").strip()) for pattern, cell in zip(patterns, row, strict=False))
        for row in rows
    )
