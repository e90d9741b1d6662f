"""The lifecycles of a run and of a finding: tables of transitions, nothing else."""

from enum import IntEnum, StrEnum


class RunStatus(StrEnum):
    PREPARING = "preparing"  # the tape becomes typed values; parts are not known yet
    CHECKING = "checking"  # parts are being checked
    FINISHING = "finishing"  # all parts are checked; whole-tape rules, strata and totals follow
    DONE = "done"
    FAILED = "failed"  # the tape could not be prepared; the problem says why
    STOPPED = "stopped"  # a person stopped it


RUN_TRANSITIONS: dict[RunStatus, tuple[RunStatus, ...]] = {
    RunStatus.PREPARING: (RunStatus.CHECKING, RunStatus.FAILED, RunStatus.STOPPED),
    RunStatus.CHECKING: (RunStatus.FINISHING, RunStatus.FAILED, RunStatus.STOPPED),
    RunStatus.FINISHING: (RunStatus.DONE, RunStatus.FAILED),
    RunStatus.DONE: (),
    RunStatus.FAILED: (),
    RunStatus.STOPPED: (),
}


class FindingStatus(IntEnum):
    OPEN = 0
    VERIFIED = 1  # a person confirmed that the value is right
    WAIVED = 2  # accepted with reasons by someone with authority
    DISPUTED = 3  # the lender says the rule is wrong here; still open for counts


FINDING_TRANSITIONS: dict[FindingStatus, tuple[FindingStatus, ...]] = {
    FindingStatus.OPEN: (FindingStatus.VERIFIED, FindingStatus.WAIVED, FindingStatus.DISPUTED),
    FindingStatus.DISPUTED: (FindingStatus.OPEN, FindingStatus.WAIVED, FindingStatus.VERIFIED),
    FindingStatus.VERIFIED: (FindingStatus.OPEN,),
    FindingStatus.WAIVED: (FindingStatus.OPEN,),
}


class Severity(IntEnum):
    FATAL = 1
    WARNING_TO_FATAL = 2
    WARNING = 3
    INFORMATIONAL = 4
