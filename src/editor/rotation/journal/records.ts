import type { Journal, Rotation } from "../../../openrouter/rotation/record.ts";
import { createJsonFolder } from "../../platform/jsonFolder.ts";

/** How long a step waits for another window's. It is said, then, that that one works. */
const LOCK_TIMEOUT_MS = 3_000;

export interface RotationRecords extends Journal {
  /** The records to show: without those that cannot be read just now. */
  listReadable(): Promise<Rotation[]>;
  /** Removes what processes left that ended while they wrote. Never fails. */
  removeStaleFiles(): Promise<void>;
}

/** The records of rotations as files of one folder, which all windows share. @param folder need not exist */
export function createRotationRecords(folder: string, lockTimeoutMs = LOCK_TIMEOUT_MS): RotationRecords {
  const files = createJsonFolder(folder, isObject);
  // The schemas come with the first record, not with the extension.
  const schemas = () => import("../../../openrouter/rotation/record.ts");

  async function list(strict: boolean): Promise<Rotation[]> {
    const stored = await files.list({ strict });
    if (stored.length === 0) return [];
    const { parseRotation } = await schemas();
    const records = stored.map(parseRotation).filter((record) => record !== undefined);
    return records.sort((a, b) => (a.startedAt < b.startedAt ? -1 : 1));
  }

  return {
    // Whether a key is being rotated must not depend on a file that cannot be read just now.
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
    lock: (name) => files.lock(name, lockTimeoutMs),
  };
}

const isObject = (value: unknown): value is object => typeof value === "object" && value !== null;
