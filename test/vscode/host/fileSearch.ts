import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** Returns the files below the folders that contain the text in UTF-8, UTF-16 or within base64. */
export function filesContaining(text: string, dirs: string[]): string[] {
  const needles = encodings(text);
  return dirs.flatMap((dir) =>
    readdirSync(dir, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .filter((file) => {
        const content = contentOf(file);
        return needles.some((needle) => content.includes(needle));
      }),
  );
}

/** Returns the bytes that a file with the text contains: in UTF-8, in UTF-16 or within base64. */
export function encodings(text: string): Buffer[] {
  return [Buffer.from(text, "utf8"), Buffer.from(text, "utf16le"), ...base64(text)];
}

/** Encodes the text in base64 after 0, 1 or 2 other bytes, without the characters that depend on neighboring bytes. */
function base64(text: string): Buffer[] {
  return [0, 1, 2].map((before) => {
    const bytes = Buffer.concat([Buffer.alloc(before), Buffer.from(text)]);
    const digits = bytes.toString("base64").slice(before && before + 1, Math.floor((bytes.length * 4) / 3));
    return Buffer.from(digits);
  });
}

/** Returns an empty buffer for a file that a running editor removed during the search. */
export function contentOf(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    return Buffer.alloc(0);
  }
}
