// The seal of a receipt, read and verified in the browser. Layout: docs/receipts.md.

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const LETTERS = 148;
const SUMMARY_BYTES = 28;
const SIGNED_BEFORE = new TextEncoder().encode("odsc-counter seal\n");
const GRACE_MS = 10 * 60 * 1000;

// A public key and a signature of RFC 8032 (section 7.1, test 1) over the empty message.
const PROBE_KEY = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";
const PROBE_SIGNATURE =
  "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155" +
  "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b";

const unhex = (text) => Uint8Array.from(text.match(/../g), (pair) => parseInt(pair, 16));
const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

function unbase32(letters) {
  const bytes = [];
  let bits = 0;
  let held = 0;
  for (const letter of letters) {
    const value = ALPHABET.indexOf(letter);
    if (value < 0) return null;
    held = ((held << 5) | value) & 0xfff;
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      bytes.push((held >> bits) & 0xff);
    }
  }
  // Only one way to write a seal is right: the spare bits are nought.
  return held & ((1 << bits) - 1) ? null : Uint8Array.from(bytes);
}

/** What a seal says, or null where the text is none. */
export function opened(text) {
  const letters = text
    .toUpperCase()
    .replace(/^[^]*\/R\//, "")
    .replace(/[\s\u200b\ufeff-]+/g, "");
  const packed = letters.length === LETTERS ? unbase32(letters) : null;
  if (!packed) return null;
  const view = new DataView(packed.buffer);
  const series = String.fromCharCode(packed[8]);
  if (packed[0] !== 1 || !/[A-Z]/.test(series)) return null;
  return {
    letters,
    keyId: hex(packed.subarray(1, 5)).toUpperCase(),
    centre: view.getUint16(5),
    year: 2000 + packed[7],
    series,
    number: (packed[9] << 16) | view.getUint16(10),
    // Seven bytes with a sign, from the twelfth on: more than a plain number holds exactly.
    amount: BigInt.asIntN(56, view.getBigUint64(11)),
    issued: new Date(view.getUint32(19) * 60000),
    summary: packed.slice(0, SUMMARY_BYTES),
    signature: packed.slice(SUMMARY_BYTES),
  };
}

async function isSignedBy(publicKey, message, signature) {
  const kind = { name: "Ed25519" };
  const key = await crypto.subtle.importKey("raw", publicKey, kind, false, ["verify"]);
  return crypto.subtle.verify(kind, key, signature, message);
}

/** Whether this browser can verify at all: Ed25519 came late, and only with HTTPS. */
export async function canVerify() {
  try {
    return await isSignedBy(unhex(PROBE_KEY), new Uint8Array(), unhex(PROBE_SIGNATURE));
  } catch {
    return false;
  }
}

/** valid, forged, retired or unknown, and the key if it is known. */
export async function verified(found, keys) {
  const key = keys.find((one) => one.key_id === found.keyId);
  if (!key) return { outcome: "unknown" };
  const publicKey = Uint8Array.from(atob(key.public_key), (letter) => letter.charCodeAt(0));
  const message = new Uint8Array([...SIGNED_BEFORE, ...found.summary]);
  const isRight = await isSignedBy(publicKey, message, found.signature);
  if (!isRight || key.centre.number !== found.centre) return { outcome: "forged", key };
  const isLate = key.valid_to && found.issued - new Date(key.valid_to) > GRACE_MS;
  return { outcome: isLate ? "retired" : "valid", key };
}
