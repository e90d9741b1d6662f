import pytest

from portfolios.models.plans import PoolingPlan
from tests.portfolios.plans import answered


@pytest.fixture
def plan(db) -> PoolingPlan:
    """An answered plan over 120 synthetic loans."""
    return answered()
