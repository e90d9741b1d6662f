"""The months of one pool with everything that follows from them: paths, speeds, forecasts, gaps, versions."""

from portfolios.queries.series.build import series
from portfolios.queries.series.months import Basis, EarlierValue, Paydown, Series, SeriesMonth, SpeedInputs

__all__ = ["Basis", "EarlierValue", "Paydown", "Series", "SeriesMonth", "SpeedInputs", "series"]
