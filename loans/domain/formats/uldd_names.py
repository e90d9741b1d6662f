"""The layout of MISMO ULDD deliveries."""

from __future__ import annotations

from loans.domain.formats.layouts import Layout

ULDD = Layout("uldd", "MISMO ULDD delivery (XML)")
