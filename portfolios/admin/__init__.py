"""Bundles and pools for operator staff: to read, search and follow."""

from portfolios.admin import bundles, securities

__all__ = ["bundles", "securities"]
