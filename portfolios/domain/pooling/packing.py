"""A problem and a plan as bytes, so that another process can be handed one and killed without harm."""

import io
import json
from typing import Any

import numpy as np

from portfolios.domain.pooling.problem import Budget, Plan, Pool, Problem, ShareRule


def packed(problem: Problem) -> bytes:
    """The problem as an archive of arrays; arrays that rules share are stored once."""
    amounts: dict[int, tuple[str, np.ndarray]] = {}
    for rule in (rule for pool in problem.pools for rule in pool.rules):
        amounts.setdefault(id(rule.amounts), (f"amounts_{len(amounts)}", rule.amounts))
    pools = [_pool(pool, amounts) for pool in problem.pools]
    budgets = [{"name": each.name, "pools": sorted(each.pools), "limit": each.limit} for each in problem.budgets]
    arrays = dict(amounts.values())
    return _archive(
        {"pools": pools, "budgets": budgets},
        balances=problem.balances, loan=problem.loan, pool=problem.pool, value=problem.value, **arrays,
    )  # fmt: skip


def _pool(pool: Pool, amounts: dict[int, tuple[str, np.ndarray]]) -> dict[str, Any]:
    rules = [
        {"name": rule.name, "amounts": amounts[id(rule.amounts)][0], "limit": rule.limit, "at_least": rule.at_least}
        for rule in pool.rules
    ]
    plain = {"code": pool.code, "minimum": pool.minimum, "maximum": pool.maximum, "fixed_cost": pool.fixed_cost}
    return {**plain, "rules": rules}


def unpacked(content: bytes) -> Problem:
    """The problem that was packed."""
    with np.load(io.BytesIO(content), allow_pickle=False) as stored:
        arrays = {name: stored[name] for name in stored.files}
    told = json.loads(bytes(arrays["told"]))
    pools = tuple(_unpacked_pool(pool, arrays) for pool in told["pools"])
    budgets = tuple(Budget(each["name"], frozenset(each["pools"]), each["limit"]) for each in told["budgets"])
    return Problem(arrays["balances"], pools, arrays["loan"], arrays["pool"], arrays["value"], budgets)


def _unpacked_pool(pool: dict[str, Any], arrays: dict[str, np.ndarray]) -> Pool:
    rules = tuple(ShareRule(**{**rule, "amounts": arrays[rule["amounts"]]}) for rule in pool["rules"])
    return Pool(**{**pool, "rules": rules})


def packed_plan(plan: Plan) -> bytes:
    return _archive({"earned": plan.earned, "bound": plan.bound, "method": plan.method}, chosen=plan.chosen)


def unpacked_plan(content: bytes) -> Plan:
    """A plan as it was handed over; whoever takes it checks it again."""
    with np.load(io.BytesIO(content), allow_pickle=False) as stored:
        told = json.loads(bytes(stored["told"]))
        return Plan(stored["chosen"], told["earned"], told["bound"], told["method"])


def _archive(told: dict[str, Any], **arrays: np.ndarray) -> bytes:
    buffer = io.BytesIO()
    named: dict[str, Any] = {**arrays, "told": np.frombuffer(json.dumps(told).encode(), dtype=np.uint8)}
    np.savez(buffer, **named)
    return buffer.getvalue()
