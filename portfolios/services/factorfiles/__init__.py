"""The agencies' files into published pools and factors, and into months of the pools that somebody follows."""

from portfolios.domain.factorfiles import Unreadable
from portfolios.services.factorfiles.imports import (
    Refused,
    import_file,
    import_received,
    receive,
    receive_all,
    waiting,
)
from portfolios.services.factorfiles.loanlevel import catch_up, lately_followed

__all__ = [
    "Refused",
    "Unreadable",
    "catch_up",
    "import_file",
    "import_received",
    "lately_followed",
    "receive",
    "receive_all",
    "waiting",
]
