// The yields that the bid panel shows beside its prices. They are worked out in this window, from the strata that are
// published of each lot and from what the bidder assumes; assumptions are neither sealed nor sent.

import { offerYield } from "./bidyield.js";

const pools = JSON.parse(document.getElementById("bid-pools")?.textContent ?? "{}");
const number = (text) => (text.trim() === "" ? NaN : Number(text.replaceAll(/[\s,%]/g, "")));
const percent = (value) => `${value.toFixed(3).replace("-", "−")}%`;

/** What the bidder assumes: CPR and servicing in percent a year. */
function assumed(form, name) {
  return number(form.querySelector(`[data-assume="${name}"]`)?.value ?? "");
}

function pooled(form, upb, { lot, price }) {
  const months = number(form.querySelector(`[data-months="${lot}"]`)?.value ?? "");
  return { upb: Number(upb[lot]), price: number(price), rate: pools[lot].rate, months: Math.round(months) };
}

/** The yield of an offer in words, or a dash with what is missing for it. */
function said(form, sheet, made) {
  const without = made.lots.filter(({ lot }) => !pools[lot]).map(({ lot }) => lot);
  if (without.length) return ["–", `Lot ${without.join(", ")} has no note rate to work a yield out from.`];
  if (made.lots.some(({ price }) => !price)) return ["–", ""];
  const upb = Object.fromEntries(sheet.lots.map((lot) => [lot.lot, lot.upb]));
  const found = offerYield(made.lots.map((each) => pooled(form, upb, each)), assumed(form, "cpr"), assumed(form, "servicing"));
  return found === null ? ["–", "Say a CPR, servicing and the months left of every lot."] : [percent(found), ""];
}

/** Shows the yield of one offer under what is assumed now. */
export function showYield(form, offer, made, sheet) {
  const place = offer.querySelector("[data-yield]");
  if (!place) return;
  const [value, missing] = said(form, sheet, made);
  const cpr = assumed(form, "cpr");
  offer.querySelector("[data-yield-name]").textContent = Number.isFinite(cpr) ? `Yield at ${cpr}% CPR` : "Yield to you";
  place.textContent = value;
  offer.querySelector("[data-yield-missing]").textContent = missing;
}
