// The opening: an opener unlocks the key in this window, unseals the parts of every envelope, and gives all of them.

import { decoded, partsOf } from "./sealing.js";
import { KeyRefused, answered, ready, running, sent, unlocked } from "./openerkey.js";

const SAID_EVERY = 25;

async function open(form) {
  await running(form, async (lines) => {
    const key = await unlocked(form, (share) => lines.step("Unlocking your key.", share));
    lines.step("Fetching the envelopes.");
    const { envelopes } = await fetched(form.dataset.envelopes);
    const parts = await allParts(envelopes, form.dataset.opener, key, lines);
    lines.step("Giving your parts.");
    const { opened } = await sent(form, form.action, { parts: JSON.stringify(parts) });
    lines.done(opened ? "All bids are open." : "Your parts are kept.");
    location.assign(opened ? form.dataset.sale : form.action);
  });
}

async function fetched(url) {
  try {
    return await answered(await fetch(url, { headers: { Accept: "application/json" } }));
  } catch (error) {
    if (error instanceof KeyRefused) throw error;
    throw new KeyRefused("The connection broke. Nothing was given; try again.");
  }
}

async function allParts(envelopes, name, key, lines) {
  const parts = {};
  for (const [at, { position, envelope }] of envelopes.entries()) {
    parts[position] = await partsOfOne(envelope, position, name, key);
    if (at % SAID_EVERY === 0) lines.step("Unsealing your parts.", (at + 1) / envelopes.length);
  }
  return parts;
}

async function partsOfOne(envelope, position, name, key) {
  try {
    return await partsOf(decoded(envelope), name, key);
  } catch {
    return spoiled(envelope, name, position);
  }
}

/** What does not open must not keep the other bids shut: empty parts say so, and the opening reports this bid. */
function spoiled(envelope, name, position) {
  console.warn(`Entry ${position} holds a part that is not sealed to this key.`);
  try {
    const { g } = JSON.parse(new TextDecoder().decode(decoded(envelope)));
    return g.filter((group) => group.q.includes(name)).map((group) => ({ group: group.q, name, part: "" }));
  } catch {
    return []; // not even an envelope any more
  }
}

const form = document.querySelector("[data-opening-form]");
if (form && ready(form)) {
  form.addEventListener("submit", (event) => { event.preventDefault(); open(form); });
}
