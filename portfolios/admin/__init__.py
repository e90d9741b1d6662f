"""Bundles, pools and sales for operator staff: to read, search and follow."""

from portfolios.admin import bundles, plans, poolfiles, sales, securities, settlements

__all__ = ["bundles", "plans", "poolfiles", "sales", "securities", "settlements"]
