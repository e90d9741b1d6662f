"""One line a rule: a loan that fires it, a change that clears it, a blank that leaves it not evaluated."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from diligence.domain.compiling import compile_rules
from diligence.domain.evaluate import Evaluation, evaluate
from diligence.domain.rulebook import Rulebook, shipped_rulebook
from diligence.domain.vocabulary import shipped

AS_OF = date(2026, 11, 21)
Loan = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Case:
    """`fires` is a loan; the others are changes to it. `blank` names cells to empty, `absent` columns to leave out.

    Each of `more_fires` and `more_clear` is another change, mostly at a threshold. Dates are ISO texts.
    """

    code: str
    fires: Loan
    clear: Loan
    blank: str = ""
    absent: str = ""
    more_fires: tuple[Loan, ...] = ()
    more_clear: tuple[Loan, ...] = ()

    def __str__(self) -> str:
        return self.code

    @property
    def firing(self) -> list[dict[str, Any]]:
        return [dict(self.fires), *({**self.fires, **change} for change in self.more_fires)]

    @property
    def clearing(self) -> list[dict[str, Any]]:
        return [{**self.fires, **change} for change in (self.clear, *self.more_clear)]

    @property
    def undecided(self) -> list[dict[str, Any]]:
        blanks = [{**self.fires, name: None} for name in self.blank.split()]
        gone = set(self.absent.split())
        return [*blanks, *([{k: v for k, v in self.fires.items() if k not in gone}] if gone else [])]


def frame_of(loans: Iterable[Loan]) -> pl.DataFrame:
    """Typed loans; a field no loan names has no column."""
    rows = list(loans)
    names = list(dict.fromkeys(name for loan in rows for name in loan))
    columns = {name: [_typed(loan.get(name), shipped().dtype(name)) for loan in rows] for name in names}
    frame = pl.DataFrame(columns, schema={name: shipped().dtype(name) for name in names}, strict=False)
    return frame.with_row_index("row_no", offset=1).with_columns(pl.col("row_no").cast(pl.Int64))


def _typed(value: Any, dtype: pl.DataType) -> Any:
    return date.fromisoformat(value) if dtype == pl.Date and isinstance(value, str) else value


def evaluation_of(code: str, loans: Iterable[Loan], *, as_of: date = AS_OF) -> Evaluation:
    """One shipped rule over a few loans."""
    rule = shipped_rulebook().by_code()[code]
    profile = "agency_mbs" if rule.profile == "agency_mbs" else rule.profile
    ruleset = compile_rules(Rulebook((rule,)), profile=profile, as_of=as_of)
    return evaluate(frame_of(loans), ruleset, header_of={})


def check(case: Case) -> None:
    """Every loan of a case has its outcome, and every finding names what it saw."""
    firing, clearing = case.firing, case.clearing
    decided = evaluation_of(case.code, [*firing, *clearing])
    assert sorted(set(decided.findings["row_no"])) == list(range(1, len(firing) + 1))
    assert decided.counts.select("fired", "clear", "not_evaluated").row(0) == (len(firing), len(clearing), 0)
    assert all(message.strip() and "{" not in message for message in decided.findings["message"])
    for loan in case.undecided:
        left = evaluation_of(case.code, [loan])
        assert left.counts.select("fired", "clear", "not_evaluated").row(0) == (0, 0, 1)


def loan_rules(prefix: str) -> set[str]:
    """Codes of the shipped rules of a group that look at one loan."""
    rules = shipped_rulebook().rules
    return {rule.code for rule in rules if rule.code.startswith(prefix) and rule.scope == "loan"}
