"""The lifecycle of a sale, one for all kinds: what differs between kinds is data (`sale_kinds.toml`)."""

from enum import StrEnum


class SaleStatus(StrEnum):
    DRAFT = "draft"  # the seller puts lots, terms and openers together
    OPEN = "open"  # announced; bidders look, ask and seal their bids
    CLOSED = "closed"  # the deadline passed; nothing can be added, nothing is readable yet
    OPENED = "opened"  # the openers opened all bids together
    AUCTION = "auction"  # those whose sealed bids qualified bid on in the open; then it stands opened again
    FINAL_ROUND = "final_round"  # best and final: the same again among those the instructions name
    AWARDED = "awarded"  # two people signed the awards; bidders were told
    SETTLED = "settled"  # every awarded lot is paid for
    NO_AWARD = "no_award"  # the seller rejected all bids, as it always may
    CANCELLED = "cancelled"  # envelopes are deleted and were never opened


SALE_TRANSITIONS: dict[SaleStatus, tuple[SaleStatus, ...]] = {
    SaleStatus.DRAFT: (SaleStatus.OPEN, SaleStatus.CANCELLED),
    SaleStatus.OPEN: (SaleStatus.CLOSED, SaleStatus.CANCELLED),
    SaleStatus.CLOSED: (SaleStatus.OPENED, SaleStatus.CANCELLED),
    SaleStatus.OPENED: (SaleStatus.AUCTION, SaleStatus.FINAL_ROUND, SaleStatus.AWARDED, SaleStatus.NO_AWARD),
    SaleStatus.AUCTION: (SaleStatus.OPENED, SaleStatus.NO_AWARD),
    SaleStatus.FINAL_ROUND: (SaleStatus.CLOSED, SaleStatus.NO_AWARD),
    SaleStatus.AWARDED: (SaleStatus.SETTLED, SaleStatus.NO_AWARD),
    SaleStatus.SETTLED: (),
    SaleStatus.NO_AWARD: (),
    SaleStatus.CANCELLED: (),
}
TAKES_BIDS = (SaleStatus.OPEN, SaleStatus.FINAL_ROUND)
SEEN_BY_BIDDERS = tuple(status for status in SaleStatus if status != SaleStatus.DRAFT)


class AssetClass(StrEnum):
    """What a lot holds."""

    MORTGAGE = "mortgage"
    OTHER_LOANS = "other_loans"
    CUSTOMER_LIST = "customer_list"  # bidders see counts and strata, never a row


class PriceUnit(StrEnum):
    """What a price of a lot is in."""

    PERCENT = "percent"  # of the cut-off balance, five decimals
    USD = "usd"  # dollars for the whole lot, two decimals, where there is no balance to take percents of


class LotStatus(StrEnum):
    OFFERED = "offered"
    WITHDRAWN = "withdrawn"
    AWARDED = "awarded"
    UNSOLD = "unsold"
    SETTLED = "settled"


LOT_TRANSITIONS: dict[LotStatus, tuple[LotStatus, ...]] = {
    LotStatus.OFFERED: (LotStatus.WITHDRAWN, LotStatus.AWARDED, LotStatus.UNSOLD),
    LotStatus.WITHDRAWN: (),
    LotStatus.AWARDED: (LotStatus.SETTLED, LotStatus.UNSOLD),
    LotStatus.UNSOLD: (),
    LotStatus.SETTLED: (),
}


class BidderStatus(StrEnum):
    INVITED = "invited"
    CONFIDENTIAL = "confidential"  # signed the confidentiality agreement; sees the data room's second tier
    QUALIFIED = "qualified"  # may bid, until the date its qualification ends
    DECLINED = "declined"
    BARRED = "barred"  # an affiliate, a contractor, or a past breach


BIDDER_TRANSITIONS: dict[BidderStatus, tuple[BidderStatus, ...]] = {
    BidderStatus.INVITED: (BidderStatus.CONFIDENTIAL, BidderStatus.DECLINED, BidderStatus.BARRED),
    BidderStatus.CONFIDENTIAL: (BidderStatus.QUALIFIED, BidderStatus.DECLINED, BidderStatus.BARRED),
    BidderStatus.QUALIFIED: (BidderStatus.DECLINED, BidderStatus.BARRED),
    BidderStatus.DECLINED: (BidderStatus.INVITED,),
    BidderStatus.BARRED: (),
}


class EntryKind(StrEnum):
    """What an entry of the sealed record is."""

    BID = "bid"
    WITHDRAWAL = "withdrawal"
    RESERVE = "reserve"


class SettlementStatus(StrEnum):
    DILIGENCE = "diligence"  # bring-down checks; the buyer proposes kick-outs
    AGREED = "agreed"  # the loans and the price stand
    SIGNED = "signed"  # both sides signed the purchase agreement
    FUNDED = "funded"  # the buyer said it paid
    SETTLED = "settled"  # the seller confirmed the money, the buyer the loans
    FAILED = "failed"


SETTLEMENT_TRANSITIONS: dict[SettlementStatus, tuple[SettlementStatus, ...]] = {
    SettlementStatus.DILIGENCE: (SettlementStatus.AGREED, SettlementStatus.FAILED),
    SettlementStatus.AGREED: (SettlementStatus.SIGNED, SettlementStatus.DILIGENCE, SettlementStatus.FAILED),
    SettlementStatus.SIGNED: (SettlementStatus.FUNDED, SettlementStatus.FAILED),
    SettlementStatus.FUNDED: (SettlementStatus.SETTLED, SettlementStatus.SIGNED),
    SettlementStatus.SETTLED: (),
    SettlementStatus.FAILED: (),
}
