// Remembers what adding our entry to a file changed besides the entry, so that removing it restores the file exactly.
// Contains no content of the file except whitespace and comments between braces.
import { createHash } from "node:crypto";
import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { makeFolder } from "../../channel/entries.ts";
import { writeAtomically } from "../../channel/writeAtomically.ts";
import type { Receipt } from "./formats/format.ts";

export interface FileReceipt extends Receipt {
  /** The file did not exist; the folders that were created for it, the outermost first. */
  createdFolders?: string[];
}

export interface Receipts {
  read(file: string): Promise<FileReceipt | undefined>;
  write(file: string, receipt: FileReceipt): Promise<void>;
  remove(file: string): Promise<void>;
}

export function createReceipts(privateFolder: string): Receipts {
  const folder = join(privateFolder, "clients");
  const pathOf = (file: string) => join(folder, `${createHash("sha256").update(file).digest("hex").slice(0, 32)}.json`);
  return {
    async read(file) {
      try {
        return validated(JSON.parse(await readFile(pathOf(file), "utf8")));
      } catch {
        return undefined; // Without a receipt, the entry can still be removed.
      }
    },
    async write(file, receipt) {
      await makeFolder(folder);
      await writeAtomically(pathOf(file), JSON.stringify(receipt));
    },
    remove: (file) => rm(pathOf(file), { force: true }),
  };
}

function validated(value: FileReceipt): FileReceipt {
  const { container, around, inner, createdFolders } = value;
  return {
    ...(container === true && { container }),
    ...(typeof around?.before === "string" && typeof around.after === "string" && { around }),
    ...(typeof inner === "string" && { inner }),
    ...(Array.isArray(createdFolders) && { createdFolders: createdFolders.filter((one) => typeof one === "string") }),
  };
}
