"""What decides whether a rule fires, so that no defect hides another."""

from collections.abc import Mapping
from functools import cache

from diligence.domain import expressions, vocabulary
from diligence.domain.compiling import condition
from diligence.domain.rulebook import shipped_rulebook


@cache
def fields_read() -> Mapping[str, frozenset[str]]:
    """Rule code → the fields of a tape that its condition reads, facts and tables traced back to their inputs."""
    words = vocabulary.shipped()
    return {
        rule.code: words.fields_behind(expressions.names_in(condition(rule))) | set(rule.each)
        for rule in shipped_rulebook().rules
        if rule.scope == "loan"
    }
