"""Bundles and pools for operator staff: to read, search and follow."""

from portfolios.admin import bundles, poolfiles, securities

__all__ = ["bundles", "poolfiles", "securities"]
