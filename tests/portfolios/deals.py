"""One deal: a lender's checked tape, a purchaser with criteria, and the people on both sides."""

from dataclasses import dataclass

from accounts.models import Organization, Role, User
from diligence.models import Run
from portfolios.models import Bundle
from portfolios.services import bundles
from tests.diligence.services.pipeline import NOW
from tests.portfolios import offers


@dataclass
class Deal:
    manager: User
    purchaser: Organization
    reviewer: User
    approver: User
    analyst: User
    run: Run

    def draft(self, **selection) -> Bundle:
        return offers.draft(self.run, self.purchaser, by=self.manager, **selection)

    def submitted(self, **selection) -> Bundle:
        return bundles.submit(bundle=self.draft(**selection), by=self.manager, at=NOW)

    def reviewed(self, **selection) -> Bundle:
        return bundles.review(bundle=self.submitted(**selection), by=self.reviewer, at=NOW, note="Read.")

    def approved(self, **selection) -> Bundle:
        return bundles.approve(bundle=self.reviewed(clean=True, **selection), by=self.approver, at=NOW)


def make_deal() -> Deal:
    purchaser, manager = offers.purchaser(), offers.lender()
    people = [offers.person(purchaser, role) for role in (Role.REVIEWER, Role.APPROVER, Role.ANALYST)]
    return Deal(manager, purchaser, *people, offers.checked(manager, offers.published(purchaser)))
