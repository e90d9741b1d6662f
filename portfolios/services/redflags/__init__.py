"""Looking at pools and judging their red flags."""

from portfolios.services.redflags.judging import explain, reopen, see
from portfolios.services.redflags.looks import watch

__all__ = ["explain", "reopen", "see", "watch"]
