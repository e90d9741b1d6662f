"""What people read while a worker does something for a bundle."""

from dataclasses import dataclass

from loans.models import TapeChunk
from portfolios.domain.lifecycles import PICKS, Step
from portfolios.models import Bundle
from portfolios.models.bundles import BundleWork


@dataclass(frozen=True)
class Progress:
    """`percent` of the parts of the tape are looked through; None when the rest of the work has no parts."""

    title: str
    note: str
    percent: int | None = None
    tries: int = 1


TITLES = {
    Step.CREATED: "The bundle is being put together",
    Step.PICKED_AGAIN: "The loans are being picked again",
    Step.SUBMITTED: "The bundle is being added up, then it goes to the purchaser",
    Step.APPROVED: "The approval is signed, and the list is being frozen",
}
ADDING_UP = "Findings, strata, limits and duplicates are being added up."


def progress(bundle: Bundle, work: BundleWork) -> Progress:
    """How far the work is, in one query at most."""
    title = TITLES.get(Step(work.step), "The figures are being added up")
    if work.step in PICKS:
        parts = TapeChunk.objects.filter(version_id=bundle.run.version_id).count()
        if work.parts_done < parts:
            note = f"Part {work.parts_done + 1:,} of {parts:,} of the tape is being looked through for loans to pick."
            return Progress(title, note, 100 * work.parts_done // parts, work.attempts)
    return Progress(title, ADDING_UP, tries=work.attempts)
