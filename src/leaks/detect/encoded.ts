// Secrets in base64 and in bytes that are written as digits.
import { decodeBase64, type EncodedPart, plainForms } from "./base64.ts";
import { type DecodedText, within } from "./decodedText.ts";
import { unescapeAll } from "./escapes.ts";
import { decodeHex, findBytes, findSecretBytes } from "./hex.ts";
import { matchAt } from "./readable.ts";

interface EncodedSecret {
  secret: string;
  start: number;
  end: number;
}

/** Escapes within escapes, such as JSON in JSON. */
const MAX_ESCAPES = 3;
/** Characters of a decoded text that tell whether it begins like a secret. */
const PROBE = 60;
/** Bytes in digits that are decoded first. */
const PROBE_BYTES = 24;

/** Finds the secrets in base64. */
export function* findInBase64(text: string): Generator<EncodedSecret> {
  for (const parts of decodeBase64(text)) yield* firstOf(parts);
}

const encodedStarts = plainForms.map(({ needle, decode }) => ({ find: findBytes(needle), decode }));

/** Finds the secrets in hexadecimal or decimal bytes. */
export function* findInBytes(text: string): Generator<EncodedSecret> {
  for (const { at, decode } of findSecretBytes(text))
    if (beginsLikeSecret(decode(text, at, PROBE_BYTES).text))
      yield* firstOf([{ decoded: decode(text, at), inner: [] }]);
  for (const { find, decode } of encodedStarts)
    for (const at of find(text))
      if (beginsLikeSecret(decode(decodeHex(text, at, PROBE_BYTES).text).text))
        yield* firstOf([{ decoded: decodeHex(text, at), inner: [decode] }]);
}

/** True if a secret may begin in a text in base64 or in bytes. */
export function mayHoldEncoded(text: string): boolean {
  return (
    !decodeBase64(text).next().done ||
    !findSecretBytes(text).next().done ||
    encodedStarts.some(({ find }) => find(text).length > 0)
  );
}

/** Each of the parts begins where a secret may begin, so that nothing in them is searched twice. */
function firstOf(parts: readonly EncodedPart[]): EncodedSecret[] {
  for (const { decoded, inner } of parts) {
    const match = matchDecoded(inner.reduce((outer, decode) => within(outer, decode(outer.text)), decoded));
    if (match) return [match];
  }
  return [];
}

function matchDecoded(decoded: DecodedText): EncodedSecret | undefined {
  if (!beginsLikeSecret(decoded.text.slice(0, PROBE))) return undefined;
  let plain = decoded;
  for (let i = 0; i <= MAX_ESCAPES; i++) {
    const match = matchAt(plain.text, 0);
    if (match) return { secret: match.secret, start: plain.start(0), end: plain.end(match.end) };
    const next = unescapeAll(plain.text);
    if (!next) return undefined;
    plain = within(plain, next);
  }
  return undefined;
}

/** False if a text can't be the beginning of a secret. Keeps the search fast in texts that consist of beginnings. */
function beginsLikeSecret(text: string): boolean {
  let plain = text;
  for (let next = unescapeAll(plain); next; next = unescapeAll(plain)) plain = next.text;
  if (/^sk-or-v1-[0-9a-f]{0,63}[g-z_-]/i.test(plain)) return false;
  const letters = plain.replace(/[^a-z0-9]/gi, "").toLowerCase();
  return letters.length < 9 ? "skorv1".startsWith(letters.slice(0, 6)) : /^skorv1(?![g-tv-wyz])/.test(letters);
}
