"""Nothing here may import Django: tests of the domain run without it."""

import pytest


@pytest.fixture
def deal(db):
    """A lender's checked tape, a purchaser with criteria, and the people on both sides."""
    from tests import snapshots
    from tests.portfolios.deals import make_deal

    return snapshots.made_once("deal", make_deal)
