from loans.models.criteria import CriteriaVersion
from loans.models.loans import Loan
from loans.models.mappings import SavedMapping
from loans.models.reference import ReferenceRow, ReferenceTable
from loans.models.tapes import Tape, TapeChunk, TapeVersion

__all__ = [
    "CriteriaVersion",
    "Loan",
    "ReferenceRow",
    "ReferenceTable",
    "SavedMapping",
    "Tape",
    "TapeChunk",
    "TapeVersion",
]
