"""Addenda as people read them: what changed by lot, and which tape replaced which."""

from dataclasses import dataclass

from portfolios.models import Addendum, Sale

WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Changed:
    """What an addendum did to a lot: it was withdrawn, or so many loans left it."""

    code: str
    dropped: tuple[str, ...]
    withdrawn: bool

    @property
    def words(self) -> str:
        if self.withdrawn:
            return f"Lot {self.code} was withdrawn"
        loans = "1 loan" if len(self.dropped) == 1 else f"{len(self.dropped):,} loans"
        return f"{loans} left lot {self.code}"


@dataclass(frozen=True, slots=True)
class Published:
    """An addendum with its changes."""

    addendum: Addendum
    changed: tuple[Changed, ...]


def changes_of(sale: Sale) -> list[Published]:
    """Every addendum, the newest first."""
    found = sale.addenda.select_related("published_by").order_by("-number")
    return [Published(addendum, changed(addendum)) for addendum in found]


def changed(addendum: Addendum) -> tuple[Changed, ...]:
    return tuple(
        Changed(code, () if what == WITHDRAWN else tuple(what), what == WITHDRAWN)
        for code, what in sorted(addendum.changes.items())
        if what
    )
