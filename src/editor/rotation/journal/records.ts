import type { Journal, Rotation } from "../../../openrouter/rotation/record.ts";
import { createJsonFolder } from "../../platform/jsonFolder.ts";

/** The time a step waits for another window to finish its step, before it is refused as busy. */
const LOCK_TIMEOUT_MS = 3_000;

export interface RotationRecords extends Journal {
  /** Lists the records for display; leaves out files that can't be read at the moment. */
  listReadable(): Promise<Rotation[]>;
  /** Removes temporary files of processes that ended while writing. Never fails. */
  removeStaleFiles(): Promise<void>;
}

/**
 * Stores the rotation records as files in a folder that all windows share.
 * @param folder need not exist
 * @param pulse returns the pulse file of this window
 */
export function createRotationRecords(
  folder: string,
  lockTimeoutMs = LOCK_TIMEOUT_MS,
  pulse: () => Promise<string | undefined> = async () => undefined,
): RotationRecords {
  const files = createJsonFolder(folder, isObject);
  // The schemas are imported with the first record, not when the extension activates.
  const schemas = () => import("../../../openrouter/rotation/record.ts");

  async function list(strict: boolean): Promise<Rotation[]> {
    const stored = await files.list({ strict });
    if (stored.length === 0) return [];
    const { parseRotation } = await schemas();
    const records = stored.map(parseRotation).filter((record) => record !== undefined);
    return records.sort((a, b) => (a.startedAt < b.startedAt ? -1 : 1));
  }

  return {
    // Strict, because an unreadable file must not make a key look as if it were not being rotated.
    list: () => list(true),
    listReadable: () => list(false),
    async read(id) {
      const stored = await files.read(id);
      return stored && (await schemas()).parseRotation(stored);
    },
    create: (record) => files.write(record.id, record),
    async update(id, change) {
      const { parseRotation } = await schemas();
      const next = await files.update(id, (stored) => {
        const record = parseRotation(stored);
        return record ? change(record) : stored;
      });
      return parseRotation(next);
    },
    remove: (id) => files.remove(id),
    removeStaleFiles: files.removeStaleFiles,
    lock: async (name) => files.lock(name, lockTimeoutMs, await pulse()),
  };
}

const isObject = (value: unknown): value is object => typeof value === "object" && value !== null;
