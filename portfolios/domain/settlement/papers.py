"""The papers of a settlement that take a worker's time when the loans are many."""

from enum import StrEnum


class Paper(StrEnum):
    AGREEMENT = "agreement"
    STATEMENT = "statement"
    TRUE_UP = "true_up"
