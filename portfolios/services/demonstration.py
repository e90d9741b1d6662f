"""Demonstration data: invented companies, people, tapes and bundles, made by the same services as real ones."""

import io
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction

from accounts.models import Organization, OrganizationKind, Role, User
from accounts.services.people import create_person
from diligence.domain.synthetic import Plan, batches
from diligence.domain.synthetic.files import write_csv
from diligence.models import Run
from diligence.services import finishing, parts, runs
from loans.domain.mapping import Mapping
from loans.models import CriteriaVersion
from loans.services import criteria, intake, tapes
from portfolios.domain.terms import month_after
from portfolios.models import Bundle
from portfolios.services import bundles, demopools, demostories, gridsamples, plans

PASSWORD = "plumb-bob-demo-only"  # noqa: S105 (for the demonstration only, and it says so wherever it is printed)
CRITERIA = Path(__file__).resolve().parent.parent / "reference" / "meridian-2026-11.toml"
NUMBERS = 10_000  # loan numbers that a tape has to itself: no loan stands on two tapes
FIXED = {"amortization_type": ["Fixed"], "mortgage_type": ["Conventional"]}


@dataclass(frozen=True, slots=True)
class Company:
    name: str
    slug: str
    kind: OrganizationKind


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who can sign in to the demonstration."""

    email: str
    name: str
    company: Company
    roles: tuple[Role, ...]
    is_superuser: bool = False


ALDERGATE = Company("Aldergate Home Loans", "aldergate-home-loans", OrganizationKind.LENDER)
CASCADIA = Company("Cascadia Credit Union", "cascadia-credit-union", OrganizationKind.LENDER)
TIDEWATER = Company("Tidewater Mortgage", "tidewater-mortgage", OrganizationKind.LENDER)
MERIDIAN = Company("Meridian Purchasing", "meridian-purchasing", OrganizationKind.PURCHASER)
COPPERLINE = Company("Copperline Capital", "copperline-capital", OrganizationKind.INVESTOR)
OSPREY = Company("Osprey Point Capital", "osprey-point-capital", OrganizationKind.INVESTOR)
LARKFIELD = Company("Larkfield Partners", "larkfield-partners", OrganizationKind.INVESTOR)
STONEHAVEN = Company("Stonehaven Loan Fund", "stonehaven-loan-fund", OrganizationKind.INVESTOR)
OPERATOR = Company("Plumbline Operations", "plumbline-operations", OrganizationKind.OPERATOR)

DANA = Person("dana@aldergate.example", "Dana Okafor", ALDERGATE, (Role.UPLOADER, Role.MANAGER, Role.ADMIN))
LUIS = Person("luis@aldergate.example", "Luis Ferrer", ALDERGATE, (Role.UPLOADER,))
MAY = Person("may@cascadia.example", "May Lindgren", CASCADIA, (Role.UPLOADER, Role.MANAGER, Role.ADMIN))
OWEN = Person("owen@tidewater.example", "Owen Castellan", TIDEWATER, (Role.UPLOADER, Role.MANAGER, Role.ADMIN))
PRIYA = Person("priya@meridian.example", "Priya Raman", MERIDIAN, (Role.REVIEWER,))
TOMAS = Person("tomas@meridian.example", "Tomas Weller", MERIDIAN, (Role.APPROVER, Role.ADMIN))
ANNA = Person("anna@meridian.example", "Anna Bergström", MERIDIAN, (Role.ANALYST,))
INES = Person("ines@copperline.example", "Ines Marchetti", COPPERLINE, (Role.ANALYST, Role.BIDDER))
HANA = Person("hana@aldergate.example", "Hana Lindqvist", ALDERGATE, (Role.MANAGER,))
JOEL = Person("joel@cascadia.example", "Joel Amundsen", CASCADIA, (Role.MANAGER,))
RUTH = Person("ruth@tidewater.example", "Ruth Odell", TIDEWATER, (Role.MANAGER,))
NOOR = Person("noor@osprey.example", "Noor Aziz", OSPREY, (Role.BIDDER, Role.ANALYST))
ELLIS = Person("ellis@larkfield.example", "Ellis Ward", LARKFIELD, (Role.BIDDER,))
MIKA = Person("mika@stonehaven.example", "Mika Hallström", STONEHAVEN, (Role.BIDDER,))
STAFF = Person("staff@plumbline.example", "Sam Whitlock", OPERATOR, (Role.STAFF, Role.ADMIN), is_superuser=True)
PEOPLE = (
    DANA, HANA, LUIS, MAY, JOEL, OWEN, RUTH, PRIYA, TOMAS, ANNA, INES, NOOR, ELLIS, MIKA, STAFF,
)  # fmt: skip


@transaction.atomic
def load(*, at: datetime) -> list[Person]:
    """Make what is not there yet, all of it or nothing; returns everybody who can sign in."""
    users = {person: user_of(person) for person in PEOPLE}
    if not Bundle.objects.filter(lender=users[DANA].organization).exists():
        Story(users, publish(users[TOMAS], at), at).tell()
    return list(PEOPLE)


def user_of(person: Person) -> User:
    known = User.objects.select_related("organization").filter(email=person.email).first()
    if known:
        return known
    company = person.company
    organization, _ = Organization.objects.get_or_create(
        slug=company.slug, defaults={"name": company.name, "kind": company.kind}
    )
    return create_person(
        email=person.email,
        name=person.name,
        password=PASSWORD,
        organization=organization,
        roles=person.roles,
        is_superuser=person.is_superuser,
    )


def publish(by: User, at: datetime) -> CriteriaVersion:
    text = CRITERIA.read_text(encoding="utf-8")
    return criteria.publish(text=text, organization_id=by.organization_id, at=at - timedelta(days=20))


@dataclass(frozen=True)
class Story:
    """Tapes, bundles, pools, sales and a plan, one at each step that a visitor wants to see."""

    users: dict[Person, User]
    criteria: CriteriaVersion
    at: datetime

    def tell(self) -> None:
        aldergate = self.checked(DANA, "Aldergate November", loans=900, seed=4, days=9)
        cascadia = self.checked(MAY, "Cascadia fixed-rate, Q4", loans=400, seed=12, days=4)
        high = self.bundled(aldergate, DANA, "Aldergate Prime 30, November", 8, credit_score_min=760)
        self.signed(self.reviewed(self.offered(high, DANA, 7, due=1), 6), 5)
        middle = self.bundled(
            aldergate, DANA, "Aldergate Fixed, November", 5, credit_score_min=720, credit_score_max=759
        )
        self.reviewed(self.offered(middle, DANA, 4, due=0), 1)
        self.offered(self.bundled(cascadia, MAY, "Cascadia Fixed, Q4", 3), MAY, 2, due=3)
        self.bundled(aldergate, DANA, "Aldergate Affordable, November", 1, clean=True, credit_score_max=719)
        self.pools()
        self.sales()
        self.plan()

    def plan(self) -> None:
        """Loans that nobody was offered yet, and a plan of them that a worker answers: its pools can be accepted."""
        by = self.users[DANA]
        december = self.checked(DANA, "Aldergate December", loans=260, seed=83, days=0.5)
        grids = gridsamples.load_samples(organization=by.organization, by=by, at=self.at)
        plans.create(
            run=december, selection={}, grids=grids, settings={"seconds": 60}, name="Aldergate December", by=by,
            at=self.at,
        )  # fmt: skip

    def sales(self) -> None:
        """A sale that takes bids, one that waits for its award, one that is being settled."""
        bands = {"Prime": (760, 850), "Core": (720, 759), "Affordable": (600, 719)}
        kestrel = self.for_sale(DANA, "Aldergate whole loans", 240, seed=61, days=12, bands=bands)
        demostories.taking_bids(self.cast(HANA), self.users[DANA], kestrel, self.at)
        heron = self.for_sale(MAY, "Cascadia whole loans", 210, seed=67, days=19, bands=bands)
        demostories.opened(self.cast(JOEL), self.users[MAY], heron, self.at)
        tern = self.for_sale(OWEN, "Tidewater whole loans", 120, seed=71, days=42, bands={"All": (600, 850)})
        demostories.settling(self.cast(RUTH), self.users[OWEN], self.users[RUTH], tern, self.at)

    def cast(self, seller_side: Person) -> demostories.Cast:
        """The bidders of all sales; a person of the seller, a purchaser and the operator open the bids."""
        people = {"seller": self.users[seller_side], "witness": self.users[TOMAS], "operator": self.users[STAFF]}
        return demostories.Cast(tuple(self.users[who] for who in (NOOR, ELLIS, MIKA, INES)), people, PASSWORD)

    def for_sale(
        self, who: Person, name: str, loans: int, *, seed: int, days: float, bands: dict[str, tuple[int, int]]
    ) -> dict[str, Bundle]:
        """Bundles without a purchaser, by bands of the credit score."""
        run = self.checked(who, name, loans=loans, seed=seed, days=days)
        return {
            band: bundles.create(
                run=run,
                name=f"{name}, {band.lower()}",
                purchaser=None,
                selection={**FIXED, "clean": True, "credit_score_min": low, "credit_score_max": high},
                by=self.users[who],
                at=self.ago(days - 0.5),
            )
            for band, (low, high) in bands.items()
        }

    def pools(self) -> None:
        """A pool issued three years ago with its months since, and pools that an analyst types in."""
        days = (self.at.date() - month_after(self.at.date(), 1 - demopools.MONTHS)).days - 1.0
        old = self.checked(OWEN, "Tidewater fixed-rate", loans=420, seed=37, days=days + 9)
        bundle = self.bundled(old, OWEN, "Tidewater Fixed", days + 8, clean=True, note_rate_min=6.25)
        approved = self.signed(self.reviewed(self.offered(bundle, OWEN, days + 7, due=1), days + 6), days)
        demopools.issued_pool(bundle=approved, by=self.users[ANNA], at=self.at)
        demopools.followed_pool(by=self.users[ANNA], at=self.at, months=14)
        demopools.followed_pool(by=self.users[INES], at=self.at, months=22, faster=1.6)

    def ago(self, days: float) -> datetime:
        return self.at - timedelta(days=days)

    def checked(self, who: Person, name: str, *, loans: int, seed: int, days: float) -> Run:
        """A synthetic tape, uploaded and checked as workers do it, without a queue."""
        by, moment = self.users[who], self.ago(days)
        text = io.BytesIO()
        tape = Plan(loans=loans, seed=seed, as_of=moment.date(), defects=0.05, first=seed * NUMBERS)
        write_csv(batches(tape), text, None)
        upload = SimpleUploadedFile(f"{name}.csv", text.getvalue())
        version = tapes.receive(upload=upload, by=by, at=moment, name=name).version
        intake.read(version_id=version.pk, clock=lambda: moment)
        version.refresh_from_db()
        mapping = Mapping.from_json(version.mapping or {})
        return in_process(
            runs.start(version=version, criteria=self.criteria, as_of=moment.date(), by=by, at=moment, mapping=mapping),
            moment,
        )

    def bundled(self, run: Run, who: Person, name: str, days: float, **filters: Any) -> Bundle:
        purchaser, by = self.users[PRIYA].organization, self.users[who]
        selection = {**FIXED, **filters}
        return bundles.create(run=run, name=name, purchaser=purchaser, selection=selection, by=by, at=self.ago(days))

    def offered(self, bundle: Bundle, who: Person, days: float, *, due: int) -> Bundle:
        due_on = (self.at + timedelta(days=due)).date()
        return bundles.submit(bundle=bundle, by=self.users[who], at=self.ago(days), due_on=due_on)

    def reviewed(self, bundle: Bundle, days: float) -> Bundle:
        reviewer = self.users[PRIYA]
        if bundle.open_fatal:
            at = self.ago(days + 0.1)
            bundles.kick_out(
                bundle=bundle, rows=None, by=reviewer, at=at, reason="Open fatal findings, not cured in time"
            )
        note = "Read every fatal and warning finding; recommends approval."
        return bundles.review(bundle=bundle, by=reviewer, at=self.ago(days), note=note)

    def signed(self, bundle: Bundle, days: float) -> Bundle:
        return bundles.approve(bundle=bundle, by=self.users[TOMAS], at=self.ago(days))


def in_process(run: Run, moment: datetime) -> Run:
    """All steps of a check one after the other, as the workers would take them."""
    chunks: Collection[int] = runs.advance(run_id=run.pk, clock=lambda: moment)
    for chunk in chunks:
        if parts.check(chunk_id=chunk, worker="demonstration", at=moment):
            finishing.finish(run_id=run.pk, clock=lambda: moment)
    return Run.objects.select_related("version__tape", "criteria", "rulebook").get(pk=run.pk)
