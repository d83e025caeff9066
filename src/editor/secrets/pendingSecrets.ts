import * as vscode from "vscode";
import { isEndedSample } from "../account/sampleId.ts";
import { secretIds } from "../platform/ids.ts";
import type { WindowPulse } from "../platform/windowPulse.ts";
import type { PendingSecret } from "./pendingSecret.ts";
import { createSecretRecords } from "./secretRecords.ts";

export interface PendingSecrets extends vscode.Disposable {
  readonly onDidChange: vscode.Event<void>;
  /** The records, without the secrets. */
  list(): readonly PendingSecret[];
  stateOf(hash: string): PendingSecret["state"] | undefined;
  /** Stores a new key's secret in state "waiting". Must be called before anything else that can fail. */
  store(account: string, key: { hash: string; name: string; label: string }, secret: string): Promise<void>;
  /** Sets the account of a secret that an earlier version stored, or whose account was removed and added again. */
  assignAccount(hash: string, account: string): Promise<void>;
  get(hash: string): Promise<string | undefined>;
  /** Changes the state from "waiting" to "kept". */
  keep(hash: string): Promise<void>;
  discard(hash: string): Promise<void>;
  /** Resolves once the records of earlier sessions have been read. */
  ready: Promise<void>;
}

/** @param pulse absent in a browser, where the extension ends with its window */
export function createPendingSecrets(
  { secrets, globalStorageUri }: vscode.ExtensionContext,
  pulse?: WindowPulse,
): PendingSecrets {
  const changed = new vscode.EventEmitter<void>();
  const records = createSecretRecords(globalStorageUri);
  const secretId = (hash: string) => `${secretIds.heldPrefix}${hash}`;
  let cached = new Map<string, PendingSecret>();

  async function load(): Promise<void> {
    await records.removeStaleFiles();
    const stored = await records.list();
    const [ended, usable] = [true, false].map((is) => stored.filter((one) => isEndedSample(one.account, one) === is));
    cached = new Map(usable!.map((record) => [record.hash, record]));
    void removeAll(ended!);
    if (cached.size > 0) changed.fire();
  }

  /** Removes secrets of sample accounts that no longer exist. A failure is repeated by the next load. */
  async function removeAll(ended: PendingSecret[]): Promise<void> {
    for (const { hash } of ended) {
      // The secret first: without a record it could never be found again.
      const isDeleted = await secrets.delete(secretId(hash)).then(
        () => true,
        () => false,
      );
      if (isDeleted) await records.remove(hash).catch(() => {});
    }
  }

  async function write(record: PendingSecret): Promise<void> {
    cached.set(record.hash, record);
    await records.write(record.hash, record);
    changed.fire();
  }

  // Also fires for other windows. They delete a secret before its record, so a record may outlive its secret here.
  const listener = secrets.onDidChange(async ({ key }) => {
    if (!key.startsWith(secretIds.heldPrefix)) return;
    if (await secrets.get(key)) await load();
    else if (cached.delete(key.slice(secretIds.heldPrefix.length))) changed.fire();
  });

  return {
    ready: load(),
    onDidChange: changed.event,
    list: () => [...cached.values()],
    stateOf: (hash) => cached.get(hash)?.state,
    async store(account, { hash, name, label }, secret) {
      const since = new Date().toISOString();
      const stamp = { since, pid: process.pid, pulse: await pulse?.start() };
      // The record comes first: a secret without a record could never be found again.
      await write({ version: 2, account, hash, name, label, state: "waiting", ...stamp });
      await secrets.store(secretId(hash), secret);
    },
    async assignAccount(hash, account) {
      if (cached.get(hash)?.account === account) return;
      // Updates the stored record, since another window may have changed or removed it.
      const record = await records.update(hash, (now) => ({ ...now, version: 2, account }));
      // If it was discarded in the meantime, it stays discarded.
      if (!record) cached.delete(hash);
      else if (cached.has(hash)) cached.set(hash, record);
    },
    get: async (hash) => secrets.get(secretId(hash)),
    async keep(hash) {
      const record = cached.get(hash);
      const secret = await secrets.get(secretId(hash));
      if (!record || secret === undefined)
        throw new Error(vscode.l10n.t("The secret is no longer in VS Code's secret storage."));
      await write({ ...record, state: "kept" });
      // Stored again because other windows are notified of changed secrets, but not of changed records.
      await secrets.store(secretId(hash), secret);
    },
    async discard(hash) {
      await secrets.delete(secretId(hash));
      cached.delete(hash);
      await records.remove(hash);
      changed.fire();
    },
    dispose: () => vscode.Disposable.from(changed, listener).dispose(),
  };
}
