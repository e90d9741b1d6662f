// Seals a bid in the browser, so that the server never holds one it can read, and unseals an opener's parts.
// The same format as portfolios/domain/sealing; the tests open here what was sealed there, and the other way round.

import { Aes256Gcm, CipherSuite, DhkemX25519HkdfSha256, HkdfSha256 } from "../vendor/hpke/hpke.min.js";

const VERSION = 1;
const BLOCK = 16 * 1024;
const LENGTH = 4;
const KEY = 32;
const NONCE = 12;
const text = new TextEncoder();

const suite = () =>
  new CipherSuite({ kem: new DhkemX25519HkdfSha256(), kdf: new HkdfSha256(), aead: new Aes256Gcm() });

/** The one way to write a thing: sorted ASCII keys, no spaces, only text, whole numbers, lists and objects. */
export function canonical(thing) {
  return text.encode(written(thing));
}

function written(thing) {
  if (typeof thing === "string") return JSON.stringify(thing);
  if (Number.isSafeInteger(thing)) return String(thing);
  if (Array.isArray(thing)) return `[${thing.map(written).join(",")}]`;
  if (thing !== null && typeof thing === "object") return `{${Object.keys(thing).sort().map((key) => field(thing, key)).join(",")}}`;
  throw new TypeError("Only text, whole numbers, lists and objects can be sealed.");
}

function field(thing, key) {
  if (!/^[\x00-\x7f]*$/.test(key)) throw new TypeError(`The key ${key} is not plain ASCII text.`);
  return `${JSON.stringify(key)}:${written(thing[key])}`;
}

/** Bytes as base64url without padding. */
export function encoded(bytes) {
  const binary = Array.from(new Uint8Array(bytes), (byte) => String.fromCharCode(byte)).join("");
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

/** The bytes behind base64url without padding. */
export function decoded(value) {
  return Uint8Array.from(atob(value.replaceAll("-", "+").replaceAll("_", "/")), (character) => character.charCodeAt(0));
}

/** Every group of k of the names, in the order in which both sides write them. */
export function groupsOf(names, k) {
  const sorted = [...names].sort();
  const choose = (from, count) =>
    count === 0 ? [[]] : sorted.slice(from).flatMap((name, at) => choose(from + at + 1, count - 1).map((rest) => [name, ...rest]));
  return choose(0, k);
}

const random = (length) => crypto.getRandomValues(new Uint8Array(length));
const infoOf = (context, group, name) => canonical({ ctx: context, q: group, o: name, v: VERSION });
const xor = (parts) => parts.reduce((left, right) => left.map((byte, at) => byte ^ right[at]));

function padded(bid) {
  const whole = new Uint8Array(Math.ceil((LENGTH + bid.length) / BLOCK) * BLOCK);
  new DataView(whole.buffer).setUint32(0, bid.length);
  whole.set(bid, LENGTH);
  return whole;
}

async function sha256(bytes) {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** The receipt of an envelope's bytes. */
export const receiptOf = sha256;

async function encrypted(key, nonce, bytes, context) {
  const imported = await crypto.subtle.importKey("raw", key, "AES-GCM", false, ["encrypt"]);
  const public_ = canonical(context);
  return new Uint8Array(await crypto.subtle.encrypt({ name: "AES-GCM", iv: nonce, additionalData: public_ }, imported, bytes));
}

async function sealedPart(part, opener, context, group) {
  const kem = suite();
  const recipientPublicKey = await kem.kem.deserializePublicKey(opener.public);
  const sender = await kem.createSenderContext({ recipientPublicKey, info: infoOf(context, group, opener.name) });
  const sealed = new Uint8Array(await sender.seal(part));
  const whole = new Uint8Array(sender.enc.byteLength + sealed.length);
  whole.set(new Uint8Array(sender.enc));
  whole.set(sealed, sender.enc.byteLength);
  return encoded(whole);
}

async function sealedGroup(key, group, context, openers) {
  const parts = group.slice(1).map(() => random(KEY));
  parts.push(xor([key, ...parts]));
  const sealed = group.map((name, at) => sealedPart(parts[at], openers.find((opener) => opener.name === name), context, group));
  return { q: group, p: await Promise.all(sealed) };
}

/** Seal a bid to any k of the openers ({name, public: bytes}). Returns the bytes to send and their receipt. */
export async function seal(bid, context, openers, k) {
  const names = openers.map((opener) => opener.name).sort();
  const key = random(KEY);
  const nonce = random(NONCE);
  const ciphertext = await encrypted(key, nonce, padded(canonical({ ...bid, nonce: encoded(random(16)) })), context);
  const groups = await Promise.all(groupsOf(names, k).map((group) => sealedGroup(key, group, context, openers)));
  const commitment = await sha256(Uint8Array.from([...text.encode("plumbline bid key 1"), ...key]));
  const envelope = canonical({
    v: VERSION, ctx: context, k, n: names, iv: encoded(nonce), ct: encoded(ciphertext), kc: commitment, g: groups,
  });
  return { envelope, receipt: await sha256(envelope) };
}

/** Unseal all parts of one opener from an envelope's bytes; throws where they were not sealed to this key. */
export async function partsOf(envelope, name, privateKey) {
  const { ctx, g } = JSON.parse(new TextDecoder().decode(envelope));
  const mine = g.filter((group) => group.q.includes(name));
  return Promise.all(mine.map((group) => openedPart(group, name, privateKey, ctx)));
}

async function openedPart(group, name, privateKey, context) {
  const sealed = decoded(group.p[group.q.indexOf(name)]);
  return { group: group.q, name, part: encoded(await unsealed(sealed, privateKey, infoOf(context, group.q, name))) };
}

/** What was sealed to one key (HPKE: the encapsulated key, then the ciphertext); throws where it was not. */
export async function unsealed(sealed, privateKey, info) {
  const kem = suite();
  const recipientKey = await kem.kem.deserializePrivateKey(privateKey);
  const recipient = await kem.createRecipientContext({ recipientKey, enc: sealed.slice(0, KEY), info });
  return recipient.open(sealed.slice(KEY));
}

/** A fresh key pair of an opener, raw bytes. */
export async function newKeyPair() {
  const { kem } = suite();
  const pair = await kem.generateKeyPair();
  const [privateKey, publicKey] = [await kem.serializePrivateKey(pair.privateKey), await kem.serializePublicKey(pair.publicKey)];
  return { private: new Uint8Array(privateKey), public: new Uint8Array(publicKey) };
}
