from diligence.models.decisions import Decision
from diligence.models.exports import Export
from diligence.models.findings import Finding, LoanResult
from diligence.models.runs import RulebookVersion, RuleTally, Run, RunChunk, RunRule
from diligence.models.watches import RunWatch

__all__ = [
    "Decision",
    "Export",
    "Finding",
    "LoanResult",
    "RuleTally",
    "RulebookVersion",
    "Run",
    "RunChunk",
    "RunRule",
    "RunWatch",
]
