"""Synthetic loan tapes: realistic loans that break no rule, with listed defects where asked for."""

from diligence.domain.synthetic.columns import SETS, headers
from diligence.domain.synthetic.tape import CATALOGUE, Batch, Plan, batches, defects_of

__all__ = ["CATALOGUE", "SETS", "Batch", "Plan", "batches", "defects_of", "headers"]
