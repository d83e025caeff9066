// Searches texts of any size: large ones in pieces that overlap.
import { findSecrets, type SecretForm } from "../detect/findSecrets.ts";
import { markAllowed } from "../ignore.ts";
import type { TextRange } from "../model.ts";
import { createDecoder, detectEncoding } from "./encoding.ts";
import { positionsIn } from "./lines.ts";

/** A secret and its place in a text. */
export interface LocatedSecret extends TextRange {
  secret: string;
  form: SecretForm;
  /** True if a comment says that it may stay. */
  isAllowed?: boolean;
}

/** Characters of the previous piece that a piece begins with: more than a secret has with all that may stand within it. */
const OVERLAP = 64 * 1024;
/** Whether a secret begins or ends here can't be told this close to the end of a piece. */
const MARGIN = 1024;
/** Bytes that are searched at once. */
export const PIECE_BYTES = 8 * 1024 * 1024;

/** Searches bytes; undefined if they are binary. */
export function searchBytes(bytes: Buffer): LocatedSecret[] | undefined {
  if (bytes.length <= PIECE_BYTES) return searchPieces([bytes]);
  return searchPieces(
    (function* () {
      for (let at = 0; at < bytes.length; at += PIECE_BYTES) yield bytes.subarray(at, at + PIECE_BYTES);
    })(),
  );
}

/** Searches bytes that are read piece by piece; undefined if the first piece is binary. */
export function searchPieces(pieces: Iterable<Buffer>): LocatedSecret[] | undefined {
  let search: ReturnType<typeof createSearch> | undefined;
  let decode: ReturnType<typeof createDecoder> | undefined;
  for (const piece of pieces) {
    if (!decode || !search) {
      const encoding = detectEncoding(piece);
      if (!encoding) return undefined;
      decode = createDecoder(encoding);
      search = createSearch();
    }
    search.add(decode(piece));
  }
  return search && decode ? search.end(decode()) : [];
}

/** Searches a text that is complete. */
export function searchText(text: string): LocatedSecret[] {
  return createSearch().end(text);
}

/** Searches a text that arrives in pieces. A piece is searched once the next one is known to follow. */
function createSearch() {
  const found = new Map<string, LocatedSecret>();
  /** The text that is not yet searched to its end, and the position of its first character. */
  let text = "";
  let start = { line: 1, column: 1 };
  let isBeginning = true;

  const search = (isLast: boolean) => {
    const secrets = findSecrets(text);
    if (secrets.length > 0) {
      const positionAt = positions(text, start);
      for (const one of markAllowed(text, secrets)) {
        if (!isBeginning && one.start < MARGIN) continue;
        if (!isLast && one.end > text.length - MARGIN) continue;
        const [from, to] = [positionAt(one.start), positionAt(one.end)];
        const range = { line: from.line, column: from.column, endLine: to.line, endColumn: to.column };
        const key = `${one.secret} ${from.line} ${from.column}`;
        // Of the two pieces that overlap here, one may not contain the comment.
        const allowed = (one.isAllowed || found.get(key)?.isAllowed) && { isAllowed: true };
        found.set(key, { secret: one.secret, form: one.form, ...range, ...allowed });
      }
    }
  };
  return {
    add(piece: string) {
      if (text.length > OVERLAP) {
        search(false);
        // A line break of two characters stays whole.
        const cut = text.length - OVERLAP - (text[text.length - OVERLAP] === "\n" ? 1 : 0);
        start = positions(text, start)(cut);
        text = text.slice(cut);
        isBeginning = false;
      }
      text += piece;
    },
    end(piece: string): LocatedSecret[] {
      text += piece;
      search(true);
      return [...found.values()];
    },
  };
}

/** Returns a function that tells the line and column of an offset in a text that begins at `start`. */
function positions(text: string, start: { line: number; column: number }) {
  const positionOf = positionsIn(text);
  return (offset: number): { line: number; column: number } => {
    const { line, column } = positionOf(offset);
    return { line: start.line + line, column: column + (line === 0 ? start.column : 1) };
  };
}
