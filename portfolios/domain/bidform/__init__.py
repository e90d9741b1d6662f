"""The form of a bid: what an envelope may hold, and by which rules of its sale.

It is checked where a bid is made, before it is sealed, and again when it is opened; nobody can check it in between.
The same rules stand in `static/js/bidform.js`; `tests/data/bidform/cases.json` holds both to the same sentences.
"""

from portfolios.domain.bidform.form import Form, FormOffer, Sheet, read, read_reserve, read_unsold
from portfolios.domain.bidform.problems import problems
from portfolios.domain.bidform.schema import schema
from portfolios.domain.bidform.sheets import NotASheet, NotSealed, sealed, sheet_from_bytes

__all__ = [
    "Form",
    "FormOffer",
    "NotASheet",
    "NotSealed",
    "Sheet",
    "problems",
    "read",
    "read_reserve",
    "read_unsold",
    "schema",
    "sealed",
    "sheet_from_bytes",
]
