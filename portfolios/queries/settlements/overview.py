"""The overview of a settlement: how far it is, who must act and how, the working of the wire, and the signatures."""

from dataclasses import dataclass
from decimal import Decimal

from django.urls import reverse

from accounts.models import User
from config.ui import dates, numbers
from portfolios.domain.sales import SettlementStatus as Status
from portfolios.domain.settlement import Paper, TrueUpState
from portfolios.models import Award, Bidder, Settlement, TrueUp
from portfolios.queries.settlements.figures import Figures, most_out, terms_of
from portfolios.queries.settlements.sides import SELLER, is_buyer, is_seller, payee_of, payer_of, wire_of
from portfolios.queries.settlements.trueups import open_true_up

STEPS = ("Award", "Bring-down and kick-outs", "Agreement", "Wire", "Settled")
AT_STEP = {Status.DILIGENCE: 1, Status.AGREED: 2, Status.SIGNED: 3, Status.FUNDED: 3, Status.SETTLED: 5}
WORDS = {
    Status.DILIGENCE: "Bring-down",
    Status.AGREED: "List closed",
    Status.SIGNED: "Agreement signed",
    Status.FUNDED: "Wire sent",
    Status.SETTLED: "Settled",
    Status.FAILED: "Ended without a sale",
}


@dataclass(frozen=True, slots=True)
class Step:
    """A step on the way; the one at which the settlement stands is current."""

    label: str
    done: bool
    current: bool


@dataclass(frozen=True, slots=True)
class Turn:
    """Who has to act and what for: a sentence, and for whoever it is the way there."""

    tone: str
    strong: str
    rest: str = ""
    link: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the working: what, how it is known, USD; a sum has a rule above it. None is not known yet."""

    label: str
    note: str
    amount: Decimal | None
    is_sum: bool = False


def steps(settlement: Settlement) -> tuple[Step, ...]:
    at = AT_STEP.get(Status(settlement.status), 0)
    return tuple(Step(label, place < at, place == at) for place, label in enumerate(STEPS))


def word(settlement: Settlement) -> str:
    return WORDS[Status(settlement.status)]


def url_of(settlement: Settlement, name: str) -> str:
    """The address of a tab of the settlement; "" is the overview."""
    name = f"settlement-{name}" if name else "settlement"
    return reverse(f"portfolios:{name}", args=[settlement.award.sale.number, settlement.pk])


def turn(settlement: Settlement, found: Figures, user: User) -> Turn:
    """What is next, said to the person who reads it."""
    by_status = {
        Status.DILIGENCE: _in_diligence,
        Status.AGREED: _to_sign,
        Status.SIGNED: _to_fund,
        Status.FUNDED: _to_confirm,
    }
    if step := by_status.get(Status(settlement.status)):
        return step(settlement, found, user)
    if settlement.status == Status.SETTLED:
        if open_one := open_true_up(settlement):
            return true_up_turn(settlement, open_one, user)
        rest = f"{numbers.money_cents(settlement.price)} for {numbers.count(found.kept)} loans." if found.kept else ""
        return Turn("pass", "Paid and delivered.", rest, "What follows", url_of(settlement, "after"))
    return Turn("fatal", "Ended without a sale.", "Its lots are unsold. The history says why.")


def under_way(settlement: Settlement, paper: Paper) -> bool:
    """Whether a worker draws a paper up, or will."""
    return settlement.works.filter(paper=paper, problem="").exists()


def _who(user: User, settlement: Settlement, seller: bool) -> str:
    """Whose turn it is, in the words of whoever reads it."""
    mine = is_seller(user, settlement) if seller else is_buyer(user, settlement)
    return "You" if mine else str(settlement.award.sale.seller if seller else settlement.buyer)


def _in_diligence(settlement: Settlement, found: Figures, user: User) -> Turn:
    if found.waiting:
        loans = "1 loan waits" if found.waiting == 1 else f"{numbers.count(found.waiting)} loans wait"
        who = _who(user, settlement, seller=True)
        answers = "your answer" if who == "You" else f"the answer of {who}"
        rest = f"{numbers.money_cents(found.upb_waiting)} of balance is asked out."
        return Turn(
            "warning", f"{loans} for {answers}.", rest, "Kick-outs", f"{url_of(settlement, 'loans')}?show=proposed"
        )
    if settlement.buyer_agreed_by_id or settlement.seller_agreed_by_id:
        who = _who(user, settlement, seller=not settlement.seller_agreed_by_id)
        verb = "have" if who == "You" else "has"
        return Turn("accent", f"{who} {verb} to agree to the loans and the price.", "The other side agreed.")
    if not found.loans:
        return Turn("accent", "Both sides agree to the price.", "These lots hold no list of loans to check.")
    if not settlement.runs.exists():
        who = _who(user, settlement, seller=False)
        verb = "check" if who == "You" else "checks"
        rest = f"At most {numbers.money_cents(most_out(settlement, found))} of balance may leave."
        return Turn(
            "accent", f"{who} {verb} the loans once more.", rest, "Bring-down", url_of(settlement, "bring-down")
        )
    rest = "The buyer may ask loans out, or both sides agree to the list as it stands."
    return Turn("accent", "The loans were checked once more.", rest, "Findings", url_of(settlement, "bring-down"))


def _to_sign(settlement: Settlement, found: Figures, user: User) -> Turn:
    agreement = url_of(settlement, "agreement")
    if not settlement.agreement:
        if under_way(settlement, Paper.AGREEMENT):
            return Turn("accent", "The purchase agreement is being drawn up.", "", "Agreement", agreement)
        who = _who(user, settlement, seller=True)
        verb = "draw" if who == "You" else "draws"
        return Turn(
            "accent", f"{who} {verb} up the purchase agreement.", "Loans and price stand.", "Agreement", agreement
        )
    if settlement.seller_signed_by_id or settlement.buyer_signed_by_id:
        who = _who(user, settlement, seller=not settlement.seller_signed_by_id)
        verb = "sign" if who == "You" else "signs"
        return Turn("accent", f"{who} {verb} the agreement.", "The other side signed.", "Agreement", agreement)
    return Turn(
        "accent", "Both sides sign the agreement.", "It covers the loans and the price.", "Agreement", agreement
    )


def _to_fund(settlement: Settlement, found: Figures, user: User) -> Turn:
    statement = url_of(settlement, "statement")
    if settlement.funds is None:
        if under_way(settlement, Paper.STATEMENT):
            return Turn("accent", "The settlement statement is being drawn up.", "", "Statement", statement)
        who = _who(user, settlement, seller=True)
        verb = "draw" if who == "You" else "draws"
        return Turn(
            "accent", f"{who} {verb} up the settlement statement.", "The agreement is signed.", "Statement", statement
        )
    owed = wire_of(settlement)
    who = _who(user, settlement, seller=payer_of(settlement) == SELLER)
    if not owed:
        verb = "say" if who == "You" else "says"
        return Turn("accent", f"{who} {verb} that nothing is due.", "The deposit covers it.", "Statement", statement)
    verb = "send" if who == "You" else "sends"
    back = " back" if owed < 0 else ""
    wire = f"{numbers.money_cents(abs(owed))}{back}"
    day = dates.day_year(settlement.settles_on)
    return Turn(
        "accent", f"{who} {verb} {wire} by {day}.", "The statement shows how it adds up.", "Statement", statement
    )


def _to_confirm(settlement: Settlement, found: Figures, user: User) -> Turn:
    wire, waiting = wire_of(settlement), []
    if not settlement.confirmed_by_id:
        who = _who(user, settlement, seller=payee_of(settlement) == SELLER)
        what = f"{numbers.money_cents(abs(wire))} arrived" if wire else "nothing is due"
        waiting.append(f"{who} {'confirm' if who == 'You' else 'confirms'} that {what}")
    if not settlement.received_by_id:
        who = _who(user, settlement, seller=False)
        who = who if not waiting or who != "You" else "you"
        verb = "confirm" if who.lower() == "you" else "confirms"
        waiting.append(f"{who} {verb} that the loans arrived")
    reference = f"Wire {settlement.wire_reference}." if settlement.wire_reference else ""
    return Turn("accent", f"{', and '.join(waiting)}.", reference)


def true_up_turn(settlement: Settlement, true_up: TrueUp, user: User) -> Turn:
    """What is next in an open true-up, said to the person who reads it."""
    link, url = "True-up", url_of(settlement, "true-up")
    owed = numbers.money_cents(true_up.owed)
    if true_up.state in (TrueUpState.AGREED, TrueUpState.PAID):
        sent = true_up.state == TrueUpState.PAID
        who = _who(user, settlement, seller=(true_up.payer == SELLER) != sent)
        verb = ("confirm" if sent else "send") + ("" if who == "You" else "s")
        what = f"{verb} that {owed} arrived" if sent else f"{verb} {owed}"
        return Turn("accent", f"{who} {what}.", "It is the true-up of the closing.", link, url)
    if true_up.state == TrueUpState.DRAWN:
        given = true_up.seller_agreed_by_id or true_up.buyer_agreed_by_id
        if not given:
            return Turn("accent", "Both sides look at the true-up.", true_up_words(settlement, true_up), link, url)
        who = _who(user, settlement, seller=not true_up.seller_agreed_by_id)
        verb = "agree" if who == "You" else "agrees"
        return Turn("accent", f"{who} {verb} to the true-up, or not.", "The other side agreed.", link, url)
    if true_up.state == TrueUpState.CONTESTED:
        who = _who(user, settlement, seller=True)
        verb = "state" if who == "You" else "states"
        return Turn("warning", f"The buyer contests the true-up. {who} {verb} other figures.", true_up.note, link, url)
    return Turn("accent", "The true-up is being drawn up.", "Final figures were stated.", link, url)


def true_up_words(settlement: Settlement, true_up: TrueUp) -> str:
    """Who pays how much by a true-up."""
    if not true_up.payer:
        return "Nothing is owed by it."
    who = settlement.award.sale.seller if true_up.payer == SELLER else settlement.buyer
    return f"By it {who} pays {numbers.money_cents(true_up.owed)}."


def working(settlement: Settlement, found: Figures) -> list[Row]:
    """From the award to the wire, line by line, as far as it is known."""
    totals, terms = settlement.totals, terms_of(settlement)

    def known(name: str, sign: int = 1) -> Decimal | None:
        return Decimal(totals[name]) * sign if name in totals else None

    released = terms.servicing == "released"
    escrow = "held for borrowers, go over with the servicing" if released else "stay with the seller's servicing"
    interest = f"{terms.day_count.words} up to settlement" if terms.accrues else "none, by the terms"
    rows = [
        Row("Award", _lots_words(settlement), Decimal(settlement.award.amount)),
        Row(_out_words(found), "at the buyer's own prices", -found.amount_out),
        Row("Price", _price_words(found), Decimal(settlement.price), is_sum=True),
        Row("Accrued interest", interest, known("accrued")),
        Row("Collected after cut-off", "principal and interest of borrowers", known("collected", -1)),
        Row("Advances", "paid by the seller for borrowers", known("advances")),
        Row("Escrow balances", escrow, known("escrow", -1)),
        Row("Funds due", "", settlement.funds, is_sum=True),
        Row("Deposit", "held by the seller", -Decimal(settlement.deposit)),
    ]
    wire = known("wire")
    by_whom = "to be sent" if not settlement.funded_at else "sent"
    rows.append(Row("Wire", f"{by_whom}, by the seller" if wire and wire < 0 else by_whom, wire, is_sum=True))
    trued_up = list(settlement.true_ups.filter(state=TrueUpState.SETTLED).order_by("number"))
    rows += [Row(str(each), "final figures of the closing", each.amount) for each in trued_up]
    if trued_up and settlement.funds is not None:
        whole = sum((each.amount or Decimal(0) for each in trued_up), settlement.funds)
        rows.append(Row("Paid in the end", "funds due and true-ups", whole, is_sum=True))
    return rows


def _lots_words(settlement: Settlement) -> str:
    codes = [lot.code for lot in settlement.award.lots.all()]
    return f"lot{'s' * (len(codes) > 1)} {', '.join(sorted(codes))}"


def _out_words(found: Figures) -> str:
    return "Kick-outs" if not found.out else f"Kick-outs, {numbers.count(found.out)} loan{'s' * (found.out > 1)}"


def _price_words(found: Figures) -> str:
    percent = found.repriced.price
    return f"{numbers.fixed(percent, 5, after='%')} of {numbers.money_cents(found.repriced.upb)}" if percent else ""


@dataclass(frozen=True, slots=True)
class BackUp:
    """The next bid for the same lots, for a seller whose buyer does not settle."""

    bidder: str
    amount: Decimal | None
    behind: Decimal | None


def back_up(award: Award) -> BackUp | None:
    """The bidder behind the cover of an award; None where nobody else bid for the same lots."""
    receipts = [str(code).rsplit(".", 1)[0] for code in covers_of(award)]
    bidders = Bidder.objects.filter(sale=award.sale, entries__receipt__in=receipts).select_related("organization")
    names = sorted({str(each.organization) for each in bidders})
    if not names:
        return None
    cover = award.cover
    return BackUp(", ".join(names), cover, Decimal(award.amount) - cover if cover is not None else None)


def covers_of(award: Award) -> list[str]:
    """Codes of the offers that stand behind an award: its cover, else the best offers for its lots alone."""
    cover, alone = award.working.get("cover"), award.working.get("alone", [])
    found = [cover] if cover else alone
    return [each["offer"] for each in found if isinstance(each, dict) and each.get("offer")]
