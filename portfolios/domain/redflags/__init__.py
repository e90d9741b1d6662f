"""Red flags of a pool: what is measured, the settable limits, and the flags with the numbers that raised them."""

from portfolios.domain.redflags.catalog import MEASURES, TYPES, FlagType, Measure
from portfolios.domain.redflags.data import MonthData, blocking, data_flags, raised
from portfolios.domain.redflags.drivers import Driver, driver_flags, drivers
from portfolios.domain.redflags.flag import Flag, FlagKind, Level, Thresholds
from portfolios.domain.redflags.history import History, MonthFacts
from portfolios.domain.redflags.limits import LIMIT, LIMITS, BrokenLimit, Limit, Origin, thresholds
from portfolios.domain.redflags.measures import (
    compound_cpr,
    effective_loan_count,
    largest_group,
    largest_share,
    speed_z,
    standard_error_cpr,
)
from portfolios.domain.redflags.pool import Collateral, Credit, collateral_flags, credit_flags
from portfolios.domain.redflags.sameness import no_worse, same_case
from portfolios.domain.redflags.speed import SpeedHistory, speed_flags

__all__ = [
    "LIMIT",
    "LIMITS",
    "MEASURES",
    "TYPES",
    "BrokenLimit",
    "Collateral",
    "Credit",
    "Driver",
    "Flag",
    "FlagKind",
    "FlagType",
    "History",
    "Level",
    "Limit",
    "Measure",
    "MonthData",
    "MonthFacts",
    "Origin",
    "SpeedHistory",
    "Thresholds",
    "blocking",
    "collateral_flags",
    "compound_cpr",
    "credit_flags",
    "data_flags",
    "driver_flags",
    "drivers",
    "effective_loan_count",
    "largest_group",
    "largest_share",
    "no_worse",
    "raised",
    "same_case",
    "speed_flags",
    "speed_z",
    "standard_error_cpr",
    "thresholds",
]
