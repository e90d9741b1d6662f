// The yields that the bid panel shows beside its prices. They are worked out in this window, from the strata that are
// published of each lot and from what the bidder assumes; assumptions are neither sealed nor sent.

import { yieldNamed, yieldSaid } from "./bidyield.js";

const pools = JSON.parse(document.getElementById("bid-pools")?.textContent ?? "{}");
const number = (text) => (text.trim() === "" ? NaN : Number(text.replaceAll(/[\s,%]/g, "")));
const asked = (form, selector) => number(form.querySelector(selector)?.value ?? "");

/** Shows the yield of one offer under what is assumed now. */
export function showYield(form, offer, made, sheet) {
  const place = offer.querySelector("[data-yield]");
  if (!place) return;
  const upb = Object.fromEntries(sheet.lots.map((lot) => [lot.lot, lot.upb]));
  const months = Object.fromEntries(sheet.lots.map(({ lot }) => [lot, asked(form, `[data-months="${lot}"]`)]));
  const [cpr, servicing] = [asked(form, '[data-assume="cpr"]'), asked(form, '[data-assume="servicing"]')];
  const lots = made.lots.map(({ lot, price }) => ({ lot, price: number(price) }));
  const [value, missing] = yieldSaid(lots, { upb, months, pools, cpr, servicing });
  offer.querySelector("[data-yield-name]").textContent = yieldNamed(cpr);
  place.textContent = value;
  offer.querySelector("[data-yield-missing]").textContent = missing;
}
