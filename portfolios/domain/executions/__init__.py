"""Ways to sell a loan, and what each is worth for it."""

from portfolios.domain.executions.coupon import CouponTerms, Multiples, Split, split

__all__ = ["CouponTerms", "Multiples", "Split", "split"]
