import pytest


@pytest.fixture
def closing(db):
    """A settlement of one lot of ten loans."""
    from tests import snapshots
    from tests.portfolios.closing import make_closing

    return snapshots.made_once("closing", make_closing)
