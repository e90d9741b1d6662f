// The yield of an offer to its bidder, worked out where the price is typed: this file sends nothing and loads nothing.
// The same formulas as portfolios/domain/bidform/yields.py; both are held to tests/data/bidform/yields.json.

const NEWTON_STEPS = 60;
const NEWTON_TOLERANCE = 1e-14;
const LARGEST_RATE = 20; // continuous, a year; beyond it a price and its cash flows do not belong together
const MOST_MONTHS = 600;

/** Worth of 1.00 a month, up to a constant of the rate; the months themselves at rate 0. */
function annuity(rate, months) {
  const growth = Math.log1p(rate / 1200);
  return growth === 0 ? months : -Math.expm1(-months * growth);
}

/** Adds a lot's monthly cash in dollars: net interest on what is left, scheduled principal, prepayment at the CPR. */
function addFlows(cash, { upb, rate, months }, cpr, servicing) {
  const kept = Math.pow(1 - cpr / 100, 1 / 12);
  const whole = annuity(rate, months);
  let survivors = 1;
  for (let month = 0; month < months; month += 1) {
    const begin = (upb * annuity(rate, months - month) / whole) * survivors;
    survivors *= kept;
    const end = month + 1 === months ? 0 : (upb * annuity(rate, months - month - 1) / whole) * survivors;
    cash[month] += begin * ((rate - servicing) / 1200) + begin - end;
  }
}

/** Bond-equivalent yield in percent at which monthly cash is worth a price; null where there is none. */
function solved(price, cash) {
  if (!(price > 0) || cash.some((amount) => amount < 0) || !cash.some((amount) => amount > 0)) return null;
  const wanted = Math.log(price);
  let rate = 0.05;
  for (let step = 0; step < NEWTON_STEPS; step += 1) {
    let [total, timed] = [0, 0];
    for (const [month, amount] of cash.entries()) {
      const years = (month + 1) / 12;
      const worth = amount * Math.exp(-rate * years);
      total += worth;
      timed += worth * years;
    }
    const move = (Math.log(total) - wanted) * total / timed;
    rate = Math.min(Math.max(rate + move, -LARGEST_RATE), LARGEST_RATE);
    if (Math.abs(move) < NEWTON_TOLERANCE * Math.max(1, Math.abs(rate))) break;
  }
  return Number.isFinite(rate) && Math.abs(rate) < LARGEST_RATE ? 200 * Math.expm1(rate / 2) : null;
}

const within = (value, least, most) => Number.isFinite(value) && value >= least && value <= most;
const usable = ({ upb, price, rate, months }) =>
  within(upb, 0.01, 1e15) && within(price, 1e-5, 1000) && within(rate, 0, 100) && Number.isInteger(months) && within(months, 1, MOST_MONTHS);

const shown = (value) => `${value.toFixed(3).replace("-", "−")}%`;

/**
 * The yield of an offer in words, or a dash with what is missing for it. `lots` are `[{lot, price}]`, the price a number;
 * `upb` and `months` by lot, `pools` the note rates of the lots that have one.
 */
export function yieldSaid(lots, { upb, months, pools, cpr, servicing }) {
  const without = lots.filter(({ lot }) => !pools[lot]).map(({ lot }) => lot);
  if (without.length) return ["–", `Lot ${without.join(", ")} has no note rate to work a yield out from.`];
  if (!lots.length || lots.some(({ price }) => !(price > 0))) return ["–", ""];
  const pooled = lots.map(({ lot, price }) => ({ upb: Number(upb[lot]), price, rate: pools[lot].rate, months: Math.round(months[lot]) }));
  const found = offerYield(pooled, cpr, servicing);
  return found === null ? ["–", "Say a CPR, servicing and the months left of every lot."] : [shown(found), ""];
}

/** What the figure is called under a CPR. */
export const yieldNamed = (cpr) => (Number.isFinite(cpr) ? `Yield at ${cpr}% CPR` : "Yield to you");

/** The yield of all lots of an offer together, `[{upb, price, rate, months}]`; null where it cannot be told. */
export function offerYield(lots, cpr, servicing) {
  if (!lots.length || !lots.every(usable) || !within(cpr, 0, 100) || !within(servicing, 0, 10)) return null;
  const cash = new Array(Math.max(...lots.map(({ months }) => months))).fill(0);
  for (const lot of lots) addFlows(cash, lot, cpr, servicing);
  return solved(lots.reduce((sum, { upb, price }) => sum + upb * price / 100, 0), cash);
}
