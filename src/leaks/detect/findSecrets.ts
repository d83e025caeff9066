// Finds OpenRouter secrets in text: plain, split over strings or lines, escaped, URL-encoded,
// base64-encoded and as hexadecimal or decimal bytes. Pure.
import { lastAtMost } from "./decodedText.ts";
import { findInBase64, findInBytes, mayHoldEncoded } from "./encoded.ts";
import { decodeEscapes } from "./escapes.ts";
import { findReadable, mayBegin } from "./readable.ts";

/** A secret and the part of the text that holds it. */
export interface FoundSecret {
  /** `sk-or-v1-` and 64 lower-case hex digits. */
  secret: string;
  start: number;
  end: number;
  form: SecretForm;
}

export type SecretForm = "plain" | "split" | "escaped" | "base64" | "hex";

/** `sk-or-v1-` and 64 digits. */
const LENGTH = 73;
/** Escapes within escapes, such as text that is URL-encoded twice. */
const MAX_DEPTH = 3;

/** Finds all secrets, in the order of their position. The same part of the text is reported once. */
export function findSecrets(text: string): FoundSecret[] {
  const found = findAtDepth(text, 0).sort((a, b) => a.start - b.start || a.end - b.end);
  const once = new Map(found.map((one) => [`${one.secret} ${one.start}`, one]));
  return [...once.values()];
}

/** False if a text holds no secret, which is known in a small part of the time that a search may take. */
export function mayHoldSecret(text: string, depth = 0): boolean {
  if (mayBegin(text) || mayHoldEncoded(text)) return true;
  return depth < MAX_DEPTH && decodeEscapes(text).some((decoded) => mayHoldSecret(decoded.text, depth + 1));
}

function findAtDepth(text: string, depth: number): FoundSecret[] {
  const readable = findReadable(text).map((one) => ({ ...one, form: formOf(text, one) }));
  const encoded: FoundSecret[] = [
    ...Array.from(findInBase64(text), (one) => ({ ...one, form: "base64" as const })),
    ...Array.from(findInBytes(text), (one) => ({ ...one, form: "hex" as const })),
  ];
  if (depth < MAX_DEPTH)
    for (const decoded of decodeEscapes(text))
      for (const { secret, start, end, form } of findAtDepth(decoded.text, depth + 1))
        encoded.push({
          secret,
          form: form === "base64" || form === "hex" ? form : "escaped",
          start: decoded.start(start),
          end: decoded.end(end),
        });
  const starts = readable.map(({ start }) => start);
  const isNew = ({ start, end }: FoundSecret) => (readable[lastAtMost(starts, end - 1)]?.end ?? 0) <= start;
  return [...readable, ...encoded.filter(isNew)];
}

function formOf(text: string, { secret, start, end }: { secret: string; start: number; end: number }): SecretForm {
  if (end - start > LENGTH) return "split";
  // Another dash in place of a hyphen is written in another way, too.
  return text.slice(start, end).toLowerCase() === secret ? "plain" : "escaped";
}
