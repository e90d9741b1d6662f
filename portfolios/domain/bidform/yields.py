"""The yield of an offer to its bidder, as static/js/bidyield.js works it out where the price is typed.

Lots are taken as one level-payment pool each, at their weighted rate and remaining term, under a constant CPR from the
first month, without losses; servicing is taken off the rate. Payments come monthly in arrears, the first a month after
settlement, without delay. The yield is bond-equivalent (SF-48). tests/data/bidform/yields.json holds both together.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from portfolios.domain.prepayment.rates import cpr_to_smm
from portfolios.domain.valuation import Terms, investor_flows, solve_yield


@dataclass(frozen=True, slots=True)
class Priced:
    """A lot of an offer: cut-off balance in USD, price in percent of it, note rate in percent, months to go."""

    upb: float
    price: float
    rate: float
    months: int


def offer_yield(lots: Sequence[Priced], *, cpr: float, servicing: float) -> float:
    """Bond-equivalent yield in percent of all lots of an offer together.

    cpr: percent a year. servicing: percent a year of the balance. ValueError where no yield exists.
    """
    cash, times = np.zeros(max(lot.months for lot in lots)), np.arange(1, max(lot.months for lot in lots) + 1) / 12.0
    for lot in lots:
        terms = Terms(lot.rate, lot.rate - servicing, lot.months, 0, 0)
        flows = investor_flows(terms, np.full(lot.months, float(cpr_to_smm(cpr))))
        cash[: lot.months] += flows.cash * lot.upb / 100.0
    return solve_yield(sum(lot.upb * lot.price / 100.0 for lot in lots), cash, times)
