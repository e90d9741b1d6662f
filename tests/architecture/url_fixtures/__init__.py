"""For every app: objects behind its addresses, and who must not reach them.

Each room has one file whose functions make the objects and return a case for every address with arguments, and for
every address that only some roles may open. A `stranger` belongs to another organization and must get 404, as if the
object did not exist; a person of the `wrong_role` must get 403 with the reason.
"""

from collections.abc import Callable

from tests.architecture.url_fixtures import pools, sales
from tests.architecture.url_fixtures.accounts import accounts
from tests.architecture.url_fixtures.auctions import auctions
from tests.architecture.url_fixtures.bundles import bundles
from tests.architecture.url_fixtures.case import Case
from tests.architecture.url_fixtures.diligence import diligence
from tests.architecture.url_fixtures.loans import loans
from tests.architecture.url_fixtures.open_to_all import FOR_EVERYBODY, PUBLIC, PUBLISHED
from tests.architecture.url_fixtures.plans import planning
from tests.architecture.url_fixtures.settlements import settlements

ROOMS_OF_PORTFOLIOS: tuple[Callable[[], dict[str, Case]], ...] = (
    bundles,
    pools.red_flags,
    pools.pool_pages,
    pools.pool_files,
    pools.kept_pools,
    settlements,
    planning,
    sales.sale_pages,
    auctions,
    sales.ceremonies,
    sales.bidding,
)


def portfolios() -> dict[str, Case]:
    return {name: case for room in ROOMS_OF_PORTFOLIOS for name, case in room().items()}


CASES_OF_APP: dict[str, Callable[[], dict[str, Case]]] = {
    "accounts": accounts,
    "loans": loans,
    "diligence": diligence,
    "portfolios": portfolios,
}

__all__ = ["CASES_OF_APP", "FOR_EVERYBODY", "PUBLIC", "PUBLISHED", "Case"]
