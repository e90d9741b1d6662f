"""The agreement as a page shows it."""

from portfolios.domain.settlement.agreement import Block, blocks
from portfolios.models import Settlement


def agreement_blocks(settlement: Settlement) -> list[Block]:
    """The pieces of the text that was drawn up; none before."""
    return blocks(settlement.agreement) if settlement.agreement else []
