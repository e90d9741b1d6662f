"""What a bid says, read by the rules of its sale: offers with their prices, and everything that is wrong with them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from portfolios.domain.awards import RANGE, Lot
from portfolios.domain.bidform.schema import Schema, faults, schema
from portfolios.domain.sales import PriceUnit

Sheet = Mapping[str, Any]
BLANKS = " \u00a0\u1680\u202f\u205f\u3000\ufeff\u2028\u2029\u2060" + "".join(map(chr, range(0x2000, 0x200C)))


@dataclass(frozen=True, slots=True)
class FormOffer:
    """An offer as read. `defects` no cure mends; `omissions` the seller may excuse."""

    prices: Mapping[str, Decimal]
    conditions: tuple[str, ...] = ()
    defects: tuple[str, ...] = ()
    omissions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Form:
    """A bid as read. With defects of its own it has no offers: it cannot be taken for a bid at all."""

    offers: tuple[FormOffer, ...] = ()
    defects: tuple[str, ...] = ()
    omissions: tuple[str, ...] = ()
    valid_until: datetime | None = None
    most_dollars: Decimal | None = None
    most_lots: int | None = None


@dataclass(frozen=True, slots=True)
class _Rules:
    """What of a sheet the rules use."""

    lots: Mapping[str, Lot]
    linked: bool
    conditions: bool
    needs_deposit: bool
    deadline: str
    certificates: Mapping[str, str]
    floors: Mapping[str, Decimal] = field(default_factory=dict)


def read(content: Any, sheet: Sheet) -> Form:
    """Read what was in an envelope, whatever it is."""
    shape = schema("bid")
    defects = tuple(faults(_without_offers(content), _envelope(shape)))
    if defects:
        return Form(defects=defects)
    rules, most = _rules(sheet), content.get("most_dollars")
    cap = Decimal(most) if most else None
    return Form(
        offers=tuple(_offer(each, rules, cap, shape) for each in content["offers"]),
        omissions=tuple(_omissions(content, rules)),
        valid_until=_moment(content["valid_until"]) if "valid_until" in content else None,
        most_dollars=cap,
        most_lots=content.get("most_lots"),
    )


def _without_offers(content: Any) -> Any:
    """The bid with its offers left blank: each has a fate of its own."""
    if not isinstance(content, dict) or not isinstance(content.get("offers"), list):
        return content
    return {**content, "offers": [{}] * len(content["offers"])}


def _envelope(shape: Schema) -> Schema:
    offers = {**shape["properties"]["offers"]}
    offers["items"] = {"title": "offer", "type": "object", "additionalProperties": False}
    return {**shape, "properties": {**shape["properties"], "offers": offers}}


def _rules(sheet: Sheet) -> _Rules:
    terms = sheet["terms"]
    lots = [Lot(lot["lot"], Decimal(lot["upb"]), unit=PriceUnit(lot["unit"])) for lot in sheet["lots"]]
    return _Rules(
        lots={lot.code: lot for lot in lots},
        linked=terms["linked"],
        conditions=terms["conditions"],
        needs_deposit=Decimal(terms["deposit"]) > 0,
        deadline=sheet["deadline"],
        certificates={each["code"]: each["text"] for each in sheet["certificates"]},
        floors={lots: Decimal(amount) for lots, amount in sheet.get("floors", {}).items()},
    )


def _offer(found: Any, rules: _Rules, cap: Decimal | None, shape: Schema) -> FormOffer:
    """Read one offer; without prices where they cannot be read."""
    wrong = tuple(faults(found, shape["properties"]["offers"]["items"]))
    if wrong:
        return FormOffer({}, defects=wrong)
    codes = [each["lot"] for each in found["lots"]]
    prices = {each["lot"]: Decimal(each["price"]) for each in found["lots"]}
    conditions = tuple(each for each in found.get("conditions", ()) if each.strip(BLANKS))
    defects = tuple(_defects(codes, prices, rules)) or tuple(_amount_defects(prices, rules, cap))
    barred = bool(conditions) and not rules.conditions
    omissions = ("It sets conditions, which this sale does not take.",) if barred else ()
    return FormOffer(prices, conditions, defects, omissions)


def _defects(codes: list[str], prices: Mapping[str, Decimal], rules: _Rules) -> Iterator[str]:
    if not codes:
        yield "It names no lot."
    for code in sorted(set(codes)):
        if codes.count(code) > 1:
            yield f"It names lot {code} twice."
        if code not in rules.lots:
            yield f"It names lot {code}, which is not in this sale."
        elif not rules.lots[code].takes(prices[code]):
            yield f"The price for lot {code} is not {RANGE[rules.lots[code].unit]}."
    if len(set(codes)) > 1 and not rules.linked:
        yield "It links lots, which this sale does not take."


def _amount_defects(prices: Mapping[str, Decimal], rules: _Rules, cap: Decimal | None) -> Iterator[str]:
    amount = sum((rules.lots[code].amount(price) for code, price in prices.items()), Decimal(0))
    floor = rules.floors.get("+".join(sorted(prices)))
    if floor is not None and amount < floor:
        yield f"It pays less than the first bid for the same lots, {floor:,.2f}."
    if cap is not None and amount > cap:
        yield f"It pays more than the most that the bid may spend, {cap:,.2f}."


def _omissions(content: Mapping[str, Any], rules: _Rules) -> Iterator[str]:
    if not content.get("entity", "").strip(BLANKS):
        yield "It does not name the buying entity."
    if not content.get("signer", "").strip(BLANKS):
        yield "It is not signed."
    given = content.get("certified", ())
    yield from (f"It does not certify: {text}" for code, text in rules.certificates.items() if code not in given)
    if rules.needs_deposit and not content.get("deposit_reference", "").strip(BLANKS):
        yield "It gives no reference of its deposit."
    until = content.get("valid_until")
    if until is not None and _moment(until) is None:
        yield "The day or time until which it is valid does not exist."
    elif until is not None and whole(until) < rules.deadline:
        yield "It is valid only until before the deadline."
    for code in sorted(content.get("allocations", {})):
        if code not in rules.lots:
            yield f"It allocates prices of lot {code[:8]}, which is not in this sale."


def whole(moment: str) -> str:
    """A moment to the microsecond, so that moments compare as text."""
    seconds, _, fraction = moment.removesuffix("Z").partition(".")
    return f"{seconds}{'' if seconds.count(':') == 2 else ':00'}.{fraction:0<6}Z"


def _moment(text: str) -> datetime | None:
    """The moment behind its text; None for a day or an hour that does not exist."""
    try:
        return datetime.strptime(whole(text), "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)
    except ValueError:
        return None


def read_reserve(content: Any, sheet: Sheet) -> tuple[Mapping[str, Decimal], tuple[str, ...]]:
    """Reserves in USD by lot, and everything that is wrong with them; none where anything is."""
    wrong = tuple(faults(content, schema("reserve")))
    if wrong:
        return {}, wrong
    codes, known = [each["lot"] for each in content["lots"]], {lot["lot"] for lot in sheet["lots"]}
    wrong = tuple(_reserve_defects(codes, known))
    return ({} if wrong else {each["lot"]: Decimal(each["amount"]) for each in content["lots"]}), wrong


def read_unsold(content: Any, sheet: Sheet) -> Mapping[str, Decimal]:
    """What each lot brings in USD if it is not sold, where the reserve says so; nothing where it cannot be read."""
    if read_reserve(content, sheet)[1]:
        return {}
    return {each["lot"]: Decimal(each["unsold"]) for each in content["lots"] if "unsold" in each}


def _reserve_defects(codes: list[str], known: set[str]) -> Iterator[str]:
    for code in sorted(set(codes)):
        if codes.count(code) > 1:
            yield f"It names lot {code} twice."
        if code not in known:
            yield f"It names lot {code}, which is not in this sale."
