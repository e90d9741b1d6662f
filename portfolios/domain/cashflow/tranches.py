"""Principal of simple tranches out of a pool's principal: sequential, planned (PAC) and support.

By the texts of Fabozzi & Jones, chapter 30; all arrays are principal in USD by month.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def pac_schedule(slow: Floats, fast: Floats) -> Floats:
    """Schedule of a planned class: the lesser of the pool's principal at the two speeds of its band, by month."""
    return np.minimum(slow, fast)


def sequential_principal(principal: Floats, sizes: Sequence[float]) -> list[Floats]:
    """Principal of tranches paid one after the other, each to zero before the next; sizes in USD."""
    paid = np.cumsum(principal)
    tops = np.cumsum(sizes)
    bottoms = tops - np.asarray(sizes, dtype=float)
    received = [np.clip(paid - bottom, 0.0, size) for bottom, size in zip(bottoms, sizes, strict=True)]
    return [np.diff(total, prepend=0.0) for total in received]


def support_principal(principal: Floats, schedule: Floats, pac_size: float) -> tuple[Floats, Floats]:
    """Principal of a PAC and of its support: the support takes what is over the schedule, and stands back when short.

    What the schedule is behind is paid when principal allows; once the support is gone all principal goes to the PAC.
    """
    support_left, pac_left, due = float(principal.sum()) - pac_size, pac_size, 0.0
    pac, support = np.zeros_like(principal), np.zeros_like(principal)
    for month, available in enumerate(principal):
        due = min(due + schedule[month], pac_left)
        pac[month] = min(available, due)
        support[month] = min(available - pac[month], support_left)
        pac[month] += available - pac[month] - support[month]
        due = max(due - pac[month], 0.0)
        pac_left, support_left = pac_left - pac[month], support_left - support[month]
    return pac, support
