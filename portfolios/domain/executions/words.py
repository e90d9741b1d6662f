"""Rules in words: what stopped a loan, as a person says it."""

from collections.abc import Sequence

from portfolios.domain.executions import standards, wholeloans
from portfolios.domain.executions.assembling import SERVICING, Assembled, Places
from portfolios.domain.pooling.checking import MAXIMUM, MINIMUM
from portfolios.domain.pooling.explaining import FIXED_COST, Rule

TITLES = {
    MINIMUM: "Minimum balance of the pool",
    MAXIMUM: "Most the pool takes",
    FIXED_COST: "Cost of opening the pool",
    SERVICING: "Budget of servicing that is kept",
    wholeloans.SCORE: "Weighted average score",
    wholeloans.STATE: "Share of one state",
    **standards.TITLES,
}


def title_of(rule: str) -> str:
    """A rule's title; a state's share names its state."""
    stem, _, state = rule.partition(".")
    return f"Share of {state}" if state else TITLES[stem]


def rules_in_words(problem: Assembled, chosen: Places, rules: Sequence[tuple[Rule, ...]]) -> list[str]:
    """For each loan the rules that stop its better column, "" for none; a rule of the pool it would leave says so.

    `chosen` are the columns of `problem.whole` that the loans go to.
    """
    here = problem.whole.pool[chosen].tolist()
    return [
        listed(list(dict.fromkeys(_rule(rule, pool) for rule in stopping)))
        for stopping, pool in zip(rules, here, strict=True)
    ]


def listed(words: list[str]) -> str:
    """ "a", "a and b", "a, b and c"."""
    return " and ".join(filter(None, (", ".join(words[:-1]), words[-1] if words else "")))


def _rule(rule: Rule, here: int) -> str:
    pool, name = rule
    words = title_of(name)
    plain = words[0].lower() + words[1:]
    return f"{plain} (of the pool it would leave)" if pool == here else plain
