"""PostgreSQL and Valkey from Python wheels, for a machine that has neither.

Imports neither Django nor the settings: the settings only read the addresses that are written here.
"""

from config.embedded.processes import StackError
from config.embedded.stack import Stack

__all__ = ["Stack", "StackError"]
