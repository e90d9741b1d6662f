"""How one address is tried."""

from dataclasses import dataclass, field
from typing import Any

from accounts.models import User


@dataclass(frozen=True, slots=True)
class Case:
    """How one address is tried; without `stranger` or `wrong_role` that half is not tried."""

    kwargs: dict[str, Any] = field(default_factory=dict)
    stranger: User | None = None
    wrong_role: User | None = None
    method: str = "get"
