"""What a sale's kind needs, and what of it is still open, in sentences: before the announcement and the award."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.db.models import QuerySet
from django.db.models.functions import Lower

from accounts.models import Organization
from loans.queries.fields import fields_by_row
from portfolios.domain.saleneeds import Mix, Need, Relation, Stage, needs, notice_is_short
from portfolios.domain.sales import AssetClass, BidderStatus, LotStatus
from portfolios.domain.saleterms import Terms, kinds
from portfolios.domain.sharedlossforms import forced_sale_on
from portfolios.models import Bidder, BundleLoan, Lot, RelatedParty, Sale, SaleCosts, SaleNeed
from portfolios.queries.advisers import ADVISER, adviser_problems

SURE = {
    "stored": "Read in a public source",
    "recalled": "From memory; check it before relying on it",
    "design": "A choice made here, not a rule of the market",
}
OUT = (BidderStatus.DECLINED, BidderStatus.BARRED)
LISTS = "ombudsman_for_lists"
NO_AFFILIATES = "no_affiliates"
LIST = AssetClass.CUSTOMER_LIST
MODIFIED = ("modification_indicator", "modification_date")


@dataclass(frozen=True, slots=True)
class NeedState:
    """A need of a sale: what is open of it, in sentences, and what was recorded, newest first."""

    need: Need
    open: tuple[str, ...]
    records: tuple[SaleNeed, ...]

    @property
    def sure(self) -> str:
        """How sure it is that the sale needs this."""
        return SURE[self.need.status]

    @property
    def met(self) -> bool:
        return not self.open


def open_needs(sale: Sale) -> list[str]:
    """What must be seen to before the sale is announced, one sentence each; nothing when all is."""
    return _open(sale, Stage.ANNOUNCEMENT)


def open_before_award(sale: Sale) -> list[str]:
    """What must be seen to before the sale is awarded; what the announcement needed still holds then."""
    return [*_open(sale, Stage.ANNOUNCEMENT), *_open(sale, Stage.AWARD)]


def _open(sale: Sale, stage: Stage) -> list[str]:
    return [problem for state in states(sale) if state.need.before == stage for problem in state.open]


def states(sale: Sale) -> list[NeedState]:
    """Every need of the sale, in the order of its kind."""
    records = list(sale.needs.select_related("by", "document", "bidder__organization"))
    return [_state(sale, needs()[code], records) for code in codes_of(sale)]


def codes_of(sale: Sale) -> list[str]:
    """The needs of the sale's kind; a list of customers needs its ombudsman whatever the kind."""
    found = list(kinds()[sale.kind].needs_under(Terms.from_json(sale.terms)))
    if LISTS not in found and sale.lots.filter(asset_class=AssetClass.CUSTOMER_LIST).exists():
        found.append(LISTS)
    return found


def _state(sale: Sale, need: Need, records: Sequence[SaleNeed]) -> NeedState:
    mine = tuple(record for record in records if record.code == need.code)
    return NeedState(need, tuple(FINDERS[need.code](sale, mine)), mine)


def _unless_recorded(sentence: str) -> "Finder":
    """A finder for a need that any record of it sees to."""

    def finder(sale: Sale, records: Sequence[SaleNeed]) -> list[str]:
        return [] if records else [sentence]

    return finder


def _not_one_bidder(sale: Sale, records: Sequence[SaleNeed]) -> list[str]:
    invited = _taking_part(sale).count()
    return [] if invited == 1 else [f"This kind of sale has exactly one bidder; {invited} are invited."]


def _notice_open(sale: Sale, records: Sequence[SaleNeed]) -> list[str]:
    if not records:
        return ["The written notice to the receiver is not recorded."]
    if sale.bids_due_at is None:
        return []
    due = sale.bids_due_at.astimezone(ZoneInfo(sale.time_zone)).date()
    short = notice_is_short(records[0].on, due)
    return [short] if short else []


def _demand_open(sale: Sale, records: Sequence[SaleNeed]) -> list[str]:
    covering = SaleCosts.objects.select_related("agreement").filter(sale=sale).first()
    if covering is None:
        return ["No agreement covers the sale, so it is not known from when the receiver may demand it."]
    if not records:
        return ["The receiver's written demand is not recorded."]
    after = forced_sale_on(covering.agreement.terminates_on)
    if records[0].on > after:
        return []
    return [f"The receiver may demand a sale after {after:%b %-d, %Y}; its demand is of {records[0].on:%b %-d, %Y}."]


def _adviser_open(sale: Sale, records: Sequence[SaleNeed]) -> list[str]:
    return adviser_problems(sale)


def _mixed_lots(sale: Sale, records: Sequence[SaleNeed]) -> list[str]:
    return [mix.problem for mix in mixes(sale) if mix.problem]


def mixes(sale: Sale) -> list[Mix]:
    """How many loans of each lot are restructured, by the modification fields of its tape."""
    lots = sale.lots.filter(bundle__isnull=False).exclude(status=LotStatus.WITHDRAWN).select_related("bundle__run")
    return [mix_of(lot) for lot in lots]


def mix_of(lot: Lot) -> Mix:
    """The kept loans of a lot by whether they were modified: by the indicator, or by a date of modification."""
    bundle = lot.bundle
    if bundle is None:
        return Mix(lot.code, 0, 0, 0)
    rows = BundleLoan.objects.filter(bundle=bundle, kicked_out="").exclude(loan_id__in=lot.details.get("dropped", []))
    loans = fields_by_row(bundle.run.version_id, set(rows.values_list("row_no", flat=True)), MODIFIED).values()
    told = [(loan["modification_indicator"], loan["modification_date"]) for loan in loans]
    modified = sum(bool(indicator) or day is not None for indicator, day in told)
    silent = told.count((None, None))
    return Mix(lot.code, modified, len(told) - modified - silent, silent)


def _affiliates(sale: Sale, records: Sequence[SaleNeed]) -> list[str]:
    found = [] if records else ["The seller's list of affiliates and contractors is not confirmed."]
    organizations = Organization.objects.filter(biddings__in=_taking_part(sale))
    return found + [sentence for each in organizations if (sentence := barred_because(sale, each))]


def barred_because(sale: Sale, organization: Organization) -> str:
    """Why an organization may not bid in this sale, as the seller's related party; nothing where it may."""
    if NO_AFFILIATES not in codes_of(sale):
        return ""
    party = (
        RelatedParty.objects.filter(seller_id=sale.seller_id, ended_at=None)
        .annotate(lowered=Lower("name"))
        .filter(lowered=organization.name.lower())
        .first()
    )
    if party is None and organization.pk != sale.seller_id:
        return ""
    if party is None:
        return "The seller cannot bid in its own sale."
    relation = Relation(party.relation).words
    article = "an" if relation[0] == "a" else "a"
    return f"{organization} cannot bid in this sale: it is {article} {relation} of {sale.seller}."


def _certificates(sale: Sale, records: Sequence[SaleNeed]) -> list[str]:
    certified = [record.bidder_id for record in records if record.bidder_id]
    qualified = bidders_to_certify(sale).filter(status=BidderStatus.QUALIFIED).exclude(pk__in=certified)
    return [f"The eligibility certificate of {bidder.organization} is not recorded." for bidder in qualified]


def bidders_to_certify(sale: Sale) -> QuerySet[Bidder]:
    """Bidders that take part, each of which certifies that it may buy before it is qualified."""
    return _taking_part(sale).select_related("organization")


def lacks_certificate(bidder: Bidder) -> bool:
    """Whether this kind of sale asks the bidder for a certificate that is not recorded yet."""
    code = "eligibility_certificate"
    return code in kinds()[bidder.sale.kind].needs and not bidder.certificates.filter(code=code).exists()


def _ombudsman(sale: Sale, records: Sequence[SaleNeed]) -> list[str]:
    lists = sale.lots.filter(asset_class=AssetClass.CUSTOMER_LIST).exclude(status=LotStatus.WITHDRAWN)
    return [sentence for lot in lists for sentence in list_problems(lot)]


def list_problems(lot: Lot) -> list[str]:
    """Why a list of customers cannot be awarded yet."""
    details = lot.details
    asked = details.get("ombudsman_required", True)
    if asked and not details.get("ombudsman_reported_on"):
        return [f"The consumer privacy ombudsman has not reported on lot {lot.code}."]
    if details.get("personal_data", True) and details.get("consent_basis") == "none" and not asked:
        return [f"Lot {lot.code} sells personal data without consent, which needs the report of an ombudsman."]
    return []


def delivery_problems(lot: Lot) -> list[str]:
    """Why an awarded list of customers cannot be delivered yet."""
    tests = {
        f"The people who opted out are still on lot {lot.code}.": not lot.details.get("opt_outs_removed", False),
        f"The buyer of lot {lot.code} has not taken over its privacy policy.": not lot.details.get(
            "buyer_adopts", False
        ),
    }
    return [sentence for sentence, holds in tests.items() if holds] if lot.asset_class == LIST else []


def _taking_part(sale: Sale) -> QuerySet[Bidder]:
    return sale.bidders.exclude(status__in=OUT)


Finder = Callable[[Sale, Sequence[SaleNeed]], list[str]]
FINDERS: dict[str, Finder] = {
    "single_bidder": _not_one_bidder,
    "buyer_covenants": _unless_recorded("The covenants that the buyer takes over are not written down."),
    "eligibility_certificate": _certificates,
    "receiver_consent": _unless_recorded("The receiver's consent is not recorded."),
    "notice_30_days": _notice_open,
    "receiver_demand": _demand_open,
    ADVISER: _adviser_open,
    "separate_restructured": _mixed_lots,
    NO_AFFILIATES: _affiliates,
    "court_order": _unless_recorded("The court's order of the bid procedures is not recorded."),
    LISTS: _ombudsman,
}
