// The bid panel: offers are put together, checked and sealed in this window. Only the sealed envelope leaves it; no
// field has a name, nothing is stored, and leaving the page empties the panel.

import { money, problems, sealed, totals } from "./bidform.js";
import { showYield } from "./bidyields.js";

const UNITS = {
  percent: { label: "Price, percent of UPB", mark: "%", help: "At most five decimals, for example 98.25." },
  usd: { label: "Price, dollars", mark: "$", help: "For the whole lot, at most two decimals." },
};
const form = document.getElementById("bid");
const sheet = JSON.parse(document.getElementById("bid-sheet").textContent);
const offers = form.querySelector("[data-offers]");
const status = form.querySelector("[data-status]");
const idle = status.textContent;
const button = form.querySelector("[type=submit]");
const CODES = sheet.lots.map(({ lot }) => lot);
const UNIT = Object.fromEntries(sheet.lots.map(({ lot, unit }) => [lot, unit]));
const hashes = {};

/** What was typed as a number: pasted signs, spaces and separators are accepted. */
const plain = (typed) => typed.replaceAll(/[\s,$%]/g, "");
const find = (offer, name) => offer.querySelector(`[data-${name}]`);
const all = () => [...offers.querySelectorAll("[data-offer]")];

/* Which lots an offer is for, and how it is priced */

function chosen(offer) {
  const pressed = [...offer.querySelectorAll("[data-lot][aria-pressed=true]")].map((each) => each.dataset.lot);
  return pressed.length === 0 || pressed.includes("*") ? CODES : pressed;
}

const mixed = (codes) => new Set(codes.map((code) => UNIT[code])).size > 1;
const priced = (offer, codes) => codes.length > 1 && (mixed(codes) || Boolean(find(offer, "each-switch")?.checked));

function press(offer, lot) {
  const buttons = [...offer.querySelectorAll("[data-lot]")];
  const was = new Set(buttons.filter((each) => each.getAttribute("aria-pressed") === "true").map((each) => each.dataset.lot));
  if (lot === "*" || !sheet.terms.linked) was.clear();
  was.delete("*");
  if (was.has(lot)) was.delete(lot); else was.add(lot);
  const whole = was.has("*") || was.size === 0 || (sheet.terms.linked && was.size === CODES.length);
  for (const each of buttons) {
    const on = whole && sheet.terms.linked ? each.dataset.lot === "*" : was.has(each.dataset.lot) || (was.size === 0 && each.dataset.lot === lot);
    each.setAttribute("aria-pressed", String(on));
  }
}

function content(offer) {
  const codes = chosen(offer);
  const each = priced(offer, codes);
  const price = (code) => plain((each ? offer.querySelector(`[data-price-of="${code}"]`) : find(offer, "price")).value);
  const conditions = (find(offer, "conditions")?.value ?? "").split("\n").map((line) => line.trim()).filter(Boolean);
  return { lots: codes.map((lot) => ({ lot, price: price(lot) })), ...(conditions.length ? { conditions } : {}) };
}

/** The bid as it would be sealed now; what was left empty is left out. */
function bid() {
  const field = (name) => form.querySelector(`[data-field="${name}"]`).value.trim();
  const optional = {
    deposit_reference: field("deposit_reference"),
    most_dollars: plain(field("most_dollars")),
    most_lots: Number(plain(field("most_lots"))) || "",
    valid_until: field("valid_until") && `${field("valid_until")}T23:59:59Z`,
  };
  const made = { offers: all().map(content), entity: field("entity"), signer: field("signer") };
  made.certified = [...form.querySelectorAll("[data-certificate]:checked")].map((each) => each.dataset.certificate);
  for (const [name, value] of Object.entries(optional)) if (value) made[name] = value;
  if (Object.keys(hashes).length) made.allocations = { ...hashes };
  return made;
}

/* What the panel shows */

/** A percentage of dollars with cents, half up to the cent; the percentage has at most four decimals. */
function share(amount, percent) {
  const [whole, part = ""] = percent.split(".");
  const cents = (BigInt(amount.replace(".", "")) * BigInt(whole + part.padEnd(4, "0").slice(0, 4)) * 2n + 1_000_000n) / 2_000_000n;
  const text = String(cents).padStart(3, "0");
  return `${text.slice(0, -2)}.${text.slice(-2)}`;
}

function said(codes) {
  if (codes.length === CODES.length) return CODES.length > 1 ? "All lots together, all or none." : "";
  return codes.length > 1 ? `Lots ${codes.slice(0, -1).join(", ")} and ${codes.at(-1)} together, all or none.` : `Lot ${codes[0]} alone.`;
}

function showPrices(offer, codes) {
  const each = priced(offer, codes);
  const unit = UNITS[UNIT[codes[0]]];
  find(offer, "one").hidden = each;
  find(offer, "one-label").textContent = codes.length > 1 ? `${unit.label}, for every lot` : unit.label;
  find(offer, "one-unit").textContent = unit.mark;
  find(offer, "one-help").textContent = unit.help;
  if (!find(offer, "each")) return;
  find(offer, "each").hidden = !each;
  for (const row of offer.querySelectorAll("[data-each-lot]")) row.hidden = !codes.includes(row.dataset.eachLot);
  const choice = find(offer, "each-choice");
  if (choice) choice.hidden = codes.length < 2 || mixed(codes);
}

function showDollars(offer, made) {
  const [{ amount }] = totals({ offers: [made] }, sheet);
  const percent = sheet.terms.deposit_percent;
  find(offer, "dollars").textContent = amount ? `$${money(amount)}` : "–";
  find(offer, "deposit").textContent = amount ? `$${money(share(amount, percent))}` : "–";
  find(offer, "deposit-percent").textContent = percent.replace(/\.0+$/, "");
  find(offer, "deposit-row").hidden = Number(percent) === 0;
}

function show() {
  const several = all().length > 1;
  for (const [at, offer] of all().entries()) {
    const codes = chosen(offer);
    if (find(offer, "offer-name")) find(offer, "offer-name").textContent = several ? `Offer ${at + 1}: ` : "";
    find(offer, "remove").hidden = !several;
    if (find(offer, "lots-said")) find(offer, "lots-said").textContent = said(codes);
    showPrices(offer, codes);
    showDollars(offer, content(offer));
    showYield(form, offer, content(offer), sheet);
  }
}

/* Several offers */

let count = 1;

function add() {
  count += 1;
  const markup = document.getElementById("offer-template").content.cloneNode(true);
  for (const name of ["id", "for", "aria-describedby"]) {
    for (const each of markup.querySelectorAll(`[${name}*="offer-0-"]`)) each.setAttribute(name, each.getAttribute(name).replaceAll("offer-0-", `offer-${count}-`));
  }
  offers.append(markup);
  show();
  all().at(-1).querySelector("[data-lot], [data-price]").focus();
}

function clicked({ target }) {
  const lot = target.closest("[data-lot]");
  if (lot) press(lot.closest("[data-offer]"), lot.dataset.lot);
  if (target.closest("[data-remove]")) {
    target.closest("[data-offer]").remove();
    all()[0].querySelector("[data-lot], [data-price]").focus();
  }
  if (target.closest("[data-add]")) add();
  show();
}

/* Allocation files are read here and stay here */

async function hashed(input) {
  const { allocation: lot } = input.dataset;
  const out = form.querySelector(`[data-allocation-hash="${lot}"]`);
  delete hashes[lot];
  out.textContent = "";
  if (!input.files.length) return;
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", await input.files[0].arrayBuffer()));
  hashes[lot] = Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
  out.textContent = hashes[lot];
}

/* Sealing and sending */

function refuse(sentences, { keep = false } = {}) {
  const box = form.querySelector("[data-problems]");
  box.replaceChildren();
  if (!sentences.length) return;
  const alert = document.createElement("div");
  alert.className = "alert alert-danger";
  alert.append(keep ? "Not received." : "Not sealed.", document.createElement("ul"));
  for (const sentence of sentences) alert.lastChild.append(Object.assign(document.createElement("li"), { textContent: sentence }));
  box.append(alert);
  box.scrollIntoView({ block: "nearest" });
}

let unsent = null; // sealed, and not yet known to have arrived: sent again it is the same bid

async function send() {
  const headers = { "Content-Type": "application/octet-stream", "X-CSRFToken": form.querySelector("[name=csrfmiddlewaretoken]").value };
  let response;
  try {
    response = await fetch(form.action, { method: "POST", headers, body: unsent.envelope });
  } catch {
    return ["The server could not be reached. The sealed bid is kept in this window: send it again."];
  }
  const answer = await response.json().catch(() => null);
  if (response.ok && answer?.receipt === unsent.receipt) return [];
  unsent = null;
  if (answer?.problem) return [answer.problem];
  return [response.ok ? "The server names another receipt than the envelope has. Ask the seller before you rely on it." : "The server did not take it. Load the page again and seal the bid anew."];
}

/** What keeps the bid from being sealed, each thing said once; a price that is not there yet is said before all else. */
function faults(made) {
  const several = made.offers.length > 1;
  const empty = made.offers.map(({ lots }, at) => (lots.some(({ price }) => !price) ? at + 1 : 0)).filter(Boolean);
  if (empty.length) return empty.map((number) => (several ? `Offer ${number}: The price is missing.` : "The price is missing."));
  return [...new Set(problems(made, sheet))];
}

async function sealAndSend() {
  if (!unsent) {
    const made = bid();
    const wrong = faults(made);
    if (wrong.length) return refuse(wrong);
    status.textContent = "Sealing.";
    unsent = await sealed(made, sheet);
  }
  status.textContent = "Sealed. Sending the envelope.";
  const wrong = await send();
  if (!wrong.length) return done();
  refuse(wrong, { keep: true });
  status.textContent = idle;
}

function done() {
  forget();
  history.scrollRestoration = "manual";
  location.hash = "receipt";
  location.reload();
}

/** Empty the panel, so that no price stays behind in the window or in the browser's memory of the page. */
function forget() {
  unsent = null;
  form.reset();
  for (const each of form.querySelectorAll("[data-price], [data-price-of]")) each.value = "";
}

async function submitted(event) {
  event.preventDefault();
  if (button.disabled) return;
  button.disabled = true;
  refuse([]);
  try {
    await sealAndSend();
  } finally {
    button.disabled = false;
  }
}

form.addEventListener("submit", submitted);
form.addEventListener("click", clicked);
form.addEventListener("input", () => { unsent = null; show(); });
form.addEventListener("change", ({ target }) => { if (target.dataset.allocation) hashed(target); });
addEventListener("pagehide", forget);
show();
