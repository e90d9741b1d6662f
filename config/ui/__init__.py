"""The interface's template builtins: how numbers, dates, meanings and charts look, in one place (docs/components.md).

Settings name `config.ui` as a builtin library and `config.ui.navigation` as a context processor.
"""

from config.ui import blocks, charts, filters, meanings, values, zones
from config.ui.navigation_items import navigation
from config.ui.registry import register

__all__ = ["blocks", "charts", "filters", "meanings", "navigation", "register", "values", "zones"]
