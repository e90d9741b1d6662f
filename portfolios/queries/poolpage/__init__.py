"""What the pages of one pool show."""

from portfolios.queries.poolpage.charts import range_links
from portfolios.queries.poolpage.matrix import Asked, Matrix
from portfolios.queries.poolpage.months import MonthPage, MonthsPage, month_page, months_page
from portfolios.queries.poolpage.page import PoolPage, pool_page
from portfolios.queries.poolpage.working import Line, Working, workings

__all__ = [
    "Asked",
    "Line",
    "Matrix",
    "MonthPage",
    "MonthsPage",
    "PoolPage",
    "Working",
    "month_page",
    "months_page",
    "pool_page",
    "range_links",
    "workings",
]
