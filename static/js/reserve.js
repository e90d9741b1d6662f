// The reserve: sealed in the browser to the openers of the sale, exactly like a bid. The server never sees an amount.

import { decoded, encoded, seal } from "./sealing.js";
import { KeyRefused, ready, running, sent } from "./openerkey.js";

const AMOUNT = /^\d{1,12}(\.\d{1,2})?$/;
const plain = (typed) => typed.replaceAll(/[\s,$]/g, "");

/** The dollars in a field, with cents; empty where it is. */
function dollars(field, what) {
  const amount = plain(field?.value ?? "");
  if (!amount) return "";
  if (!AMOUNT.test(amount) || Number(amount) <= 0) {
    field.focus();
    throw new KeyRefused(`The ${what} is an amount in dollars above 0, with at most two decimals.`);
  }
  return Number(amount).toFixed(2);
}

function amounts(form) {
  const lots = [];
  for (const field of form.querySelectorAll("[data-lot]")) {
    const { lot } = field.dataset;
    const amount = dollars(field, `reserve of lot ${lot}`);
    const unsold = dollars(form.querySelector(`[data-unsold="${lot}"]`), `value of lot ${lot} unsold`);
    if (amount || unsold) lots.push({ lot, amount: amount || "0", ...(unsold ? { unsold } : {}) });
  }
  if (!lots.length) throw new KeyRefused("Type the reserve of at least one lot.");
  return lots;
}

async function sealReserve(form, sheet) {
  await running(form, async (lines) => {
    const lots = amounts(form);
    lines.step("Sealing the reserve.");
    const openers = sheet.openers.map(({ name, public: key }) => ({ name, public: decoded(key) }));
    const { envelope, receipt } = await seal({ lots }, sheet.context, openers, sheet.k);
    const taken = await sent(form, form.action, { envelope: encoded(envelope) });
    if (taken.receipt !== receipt) throw new KeyRefused("The server names another receipt than the envelope has. Load the page again and compare the fingerprints.");
    form.reset();
    location.assign(form.action);
  });
}

/** Beside each amount what it is in percent of the lot's balance. */
function percent(field) {
  const amount = plain(field.value);
  const share = AMOUNT.test(amount) ? (100 * Number(amount)) / Number(field.dataset.upb) : NaN;
  document.getElementById(`${field.id}-percent`).textContent = Number.isFinite(share) ? `${share.toFixed(3)}%` : "–";
}

const form = document.querySelector("[data-reserve-form]");
if (form && ready(form)) {
  const sheet = JSON.parse(document.getElementById("reserve-sheet").textContent);
  form.addEventListener("submit", (event) => { event.preventDefault(); sealReserve(form, sheet); });
  for (const field of form.querySelectorAll("[data-lot]")) field.addEventListener("input", () => percent(field));
}
