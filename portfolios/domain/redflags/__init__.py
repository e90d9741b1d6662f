"""Red flags of a pool: what is measured, the settable limits, and the flags with the numbers that raised them."""

from portfolios.domain.redflags.data import MonthData, data_flags, raised
from portfolios.domain.redflags.flag import Flag, FlagKind, Level, Thresholds
from portfolios.domain.redflags.measures import (
    compound_cpr,
    effective_loan_count,
    largest_group,
    largest_share,
    speed_z,
    standard_error_cpr,
)
from portfolios.domain.redflags.pool import Collateral, Credit, collateral_flags, credit_flags
from portfolios.domain.redflags.speed import SpeedHistory, speed_flags

__all__ = [
    "Collateral",
    "Credit",
    "Flag",
    "FlagKind",
    "Level",
    "MonthData",
    "SpeedHistory",
    "Thresholds",
    "collateral_flags",
    "compound_cpr",
    "credit_flags",
    "data_flags",
    "effective_loan_count",
    "largest_group",
    "largest_share",
    "raised",
    "speed_flags",
    "speed_z",
    "standard_error_cpr",
]
