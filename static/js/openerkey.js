// An opener's key: made in the browser, and out of it only under a passphrase (Argon2id, AES-256-GCM).
// The same format as portfolios/domain/sealing/keys.py; the tests open here what was locked there, and the other way round.

import { argon2idAsync } from "../vendor/noble/argon2.min.js";
import { decoded, encoded, newKeyPair, receiptOf as sha256 } from "./sealing.js";

const VERSION = 1;
const KDF = "argon2id";
const WORK = { m: 65536, t: 3, p: 1 };
const MOST = { m: 1024 * 1024, t: 10, p: 1 };
const LEAST = { m: 8, t: 1, p: 1 };
const SIZES = { salt: 16, iv: 12, ct: 48, public: 32 };
const WRAP = "plumbline opener key 1";
const TICK_MS = 20;
const text = new TextEncoder();

/** What a person reads when a key cannot be used. */
export class KeyRefused extends Error {}

const random = (length) => crypto.getRandomValues(new Uint8Array(length));

async function wrappingKey(passphrase, salt, { m, t, p }, onProgress) {
  const options = { m, t, p, dkLen: 32, maxmem: 2 ** 31, asyncTick: TICK_MS, onProgress };
  const raw = await argon2idAsync(text.encode(passphrase.normalize("NFKC")), salt, options);
  return crypto.subtle.importKey("raw", raw, "AES-GCM", false, ["encrypt", "decrypt"]);
}

const bound = (publicKey) => Uint8Array.from([...text.encode(WRAP), ...publicKey]);

/** The private key of a pair locked by a passphrase, to be kept as a file. */
export async function wrap(pair, passphrase, onProgress = () => {}) {
  const [salt, iv] = [random(SIZES.salt), random(SIZES.iv)];
  const key = await wrappingKey(passphrase, salt, WORK, onProgress);
  const algorithm = { name: "AES-GCM", iv, additionalData: bound(pair.public) };
  const ct = await crypto.subtle.encrypt(algorithm, key, pair.private);
  return { v: VERSION, kdf: KDF, ...WORK, salt: encoded(salt), iv: encoded(iv), ct: encoded(ct), public: encoded(pair.public) };
}

/** A fresh key: the public half, and the private one under the passphrase. */
export async function makeKey(passphrase, onProgress = () => {}) {
  const pair = await newKeyPair();
  return { public: encoded(pair.public), wrapped: await wrap(pair, passphrase, onProgress) };
}

/** The private key behind a passphrase, raw; KeyRefused with the sentence for the opener where it does not open. */
export async function unwrap(locked, passphrase, onProgress = () => {}) {
  check(locked);
  const key = await wrappingKey(passphrase, decoded(locked.salt), locked, onProgress);
  const algorithm = { name: "AES-GCM", iv: decoded(locked.iv), additionalData: bound(decoded(locked.public)) };
  try {
    return new Uint8Array(await crypto.subtle.decrypt(algorithm, key, decoded(locked.ct)));
  } catch {
    throw new KeyRefused("The passphrase does not open this key. Nothing was sent; type it again.");
  }
}

function check(locked) {
  if (locked?.v !== VERSION || locked?.kdf !== KDF) throw new KeyRefused("This is not a key file of Plumbline. Choose the file that was saved when the key was made.");
  for (const name of Object.keys(MOST)) {
    const given = locked[name];
    if (!Number.isInteger(given) || given < LEAST[name] || given > MOST[name]) {
      throw new KeyRefused("The key file asks for an amount of memory or work that no key of ours needs.");
    }
  }
  for (const [name, size] of Object.entries(SIZES)) {
    if (sizeOf(locked[name]) !== size) throw new KeyRefused("The key file is damaged: a part of it is missing or too short. Use another copy of it.");
  }
}

function sizeOf(value) {
  try {
    return typeof value === "string" ? decoded(value).length : null;
  } catch {
    return null;
  }
}

/** What people compare: the first 20 bytes of the SHA-256 of the public key, in groups of four hex digits. */
export async function fingerprint(publicKey) {
  return (await sha256(decoded(publicKey))).slice(0, 40).match(/.{4}/g).join(" ");
}

/** The opener's private key out of the fields of templates/portfolios/ceremonies/_unlock.html. */
export async function unlocked(form, onProgress) {
  const locked = await lockedKey(form);
  check(locked);
  if (form.dataset.public && locked.public !== form.dataset.public) {
    const found = await fingerprint(locked.public);
    throw new KeyRefused(`This file is the key ${found}, made for another sale or replaced since. This sale knows the key ${await fingerprint(form.dataset.public)}.`);
  }
  return unwrap(locked, form.querySelector("[data-passphrase]").value, onProgress);
}

async function lockedKey(form) {
  const file = form.querySelector("[data-key-file]").files[0];
  const kept = document.getElementById("kept-key");
  if (!file && !kept) throw new KeyRefused("Choose your key file first: this key was not left here.");
  try {
    const found = JSON.parse(file ? await file.text() : kept.textContent);
    return found.key ?? found;
  } catch {
    throw new KeyRefused("This is not a key file of Plumbline. Choose the file that was saved when the key was made.");
  }
}

/** Progress, status and error lines of a form, said as text. */
export function saying(form) {
  const [box, bar] = [form.querySelector("[data-progress]"), form.querySelector("progress")];
  const [status, error] = [form.querySelector("[data-status]"), form.querySelector("[data-error]")];
  const say = (line, words) => {
    line.textContent = words;
    line.hidden = !words;
  };
  return {
    step: (words, share) => {
      box.hidden = false;
      if (share === undefined) bar.removeAttribute("value");
      else bar.value = 100 * share;
      if (status.textContent !== words) say(status, words);
      say(error, "");
    },
    refuse: (words) => {
      box.hidden = true;
      say(status, "");
      say(error, words);
      error.focus();
    },
    done: (words) => {
      box.hidden = true;
      say(status, words);
    },
  };
}

/** Send fields to an address of ours; returns what it answers, or throws KeyRefused with its sentence. */
export async function sent(form, url, fields) {
  const token = form.querySelector("[name=csrfmiddlewaretoken]").value;
  let answer;
  try {
    answer = await fetch(url, { method: "POST", headers: { "X-CSRFToken": token, Accept: "application/json" }, body: new URLSearchParams(fields) });
  } catch {
    throw new KeyRefused("The connection broke. Nothing is lost; try again.");
  }
  return answered(answer);
}

/** What an address of ours answered as JSON, or KeyRefused with the sentence of its refusal. */
export async function answered(answer) {
  const found = await answer.json().catch(() => null);
  if (found === null) throw new KeyRefused("Your sign-in was a while ago. Load the page again, confirm who you are and go on.");
  if (!answer.ok) throw new KeyRefused(found.error);
  return found;
}

/** Run a form's step: its button rests meanwhile, and what goes wrong is said in words. */
export async function running(form, step) {
  const [button, lines] = [form.querySelector("[type=submit]"), saying(form)];
  button.disabled = true;
  try {
    await step(lines);
  } catch (error) {
    lines.refuse(error instanceof KeyRefused ? error.message : "This browser could not do it. Update it, or use another one; nothing was sent.");
    if (!(error instanceof KeyRefused)) console.warn(error);
  } finally {
    button.disabled = false;
  }
}

/** Forms work only with script, over a connection on which browsers give out their ciphers. */
export function ready(form) {
  if (!globalThis.crypto?.subtle) {
    saying(form).refuse("Browsers give out their ciphers only over https. Open this page at its https address.");
    return false;
  }
  form.querySelector("[type=submit]").disabled = false;
  return true;
}

const SHORTEST = 12;

function chosenPassphrase(form) {
  const [first, second] = [...form.querySelectorAll("[data-passphrase]")].map((field) => field.value);
  if (first.length < SHORTEST) throw new KeyRefused(`Use at least ${SHORTEST} characters; four or five words are easy to keep.`);
  if (first !== second) throw new KeyRefused("The two passphrases differ. Type both again.");
  return first;
}

async function make(form) {
  await running(form, async (lines) => {
    const passphrase = chosenPassphrase(form);
    const made = await makeKey(passphrase, (share) => lines.step("Making the key and locking it under your passphrase.", share));
    form.reset();
    await offer(form, made);
    lines.done("The key is made and exists only in this window until you save it.");
  });
}

async function offer(form, made) {
  const kept = document.querySelector("[data-key-made]");
  const file = { plumbline: "opener key", sale: form.dataset.sale, opener: form.dataset.opener, key: made.wrapped };
  const link = kept.querySelector("[data-key-download]");
  link.href = URL.createObjectURL(new Blob([`${JSON.stringify(file, null, 1)}\n`], { type: "application/json" }));
  link.download = `${form.dataset.sale}-${form.dataset.opener}-key.json`;
  kept.querySelector("[data-fingerprint]").textContent = await fingerprint(made.public);
  kept.querySelector("[name=public]").value = made.public;
  const [keep, register] = [kept.querySelector("[data-keep]"), kept.querySelector("[type=submit]")];
  const wrapped = kept.querySelector("[name=wrapped]");
  let saved = false;
  const settle = () => {
    wrapped.value = keep.checked ? JSON.stringify(made.wrapped) : "";
    register.disabled = !(saved || keep.checked);
  };
  link.addEventListener("click", () => { saved = true; settle(); });
  keep.addEventListener("change", settle);
  form.hidden = true;
  kept.hidden = false;
  settle();
  link.focus();
}

const form = globalThis.document?.querySelector("[data-key-form]");
if (form && ready(form)) {
  form.addEventListener("submit", (event) => { event.preventDefault(); make(form); });
}
