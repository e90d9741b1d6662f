"""One answer of a plan: added up again, told loan by loan, and stored with its files or not at all."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import polars as pl
import scipy
from django.db.models import QuerySet
from django.db.models.fields.files import FieldFile

from loans.services.files import parquet_of
from portfolios.domain.executions import priced, telling, verifying
from portfolios.domain.pooling import Plan, tolerance_of
from portfolios.models.plans import PoolingPlan
from portfolios.services.plans import summarizing
from portfolios.services.plans.loading import Prepared
from portfolios.services.plans.solving import Solve

GROUP_ROWS = 20_000
CENTS = 100


class Wrong(Exception):
    """A plan that our own check does not accept. It is never shown."""


@dataclass(frozen=True)
class Answer:
    """A plan of the small problem, the greedy one to compare it with, the exact solve if it ended, and seconds."""

    plan: Plan
    greedy: Plan
    exact: Solve | None
    seconds: dict[str, float]


def values_of(ready: Prepared, answer: Answer) -> dict[str, Any]:
    """What the plan keeps of an answer; raises Wrong when it breaks a rule or does not add up."""
    plan = ready.problem.whole_plan(answer.plan)
    broken = verifying.broken_rules(ready.problem, plan, ready.market)
    if broken:
        raise Wrong(f"The plan breaks {len(broken)} rules, the first: {broken[0]}")
    earned, counted = verifying.earned(ready.problem, plan), _counted(ready, plan)
    if earned != counted:
        raise Wrong(f"The plan earns {earned} added up in Decimal, and {counted} in cents.")
    story = telling.told(ready.problem, plan)
    bound = None if plan.bound is None else earned + round(Decimal(plan.bound - plan.earned) / CENTS, 2)
    return {
        "loan_count": len(ready.book),
        "upb": Decimal(int(ready.book.cents.sum())) / CENTS,
        "earned": earned,
        "next_best": Decimal(summarizing.best_single(ready)) / CENTS,
        "bound": None if bound is None else max(bound, earned),
        "inputs_hash": ready.inputs_hash,
        "solver": f"{plan.method}, HiGHS of SciPy {scipy.__version__}",
        "summary": summary_of(ready, answer, plan, story),
        "placements": telling.placements(ready.problem, story),
    }


def _counted(ready: Prepared, plan: Plan) -> Decimal:
    """The same sum in whole cents, as the solver's problem has it."""
    whole, left = ready.problem.whole, ready.problem.left
    pools = whole.pool[plan.chosen]
    value = sum(whole.value[plan.chosen[pools != (-1 if left is None else left)]].tolist())
    return Decimal(value - sum(whole.pools[number].fixed_cost for number in set(pools.tolist()))) / CENTS


def summary_of(ready: Prepared, answer: Answer, plan: Plan, story: telling.Told) -> dict[str, Any]:
    used = summarizing.pools(ready, plan)
    return {
        "answer": plan.method,
        "solve": _solve(answer.exact, tolerance_of(ready.problem.small)),
        "gap": None if plan.gap is None else round(plan.gap, 7),
        "seconds": {name: round(seconds, 2) for name, seconds in answer.seconds.items()},
        "settlement": ready.market.month,
        "pools": used,
        "kinds": summarizing.by_kind(used),
        "stopped": summarizing.stopped(ready, story),
        "unplaced": summarizing.unplaced(ready, plan),
        "compared": summarizing.compared(ready, answer.greedy),
        "grids": summarizing.grids_json(ready),
        "rules": summarizing.rules_json(ready),
        "notes": [*ready.notes, *_flags(answer)],
    }


def _solve(exact: Solve | None, tolerance: int) -> dict[str, Any]:
    ended: dict[str, Any] = {"state": "running", "seconds": None, "note": ""}
    if exact is not None:
        ended = {"state": exact.state, "seconds": round(exact.seconds, 2), "note": exact.note}
    return ended | {"tolerance": summarizing.usd(tolerance)}


def _flags(answer: Answer) -> list[str]:
    exact = answer.exact
    if exact is None or exact.state == "proven":
        return []
    if exact.state == "stopped":
        stands = "the best answer until then" if exact.plan is not None else "the first answer"
        return [f"The exact solve was stopped at its deadline; {stands} stands, with its bound and gap."]
    stands = "what it found before that" if exact.plan is not None else "the first answer"
    return [f"The exact solve ended before its time; {stands} stands, with its bound and gap."]


def stored(held: PoolingPlan, mine: QuerySet[PoolingPlan], values: dict[str, Any], ready: Prepared) -> bool:
    """Write an answer and its files; False, and nothing written, when the plan is not `mine` any more.

    The prices are written with the first answer only: they do not depend on it.
    """
    placements: pl.DataFrame = values.pop("placements")
    files = {"placements": parquet_of(placements)}
    if not held.columns:
        files["columns"] = parquet_of(priced.prices(ready.problem, ready.market), group_rows=GROUP_ROWS)
    before = [getattr(held, name).name for name in files if getattr(held, name)]
    storage = held.placements.storage
    for name, content in files.items():
        field: FieldFile = getattr(held, name)
        field.save(f"{name}.parquet", content, save=False)
    kept = mine.update(**values, **{name: getattr(held, name).name for name in files})
    gone = before if kept else [getattr(held, name).name for name in files]
    for name in gone:
        storage.delete(name)
    return bool(kept)
