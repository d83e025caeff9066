import { beginsLikeSecret, type DecodedText } from "./decodedText.ts";

/** Characters that are decoded: enough for a secret in UTF-16, and for one that is escaped within the encoded text. */
const WINDOW = 400;
/** Characters that are decoded first, to see whether a secret follows. */
const PROBE = 48;

/**
 * Line breaks within encoded text, as MIME, PEM and JSON have them, and what stands between its parts in a program. Backslashes
 * are matched in one way only, or there would be too many.
 */
const GAP = "(?:\\\\{1,8}(?!\\\\)[nr]?|[\\s\"'`,]){0,40}(?:\\+\\s{0,40}[\"'`])?";
const gapAt = /(?:\\{1,8}(?!\\)[nr]?|[\s"'`,]|\+(?=\s{0,40}["'`])){1,100}/y;
const runAt = new RegExp(`[A-Za-z0-9+/_-]{1,${WINDOW}}`, "y");

interface Form {
  encoding: "utf8" | "utf16le";
  /** The position of the beginning modulo 3, which decides how it is encoded. */
  position: number;
  /** The first characters, which also depend on the byte before. */
  lead: string;
  /** The characters that depend on the beginning only. */
  needle: string;
  /** How the beginning is encoded itself. */
  inner?: Form;
}

function formsOf(beginning: string, encoding: Form["encoding"], inner?: Form): Form[] {
  return [0, 1, 2].map((position) => {
    const bytes = Buffer.concat([Buffer.alloc(position), Buffer.from(beginning, encoding)]);
    const whole = bytes.toString("base64");
    const start = Math.ceil((position * 8) / 6);
    const needle = whole.slice(start, Math.floor((bytes.length * 8) / 6));
    return { encoding, position, lead: whole.slice(0, start), needle, inner };
  });
}

/** The beginning of a secret in UTF-8, in UTF-16, as PowerShell encodes commands, and encoded before it is encoded here. */
const plain = formsOf("sk-or-", "utf8");
const forms = [
  ...plain,
  ...formsOf("sk-or-", "utf16le"),
  ...["sk%2Dor%2D", "sk%2dor%2d"].flatMap((escaped) => formsOf(escaped, "utf8")),
  ...plain.flatMap((form) => formsOf(form.needle, "utf8", form)),
];
/** One expression with a group for each form is much faster than one expression for each. */
const beginnings = new RegExp(forms.map(({ needle }) => `(${[...needle].join(GAP)})`).join("|"), "g");

/** Encoded text without what stands between its parts. */
class Run {
  /** Where each part begins, in the text and among the characters. */
  readonly #parts: { offset: number; index: number }[] = [];
  characters = "";

  add(offset: number, characters: string): void {
    this.#parts.push({ offset, index: this.characters.length });
    this.characters += characters;
  }

  /** Returns the offset of a character in the text. */
  offsetOf(character: number): number {
    const index = Math.min(Math.max(character, 0), this.characters.length - 1);
    const part = this.#parts.findLast((one) => one.index <= index)!;
    return part.offset + index - part.index;
  }
}

/** Decodes the base64 text from each place on where an encoded secret begins: up to its first gap, and across gaps. */
export function decodeBase64(text: string): DecodedText[] {
  return [...text.matchAll(beginnings)].flatMap(({ index, ...groups }) => {
    const form = forms.find((_, i) => groups[i + 1] !== undefined)!;
    const [upToGap, run] = collect(text, index);
    if (!mayBeSecret(form, run.characters)) return [];
    const runs = upToGap === run ? [run] : [upToGap, run];
    return runs.map((one) => decode(one, form));
  });
}

/** False if what is encoded can't be a secret. */
function mayBeSecret(form: Form, characters: string): boolean {
  const decoded = decodeCharacters(characters.slice(0, PROBE), form);
  return form.inner ? mayBeSecret(form.inner, decoded) : beginsLikeSecret(decoded);
}

function decodeCharacters(characters: string, { encoding, position, lead }: Form): string {
  // The characters before are replaced by those of a known beginning, so that the decoder is in step.
  const bytes = Buffer.from(lead + characters, "base64").subarray(position);
  // Latin 1 has one character for each byte, whatever surrounds the secret.
  return bytes.toString(encoding === "utf8" ? "latin1" : "utf16le");
}

function decode(run: Run, form: Form): DecodedText {
  const width = form.encoding === "utf8" ? 1 : 2;
  const characterOf = (byte: number) => Math.floor(((byte + form.position) * 4) / 3) - form.lead.length;
  return {
    text: decodeCharacters(run.characters, form),
    start: (offset) => run.offsetOf(characterOf(offset * width)),
    end: (offset) => run.offsetOf(characterOf(offset * width - 1) + 1) + 1,
  };
}

/** Collects base64 characters from a position on: up to the first gap, and across gaps. */
function collect(text: string, from: number): [upToGap: Run, run: Run] {
  const run = new Run();
  let upToGap: Run | undefined;
  for (let at = from; run.characters.length < WINDOW; ) {
    runAt.lastIndex = at;
    const characters = runAt.exec(text)?.[0];
    if (characters === undefined) break;
    run.add(at, characters);
    gapAt.lastIndex = at + characters.length;
    const gap = gapAt.exec(text)?.[0];
    if (gap === undefined) break;
    at += characters.length + gap.length;
    if (!upToGap) {
      upToGap = new Run();
      upToGap.add(from, characters);
    }
  }
  return [upToGap ?? run, run];
}
