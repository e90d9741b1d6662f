// The offline page: a sheet is loaded from a file, a bid filled in, checked and sealed, and the envelope saved.

import { contextOf, money, problems, totals } from "../../../static/js/bidform.js";
import { yieldNamed, yieldSaid } from "../../../static/js/bidyield.js";
import { decoded, receiptOf, seal } from "../../../static/js/sealing.js";

const VERSION = 1;
const UNITS = { percent: { mark: "%", help: "percent of" }, usd: { mark: "$", help: "dollars for the whole lot" } };
const byId = (id) => document.getElementById(id);
const form = byId("form");
let sheet = null;

/** A number as typed, without the signs and separators that people paste. */
const plain = (typed) => typed.replaceAll(/[\s,$%]/g, "");
const isReserve = () => sheet.bidder === "reserve";

function element(name, attributes = {}, ...inside) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...inside);
  return made;
}

function said(place, kind, sentence, list = []) {
  const items = list.length ? [element("ul", {}, ...list.map((each) => element("li", {}, each)))] : [];
  place.replaceChildren(element("div", { class: `say ${kind}` }, sentence, ...items));
}

// ---- the sheet ----

async function fingerprint(key) {
  return (await receiptOf(decoded(key))).slice(0, 40).match(/.{4}/g).join(" ");
}

async function read(text) {
  const found = JSON.parse(text);
  contextOf(found);
  if (found.v !== VERSION || !found.lots.length || !found.terms || !found.certificates) throw new Error("another format");
  for (const { name, public: key, fingerprint: told } of found.openers) {
    if ((await fingerprint(key)) !== told) throw new Error(`The key of ${name} is not the one of its fingerprint. Ask the seller.`);
  }
  if (found.openers.length < found.k) throw new Error("too few openers");
  return found;
}

async function load(file) {
  form.hidden = byId("facts").hidden = byId("openers").hidden = true;
  try {
    sheet = await read(await file.text());
  } catch (error) {
    const known = /^The key of /.test(error.message);
    said(byId("sheet-said"), "bad", known ? error.message : "This is not the sheet of a sale. Download it again from the page of the sale.");
    return;
  }
  byId("sheet-said").replaceChildren();
  showFacts();
  showForm();
}

function moment(iso) {
  const zone = { timeZone: sheet.time_zone || "UTC", timeZoneName: "short" };
  const words = { weekday: "short", month: "short", day: "numeric", year: "numeric", hour: "numeric", minute: "2-digit" };
  return new Intl.DateTimeFormat("en-US", { ...words, ...zone }).format(new Date(`${iso.slice(0, 19)}Z`));
}

function showFacts() {
  const facts = {
    Sale: `${sheet.name}, ${sheet.sale}`,
    Seller: sheet.seller ?? "–",
    Round: sheet.round > 1 ? `${sheet.round}, best and final` : "1",
    For: isReserve() ? "the seller's reserve" : `${sheet.bidder}, bid ${sheet.seq}`,
    Due: moment(sheet.deadline),
    Opens: `any ${sheet.k} of ${sheet.openers.length} openers together`,
  };
  const firsts = Object.entries(sheet.floors ?? {}).map(([lots, amount]) => `${lots} $${money(amount)}`);
  if (firsts.length) facts["First bid"] = `${firsts.join(", ")}; a final bid for the same lots is not below it`;
  byId("facts").replaceChildren(...Object.entries(facts).flatMap(([name, value]) => [element("dt", {}, name), element("dd", {}, value)]));
  const keys = sheet.openers.map(({ name, fingerprint: told }) => element("li", {}, element("b", {}, name), element("code", {}, told)));
  byId("openers").querySelector("ul").replaceChildren(...keys);
  byId("facts").hidden = byId("openers").hidden = false;
}

// ---- the form ----

function showForm() {
  byId("h-bid").lastElementChild.textContent = isReserve() ? "The reserve" : "The bid";
  byId("h-help").textContent = isReserve()
    ? "What each lot must bring at least, in dollars. Leave a lot empty that has no reserve."
    : `The lots of one offer are taken together or not at all. ${sheet.terms.linked ? "Several offers are independent of each other." : "This sale takes no linked lots: make one offer for each."}`;
  byId("add").hidden = isReserve();
  byId("offers").replaceChildren();
  byId("about").replaceChildren(...(isReserve() ? [] : about()));
  byId("assumed").replaceChildren(...(yields() ? [assumptions()] : []));
  byId("problems").replaceChildren();
  byId("sealed").hidden = true;
  addOffer();
  form.hidden = false;
}

function addOffer() {
  const offer = byId("t-offer").content.firstElementChild.cloneNode(true);
  offer.querySelector(".lots").replaceChildren(...sheet.lots.map(lotField));
  offer.querySelector(".conditions").hidden = isReserve() || !sheet.terms.conditions;
  offer.querySelector("button").addEventListener("click", () => { offer.remove(); show(); });
  byId("offers").append(offer);
  show();
}

function lotField(lot) {
  const field = byId("t-lot").content.firstElementChild.cloneNode(true);
  const unit = isReserve() ? { mark: "$", help: "reserve, cut-off balance" } : UNITS[lot.unit];
  field.querySelector(".name").textContent = `Lot ${lot.lot}, ${lot.name}`;
  field.querySelector("em").textContent = unit.mark;
  field.querySelector("small").textContent = lot.unit === "usd" ? UNITS.usd.help : `${unit.help} $${money(lot.upb)}`;
  field.querySelector("input").dataset.lot = lot.lot;
  return field;
}

function field(id, label, help, attributes = {}) {
  const told = help ? { "aria-describedby": `${id}-help` } : {};
  const input = element("input", { id, autocomplete: "off", ...told, ...attributes });
  const below = help ? [element("small", { id: `${id}-help` }, help)] : [];
  return element("div", { class: "field" }, element("label", { for: id }, label), input, ...below);
}

function about() {
  const certificates = sheet.certificates.map(({ code, text }) =>
    element("label", { class: "check" }, element("input", { type: "checkbox", "data-code": code }), text));
  const deposit = Number(sheet.terms.deposit) > 0 ? `$${money(sheet.terms.deposit)} must be with the seller before bids are due.` : "";
  return [
    field("entity", "Buyer", "Legal name of the entity that would buy.", { maxlength: "200" }),
    field("signer", "Signed by", "Full name of the person who binds the buyer.", { maxlength: "120" }),
    ...(certificates.length ? [element("fieldset", { class: "plain" }, element("legend", {}, "Certified"), ...certificates)] : []),
    field("deposit_reference", "Reference of the deposit", deposit, { maxlength: "60" }),
    element("details", {}, element("summary", {}, "Limits, validity and allocation"),
      field("most_dollars", "At most, dollars", "You are awarded no more than this, whatever your offers add up to.", { inputmode: "decimal" }),
      field("most_lots", "At most, lots", "", { inputmode: "numeric" }),
      field("valid_until", "Valid until the end of (UTC)", "", { type: "date" }),
      ...sheet.lots.filter(({ unit }) => unit === "percent").map(allocation)),
  ];
}

// ---- the yield: worked out here, neither sealed nor saved ----

const yields = () => !isReserve() && Object.keys(sheet.pools ?? {}).length > 0;
const asked = (id) => { const typed = byId(id)?.value.trim() ?? ""; return typed === "" ? NaN : Number(plain(typed)); };

function assumptions() {
  const months = Object.entries(sheet.pools).map(([lot, { rate, months: left }]) =>
    field(`months-${lot}`, `Lot ${lot} at ${Number(rate).toFixed(3)}%, months left`, "", { inputmode: "numeric", value: left ?? "" }));
  const help = "Bond-equivalent yield. Each lot is taken as one level-payment pool at its weighted note rate, with the first payment a month after settlement, a constant CPR, no losses and no delay.";
  const made = element("details", {}, element("summary", {}, "What the yield assumes"),
    field("cpr", "CPR, percent a year", "", { inputmode: "decimal", value: "8" }),
    field("servicing", "Servicing, percent a year", "", { inputmode: "decimal", value: "0.25" }),
    ...months, element("small", {}, help));
  made.open = Object.values(sheet.pools).some(({ months: left }) => !left);
  return made;
}

/** The yield of one offer in words; nothing where the sheet has no note rates. */
function yieldOf({ lots }) {
  if (!yields() || !lots.length) return "";
  const upb = Object.fromEntries(sheet.lots.map((lot) => [lot.lot, lot.upb]));
  const months = Object.fromEntries(sheet.lots.map(({ lot }) => [lot, asked(`months-${lot}`)]));
  const [cpr, servicing] = [asked("cpr"), asked("servicing")];
  const priced = lots.map(({ lot, price }) => ({ lot, price: Number(price) }));
  const [value, missing] = yieldSaid(priced, { upb, months, pools: sheet.pools, cpr, servicing });
  return missing ? `No yield: ${missing}` : `${yieldNamed(cpr)}: ${value}`;
}

function allocation({ lot }) {
  const help = "The file stays on your computer; its SHA-256 is sealed with the bid.";
  return field(`allocation-${lot}`, `Prices by loan, lot ${lot}`, help, { type: "file", accept: ".csv,text/csv", "data-allocation": lot });
}

/** The sums of the files with prices by loan, by lot. */
async function allocations() {
  const chosen = [...form.querySelectorAll("[data-allocation]")].filter((input) => input.files.length);
  const sums = chosen.map(async (input) => [input.dataset.allocation, await receiptOf(await input.files[0].arrayBuffer())]);
  return sums.length ? { allocations: Object.fromEntries(await Promise.all(sums)) } : {};
}

const offers = () => [...byId("offers").children];

function lotsOf(offer, key) {
  const filled = [...offer.querySelectorAll("[data-lot]")].filter((input) => input.value.trim());
  return filled.map((input) => ({ lot: input.dataset.lot, [key]: plain(input.value) }));
}

function offerOf(offer) {
  const conditions = offer.querySelector("textarea").value.split("\n").map((line) => line.trim()).filter(Boolean);
  return { lots: lotsOf(offer, "price"), ...(conditions.length ? { conditions } : {}) };
}

/** The content of the envelope as it would be sealed now; what was left empty is left out. */
function content() {
  if (isReserve()) return { lots: lotsOf(offers()[0], "amount") };
  const value = (id) => byId(id).value.trim();
  const optional = {
    deposit_reference: value("deposit_reference"),
    most_dollars: plain(value("most_dollars")),
    most_lots: Number(plain(value("most_lots"))) || "",
    valid_until: value("valid_until") && `${value("valid_until")}T23:59:59Z`,
  };
  const made = { offers: offers().map(offerOf), entity: value("entity"), signer: value("signer") };
  made.certified = [...form.querySelectorAll("[data-code]:checked")].map((each) => each.dataset.code);
  for (const [name, filled] of Object.entries(optional)) if (filled) made[name] = filled;
  return made;
}

function show() {
  const several = offers().length > 1;
  const amounts = isReserve() ? [] : totals(content(), sheet);
  for (const [at, offer] of offers().entries()) {
    offer.querySelector("legend b").textContent = several ? `Offer ${at + 1}` : "";
    offer.querySelector("legend button").hidden = !several;
    const amount = amounts[at]?.amount;
    offer.querySelector(".total").textContent = amount ? `Pays $${money(amount)}` : "";
    offer.querySelector(".yield").textContent = amount ? yieldOf(offerOf(offer)) : "";
  }
}

// ---- sealing ----

async function sealIt() {
  const bid = { ...content(), ...(await allocations()) };
  const wrong = problems(bid, sheet);
  byId("sealed").hidden = true;
  if (wrong.length) return said(byId("problems"), "bad", "The bid is not sealed yet.", wrong);
  byId("problems").replaceChildren();
  const openers = sheet.openers.map(({ name, public: key }) => ({ name, public: decoded(key) }));
  showSealed(await seal(bid, contextOf(sheet), openers, sheet.k));
}

function showSealed({ envelope, receipt }) {
  const name = `${sheet.sale}-${sheet.bidder}-${sheet.round}-${sheet.seq}.envelope`;
  const link = element("a", { href: URL.createObjectURL(new Blob([envelope])), download: name }, `Save ${name}`);
  const place = byId("sealed");
  said(place, "good", element("b", {}, "Sealed."), []);
  place.firstElementChild.append(
    element("p", {}, "Save the file and upload it on the page of the sale before bids are due. The receipt that the page shows must be this one:"),
    element("p", { class: "mono" }, receipt), link);
  place.hidden = false;
}

byId("sheet").addEventListener("change", ({ target }) => target.files.length && load(target.files[0]));
byId("add").addEventListener("click", addOffer);
form.addEventListener("input", () => { byId("sealed").hidden = true; show(); });
form.addEventListener("submit", (event) => {
  event.preventDefault();
  sealIt().catch(() => said(byId("problems"), "bad", "The bid could not be sealed. Open this page in a recent browser."));
});
if (!globalThis.crypto?.subtle) said(byId("sheet-said"), "bad", "This browser cannot seal from a file. Open the page in a recent Chrome, Edge, Firefox or Safari.");
