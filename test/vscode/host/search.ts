import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** The files below the folders that hold the text as it is, in UTF-8 or UTF-16. */
export function filesHolding(text: string, dirs: string[]): string[] {
  const needles = [Buffer.from(text, "utf8"), Buffer.from(text, "utf16le"), Buffer.from(btoa(text), "utf8")];
  return dirs.flatMap((dir) =>
    readdirSync(dir, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .filter((file) => {
        const content = readFileSync(file);
        return needles.some((needle) => content.includes(needle));
      }),
  );
}
