import { join } from "node:path";
import * as vscode from "vscode";
import { secretIds } from "../platform/ids.ts";
import { createJsonFolder } from "../platform/jsonFolder.ts";
import { isPendingSecret, type PendingSecret } from "./pendingSecret.ts";

export interface PendingSecrets extends vscode.Disposable {
  readonly onDidChange: vscode.Event<void>;
  /** What is known of them, without the secrets. */
  list(): readonly PendingSecret[];
  stateOf(hash: string): PendingSecret["state"] | undefined;
  /** Keeps a secret that the API shows only once, before anything else is done with it. */
  hold(account: string, key: { hash: string; name: string; label: string }, secret: string): Promise<void>;
  /** Notes to which account a secret belongs that an earlier version kept, or whose account was set up again. */
  assignAccount(hash: string, account: string): Promise<void>;
  secret(hash: string): Promise<string | undefined>;
  /** From waiting to kept, by its owner's wish. */
  keep(hash: string): Promise<void>;
  discard(hash: string): Promise<void>;
  /** Resolves once what earlier sessions left is known. */
  ready: Promise<void>;
}

export function createPendingSecrets({ secrets, globalStorageUri }: vscode.ExtensionContext): PendingSecrets {
  const changed = new vscode.EventEmitter<void>();
  const index = createJsonFolder(join(globalStorageUri.fsPath, "held"), isPendingSecret);
  const secretId = (hash: string) => `${secretIds.heldPrefix}${hash}`;
  let known = new Map<string, PendingSecret>();

  async function load(): Promise<void> {
    await index.removeStaleFiles();
    known = new Map((await index.list()).map((held) => [held.hash, held]));
    if (known.size > 0) changed.fire();
  }

  async function write(held: PendingSecret): Promise<void> {
    known.set(held.hash, held);
    await index.write(held.hash, held);
    changed.fire();
  }

  // Another window's doing, too. A secret is deleted before its record: what is read of the records may be behind.
  const listener = secrets.onDidChange(async ({ key }) => {
    if (!key.startsWith(secretIds.heldPrefix)) return;
    if (await secrets.get(key)) await load();
    else if (known.delete(key.slice(secretIds.heldPrefix.length))) changed.fire();
  });

  return {
    ready: load(),
    onDidChange: changed.event,
    list: () => [...known.values()],
    stateOf: (hash) => known.get(hash)?.state,
    async hold(account, { hash, name, label }, secret) {
      const since = new Date().toISOString();
      // The index first: a secret that nothing points to could never be found again.
      await write({ version: 2, account, hash, name, label, state: "waiting", since, pid: process.pid });
      await secrets.store(secretId(hash), secret);
    },
    async assignAccount(hash, account) {
      if (known.get(hash)?.account === account) return;
      // As it is stored now: another window may keep or discard it.
      const held = await index.update(hash, (now) => ({ ...now, version: 2, account }));
      // One that was discarded meanwhile stays so.
      if (!held) known.delete(hash);
      else if (known.has(hash)) known.set(hash, held);
    },
    secret: async (hash) => secrets.get(secretId(hash)),
    async keep(hash) {
      const held = known.get(hash);
      const secret = await secrets.get(secretId(hash));
      if (!held || secret === undefined)
        throw new Error(vscode.l10n.t("The secret is no longer in VS Code's secret storage."));
      await write({ ...held, state: "kept" });
      // Other windows hear of changed secrets, not of changed records.
      await secrets.store(secretId(hash), secret);
    },
    async discard(hash) {
      await secrets.delete(secretId(hash));
      known.delete(hash);
      await index.remove(hash);
      changed.fire();
    },
    dispose: () => vscode.Disposable.from(changed, listener).dispose(),
  };
}
