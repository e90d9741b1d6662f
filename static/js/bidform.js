// The form of a bid: what an envelope may hold, and by which rules of its sale. The same rules as
// portfolios/domain/bidform, which checks them again when the bids are opened; a table of cases holds both together.

import { BID, RESERVE } from "./bidschema.js";
import { decoded, seal } from "./sealing.js";

const WORDS = { object: "an object", array: "a list", string: "text", integer: "a whole number" };
const RANGE = {
  percent: "above 0 and at most 1,000 percent, with at most five decimals",
  usd: "above 0 and below 100 billion dollars, with at most two decimals",
};
const PLACES = { percent: 5, usd: 2 };
const MOST = { percent: 1_000n * 10n ** 5n, usd: 9_999_999_999_999n };
const BLANK = /^[ \u00a0\u1680\u2000-\u200b\u2028\u2029\u202f\u205f\u2060\u3000\ufeff]*$/;
const NO_LIMIT = Infinity;

/** Everything that would keep a bid, or the seller's reserve, from counting; empty when it can be sealed. */
export function problems(bid, sheet) {
  const many = Array.isArray(bid?.offers) && bid.offers.length > 1;
  return found(bid, sheet).map(({ offer, sentence }) => (offer && many ? `Offer ${offer}: ${sentence}` : sentence));
}

/** The same with places: {offer: 1, 2 … or 0 for the bid itself, lot: its letter or "", sentence}. */
export function found(bid, sheet) {
  if (sheet.bidder === "reserve") return ofReserve(bid, sheet).map((sentence) => ({ offer: 0, lot: "", sentence }));
  const shape = faults(withoutOffers(bid), envelopeOf(BID));
  if (shape.length) return shape.map((sentence) => ({ offer: 0, lot: "", sentence }));
  const rules = rulesOf(sheet);
  return [
    ...omissions(bid, rules).map((sentence) => ({ offer: 0, lot: "", sentence })),
    ...bid.offers.flatMap((offer, at) => ofOffer(offer, rules, bid.most_dollars).map((each) => ({ offer: at + 1, ...each }))),
  ];
}

/** What each offer pays in dollars with cents, as text: [{lots: [{lot, amount}], amount}], "" where it cannot be said. */
export function totals(bid, sheet) {
  const lots = rulesOf(sheet).lots;
  return (bid.offers ?? []).map((offer) => {
    const found = (offer.lots ?? []).map(({ lot, price }) => ({ lot, amount: amountOf(lots.get(lot), price) }));
    const whole = found.length > 0 && found.every(({ amount }) => amount !== null);
    return {
      lots: found.map(({ lot, amount }) => ({ lot, amount: amount === null ? "" : dollars(amount) })),
      amount: whole ? dollars(found.reduce((sum, { amount }) => sum + amount, 0n)) : "",
    };
  });
}

/** Dollars as people read them: 2,910,000.00. */
export function money(amount) {
  const [whole, cents = ""] = amount.split(".");
  return `${whole.replace(/\B(?=([0-9]{3})+$)/g, ",")}.${cents.padEnd(2, "0")}`;
}

/** Whom and what the next bid is sealed for. */
export function contextOf(sheet) {
  const { sale, round, bidder, seq, tape_sha256, deadline } = sheet;
  return { sale, round, bidder, seq, tape_sha256, deadline };
}

/** Seal a bid as its sheet says: the bytes to send and their receipt. Throws where the bid has problems. */
export async function sealed(bid, sheet) {
  const wrong = problems(bid, sheet);
  if (wrong.length) throw new Error(wrong.join(" "));
  const openers = sheet.openers.map(({ name, public: key }) => ({ name, public: decoded(key) }));
  return seal(bid, contextOf(sheet), openers, sheet.k);
}

// ---- the shape, as JSON Schema ----

function faults(thing, of) {
  const kinds = { object: isObject, array: Array.isArray, string: (it) => typeof it === "string", integer: Number.isSafeInteger };
  if (!kinds[of.type](thing)) return [`The ${of.title} is not ${WORDS[of.type]}.`];
  return { object: inObject, array: inList, string: inText, integer: inNumber }[of.type](thing, of);
}

const isObject = (thing) => thing !== null && typeof thing === "object" && !Array.isArray(thing);
const has = (thing, key) => Object.prototype.hasOwnProperty.call(thing, key);

function inObject(thing, of) {
  const known = of.properties ?? {};
  if (Object.keys(thing).length > (of.maxProperties ?? NO_LIMIT)) return [`The ${of.title} has more than ${of.maxProperties} entries.`];
  const strange = Object.keys(thing).filter((key) => !has(known, key)).sort();
  const others = of.additionalProperties;
  return [
    ...(of.required ?? []).filter((key) => !has(thing, key)).map((key) => `The ${known[key].title} is missing.`),
    ...Object.keys(known).filter((key) => has(thing, key)).flatMap((key) => faults(thing[key], known[key])),
    ...(others ? strange.flatMap((key) => faults(thing[key], others)) : []),
    ...(strange.length && !others ? [`The ${of.title} has a field that none has: ${[...strange[0]].slice(0, 40).join("")}.`] : []),
  ];
}

function inList(thing, of) {
  if (thing.length > of.maxItems) return [`The ${of.title} has more than ${of.maxItems} entries.`];
  const empty = thing.length < (of.minItems ?? 0) ? [`The ${of.title} is empty.`] : [];
  return [...empty, ...thing.flatMap((each) => faults(each, of.items))];
}

function inText(thing, of) {
  if ([...thing].length > of.maxLength) return [`The ${of.title} has more than ${of.maxLength} characters.`];
  return new RegExp(of.pattern, "u").test(thing) ? [] : [`The ${of.title} is not ${of.description}.`];
}

function inNumber(thing, of) {
  return thing < of.minimum || thing > of.maximum ? [`The ${of.title} is not between ${of.minimum} and ${of.maximum}.`] : [];
}

// Each offer has a fate of its own, so the bid is looked at without them first.
function withoutOffers(bid) {
  return isObject(bid) && Array.isArray(bid.offers) ? { ...bid, offers: bid.offers.map(() => ({})) } : bid;
}

function envelopeOf(shape) {
  const items = { title: "offer", type: "object", additionalProperties: false };
  return { ...shape, properties: { ...shape.properties, offers: { ...shape.properties.offers, items } } };
}

// ---- the rules of the sale ----

function rulesOf(sheet) {
  return {
    lots: new Map(sheet.lots.map((lot) => [lot.lot, lot])),
    linked: sheet.terms.linked,
    conditions: sheet.terms.conditions,
    needsDeposit: scaled(sheet.terms.deposit, 2) > 0n,
    deadline: sheet.deadline,
    certificates: sheet.certificates,
    floors: sheet.floors ?? {},
  };
}

function omissions(bid, rules) {
  const given = bid.certified ?? [];
  const until = bid.valid_until;
  const strange = Object.keys(bid.allocations ?? {}).filter((lot) => !rules.lots.has(lot)).sort();
  return [
    ...when(isBlank(bid.entity), "It does not name the buying entity."),
    ...when(isBlank(bid.signer), "It is not signed."),
    ...rules.certificates.filter(({ code }) => !given.includes(code)).map(({ text }) => `It does not certify: ${text}`),
    ...when(rules.needsDeposit && isBlank(bid.deposit_reference), "It gives no reference of its deposit."),
    ...when(until !== undefined && !exists(until), "The day or time until which it is valid does not exist."),
    ...when(until !== undefined && exists(until) && wholeMoment(until) < rules.deadline, "It is valid only until before the deadline."),
    ...strange.map((lot) => `It allocates prices of lot ${[...lot].slice(0, 8).join("")}, which is not in this sale.`),
  ];
}

const when = (holds, sentence) => (holds ? [sentence] : []);
const isBlank = (text) => BLANK.test(text ?? "");

function ofOffer(offer, rules, most) {
  const shape = faults(offer, BID.properties.offers.items);
  if (shape.length) return shape.map((sentence) => ({ lot: "", sentence }));
  const conditions = (offer.conditions ?? []).filter((each) => !isBlank(each));
  const wrong = ofLots(offer.lots, rules);
  return [
    ...(wrong.length ? wrong : ofAmount(offer.lots, rules, most)),
    ...when(conditions.length > 0 && !rules.conditions, { lot: "", sentence: "It sets conditions, which this sale does not take." }),
  ];
}

function ofLots(lots, rules) {
  const codes = [...new Set(lots.map(({ lot }) => lot))].sort();
  const priceOf = (code) => lots.findLast(({ lot }) => lot === code).price;
  const times = (code) => lots.filter(({ lot }) => lot === code).length;
  return [
    ...when(codes.length === 0, { lot: "", sentence: "It names no lot." }),
    ...codes.flatMap((code) => [
      ...when(times(code) > 1, { lot: code, sentence: `It names lot ${code} twice.` }),
      ...ofPrice(code, rules.lots.get(code), priceOf(code)),
    ]),
    ...when(codes.length > 1 && !rules.linked, { lot: "", sentence: "It links lots, which this sale does not take." }),
  ];
}

function ofPrice(code, lot, price) {
  if (!lot) return [{ lot: code, sentence: `It names lot ${code}, which is not in this sale.` }];
  return when(priceIn(lot, price) === null, { lot: code, sentence: `The price for lot ${code} is not ${RANGE[lot.unit]}.` });
}

function ofAmount(lots, rules, most) {
  const amount = lots.reduce((sum, { lot, price }) => sum + amountOf(rules.lots.get(lot), price), 0n);
  const floor = rules.floors[lots.map(({ lot }) => lot).sort().join("+")];
  const below = floor !== undefined && amount < scaled(floor, 2);
  const above = most !== undefined && amount > scaled(most, 2);
  return [
    ...when(below, { lot: "", sentence: `It pays less than the first bid for the same lots, ${money(floor ?? "0")}.` }),
    ...when(above, { lot: "", sentence: `It pays more than the most that the bid may spend, ${money(most ?? "0")}.` }),
  ];
}

function ofReserve(reserve, sheet) {
  const shape = faults(reserve, RESERVE);
  if (shape.length) return shape;
  const codes = reserve.lots.map(({ lot }) => lot);
  const known = new Set(sheet.lots.map(({ lot }) => lot));
  return [...new Set(codes)].sort().flatMap((code) => [
    ...when(codes.filter((each) => each === code).length > 1, `It names lot ${code} twice.`),
    ...when(!known.has(code), `It names lot ${code}, which is not in this sale.`),
  ]);
}

// ---- numbers and moments, exactly ----

const NUMBER = /^([0-9]+)(?:[.]([0-9]*))?$/;

// A decimal as a whole number of its last place; null for no number, or one with more decimals.
function scaled(text, places) {
  const parts = NUMBER.exec(text ?? "");
  if (!parts || (parts[2] ?? "").replace(/0+$/, "").length > places) return null;
  return BigInt(parts[1] + (parts[2] ?? "").slice(0, places).padEnd(places, "0"));
}

function priceIn(lot, price) {
  const units = scaled(price, PLACES[lot.unit]);
  return units !== null && units > 0n && units <= MOST[lot.unit] ? units : null;
}

// Cents, half up; null where the lot or the price is none.
function amountOf(lot, price) {
  const units = lot ? priceIn(lot, price) : null;
  if (units === null) return null;
  if (lot.unit === "usd") return units;
  const per = 100n * 10n ** 5n;
  return (2n * scaled(lot.upb, 2) * units + per) / (2n * per);
}

function dollars(cents) {
  const text = String(cents).padStart(3, "0");
  return `${text.slice(0, -2)}.${text.slice(-2)}`;
}

// A moment to the microsecond, so that moments compare as text.
function wholeMoment(text) {
  const [seconds, fraction = ""] = text.replace(/Z$/, "").split(".");
  return `${seconds}${seconds.split(":").length === 3 ? "" : ":00"}.${fraction.padEnd(6, "0")}Z`;
}

function exists(text) {
  const moment = new Date(`${wholeMoment(text).slice(0, 19)}Z`);
  return !Number.isNaN(moment.getTime()) && moment.toISOString().slice(0, 19) === wholeMoment(text).slice(0, 19);
}
