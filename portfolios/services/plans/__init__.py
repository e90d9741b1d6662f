"""Pooling plans: made, worked on by a worker under a lease, and accepted.

States: pricing → fast (a first answer stands and can be accepted) → done; failed with a sentence in `problem`;
accepted. `settings` of a plan (all may be left out):

    settlement       "2026-12", month in which pools are issued; else the earliest month of the MBS grids
    seconds          how long the exact solve may take, 5 to 600; 120
    servicing_upb    most balance whose servicing is kept, USD as text; none
    pool_cost        cost of one pool, USD as text; "0.00"
    expired_too      whether expired grids may be used; false
    fatal_too        whether loans with open fatal findings are placed as well; false

`summary` of a plan that has an answer. Amounts are USD as text with cents, points are percent of balance:

    answer           "greedy", "fast" or "exact": which method found the answer that stands
    solve            {"state": "running" | "proven" | "stopped" | "failed" | "skipped", "seconds", "note", "tolerance"}:
                     the exact solve. "proven": no plan earns more by above the tolerance, which is a millionth of the
                     balance; "stopped": its time was over first, and the best answer until then stands
    gap              how far the bound is above what is earned, share of the bound; null without a bound
    seconds          {"pricing", "first", "exact"}
    settlement       "2026-12"
    pools            one a pool, bid or buyer used, most valuable first: {"code", "title", "kind", "agency", "term",
                     "coupon", "story", "loans", "upb", "value", "points", "minimum", "maximum", "fixed_cost",
                     "rules": [{"name", "title", "unit", "limit", "stands", "at_least"}], "bundle": true where
                     accepting makes one}
    kinds            [{"kind", "title", "loans", "upb", "value", "points"}]
    stopped          [{"rule", "title", "pool", "loans", "value"}]: rules that kept loans from something better, and
                     what that would have earned for these loans taken one by one
    unplaced         {"loans", "upb", "reasons": [{"reason", "loans"}]}: loans that nothing takes
    compared         {"greedy", "best_single"}: what those would earn; and of every single way of selling that takes any
                     loan ("whole_loan", "cash", "bids", "securities", "retained"), alone, with the rules kept:
                     {"earned", "loans", "upb"}
    grids            [{"id", "name", "kind", "as_of", "expires_at", "source", "sha256"}]
    rules            [{"code", "title", "agency", "value", "unit", "from", "status", "source"}]
    notes            sentences a person should read beside the answer
"""

from portfolios.services.plans.accepting import accept
from portfolios.services.plans.creating import create
from portfolios.services.plans.working import give_up_hopeless, waiting, work

__all__ = ["accept", "create", "give_up_hopeless", "waiting", "work"]
