"""Nothing here may import Django: tests of the domain run without it."""

import pytest


@pytest.fixture
def deal(db):
    """A lender's checked tape, a purchaser with criteria, and the people on both sides."""
    from tests.portfolios.deals import make_deal

    return make_deal()
