"""What agencies ask of pools, as dated data: the rules in force in a month of issue."""

from portfolios.domain.poolrules.dated import PoolRule, PoolRules, product_months, rules_of

__all__ = ["PoolRule", "PoolRules", "product_months", "rules_of"]
