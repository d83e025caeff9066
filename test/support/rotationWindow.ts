// A window that rotates keys; windows share the journal and the secrets as files. It runs in this process or, if this file is
// the main program, in a process of its own that receives steps as messages.
import { fork } from "node:child_process";
import { join } from "node:path";
import { createJsonFolder } from "../../src/editor/platform/jsonFolder.ts";
import { createRotationRecords } from "../../src/editor/rotation/journal/records.ts";
import { createClient } from "../../src/openrouter/index.ts";
import {
  acknowledgeSecret,
  adoptNewKey,
  beginRotation,
  bindGuardrail,
  closeRotation,
  deleteOld,
  deleteStrayKey,
  disableOld,
  enableOld,
  identifyNewKey,
  type Rotation,
  type RotationContext,
  recreateKey,
  restoreLimit,
  rollBack,
} from "../../src/openrouter/rotation/index.ts";

export interface WindowOptions {
  /** The folder of the journal and the secrets. */
  folder: string;
  baseUrl: string;
  key: string;
  /** How long a step waits for another window's lock. */
  patienceMs?: number;
}

interface StoredSecret {
  hash: string;
  secret: string;
}

const isStoredSecret = (value: unknown): value is StoredSecret =>
  typeof (value as StoredSecret | null)?.secret === "string";

/** All steps; `hashes` are the new keys that the user sees and takes for the rotation's. */
export const windowSteps = {
  begin: (context, record) => beginRotation(context, record),
  /** Starts another rotation of the same key. */
  beginAnew: (context, record, [id]) =>
    beginRotation(context, { ...record, id: id!, step: "creating", new: undefined }),
  adopt: (context, record, [hash = "none"]) => adoptNewKey(context, record, { hash }),
  identify: (context, record) => identifyNewKey(context, record),
  recreate: (context, record, remove) => recreateKey(context, record, { remove }),
  bind: (context, record) => bindGuardrail(context, record),
  bindWithout: (context, record) => bindGuardrail(context, record, { withoutGuardrail: true }),
  acknowledge: (context, record) => acknowledgeSecret(context, record, "copied"),
  disableOld: (context, record) => disableOld(context, record),
  undoDisable: (context, record) => enableOld(context, record),
  deleteOld: (context, record) => deleteOld(context, record),
  close: (context, record) => closeRotation(context, record),
  rollBack: (context, record, remove) => rollBack(context, record, { remove }),
  restoreLimit: (context, record) => restoreLimit(context, record),
  deleteStray: (context, record, [hash = "none"]) => deleteStrayKey(context, record, hash),
} satisfies Record<string, (context: RotationContext, record: Rotation, hashes: string[]) => Promise<unknown>>;

export type StepName = keyof typeof windowSteps;

/** The result of a step: the record (undefined if it was removed), or the error. */
export interface Outcome {
  step: StepName;
  record?: Rotation;
  error?: { name: string; reason?: string; message: string };
}

export interface RotationWindow {
  /** Runs a step. @param record the window's copy, which may be stale */
  take(step: StepName, record: Rotation, hashes?: string[]): Promise<Outcome>;
  close(): void;
}

/** Opens the storage that the windows of one folder share. */
export function openSharedStorage(folder: string, patienceMs?: number) {
  const held = createJsonFolder(join(folder, "held"), isStoredSecret);
  return {
    journal: createRotationRecords(join(folder, "rotations"), patienceMs),
    secrets: {
      store: ({ hash }: { hash: string }, secret: string) => held.write(hash, { hash, secret }),
      get: async (hash: string) => (await held.read(hash))?.secret,
      discard: (hash: string) => held.remove(hash),
    },
    storedSecrets: () => held.list(),
  };
}

/** Opens a window in this process. */
export function openWindow({ folder, baseUrl, key, patienceMs }: WindowOptions): RotationWindow {
  const { journal, secrets } = openSharedStorage(folder, patienceMs);
  const context: RotationContext = { client: createClient({ key, baseUrl }), journal, secrets };
  return {
    async take(step, record, hashes = []) {
      try {
        return { step, record: (await windowSteps[step](context, record, hashes)) as Rotation | undefined };
      } catch (error) {
        const { name, message, reason } = error as Error & { reason?: string };
        return { step, error: { name, reason, message } };
      }
    },
    close() {},
  };
}

/** Opens a window in a process of its own. */
export async function forkWindow(place: WindowOptions): Promise<RotationWindow & { kill(): Promise<void> }> {
  const child = fork(import.meta.filename, [JSON.stringify(place)], { stdio: "inherit" });
  const exited = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const message = () => new Promise((resolve) => child.once("message", resolve));
  await message();
  return {
    take(step, record, hashes) {
      const outcome = message() as Promise<Outcome>;
      child.send({ step, record, hashes });
      return outcome;
    },
    close: () => child.disconnect(),
    async kill() {
      child.kill("SIGKILL");
      await exited;
    },
  };
}

if (process.argv[1] === import.meta.filename) {
  const window = openWindow(JSON.parse(process.argv[2]!));
  process.on("message", async ({ step, record, hashes }: { step: StepName; record: Rotation; hashes?: string[] }) =>
    process.send?.(await window.take(step, record, hashes)),
  );
  process.send?.("ready");
}
