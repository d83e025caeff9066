import { closeSync, constants, fstatSync, openSync, readSync } from "node:fs";
import { type LocatedSecret, PIECE_BYTES, searchPieces } from "../text/searchText.ts";

/** A link that took the file's place is not followed; a pipe that did doesn't block. Windows has neither flag. */
const FLAGS = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

/** Searches a file; returns why it was skipped otherwise. "gone" is one that was deleted in the meantime. */
export function searchFile(
  path: string,
  maxBytes: number,
): LocatedSecret[] | "binary" | "large" | "unreadable" | "gone" {
  let file: number | undefined;
  try {
    file = openSync(path, FLAGS);
    const stat = fstatSync(file);
    if (!stat.isFile()) return "gone";
    if (stat.size > maxBytes) return "large";
    return searchPieces(readPieces(file, stat.size)) ?? "binary";
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    return code === "ENOENT" || code === "ELOOP" ? "gone" : "unreadable";
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

function* readPieces(file: number, size: number): Generator<Buffer> {
  // Some files, such as those of /proc, have more bytes than their size says.
  const length = Math.min(PIECE_BYTES, Math.max(size + 1, 4096));
  for (;;) {
    const piece = Buffer.allocUnsafe(length);
    const read = readFully(file, piece);
    if (read > 0) yield piece.subarray(0, read);
    if (read < length) return;
  }
}

function readFully(file: number, piece: Buffer): number {
  let filled = 0;
  while (filled < piece.length) {
    const read = readSync(file, piece, filled, piece.length - filled, null);
    if (read === 0) break;
    filled += read;
  }
  return filled;
}
