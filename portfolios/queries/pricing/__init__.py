"""A pass-through valued for the calculator: yield or price, risk, matrix, settlement, sensitivity, returns, cash flows.

All from `portfolios.domain.valuation`; nothing is read from the database here but the terms of a pool that was chosen.
"""

from portfolios.queries.pricing.answer import Answer, answer
from portfolios.queries.pricing.flows import FlowRow, flow_rows
from portfolios.queries.pricing.question import Question, choices_of, from_pool, question

__all__ = ["Answer", "FlowRow", "Question", "answer", "choices_of", "flow_rows", "from_pool", "question"]
