import * as vscode from "vscode";
import { observeOldKey } from "../../openrouter/rotation/observe.ts";
import type { Rotation } from "../../openrouter/rotation/record.ts";
import type { AccountSession, AccountSessions } from "../data/accountData.ts";
import { followData } from "../data/followData.ts";
import type { KeyList, RowSource } from "../keys/keyList.ts";
import type { Log } from "../platform/log.ts";
import { type Accounts, matchAccount, rotationsOfAccount } from "./accountRecords.ts";
import { createRotationJournal, type RotationJournal } from "./journal/journal.ts";
import { isHandedOver } from "./rotationText.ts";
import { rotationRows } from "./rows/rotationRows.ts";

/** Rotations that are not finished: what the Keys view shows of them, and what their commands work with. */
export interface Rotations extends RowSource, vscode.Disposable {
  readonly journal: RotationJournal;
  /** Reads the records, and which accounts there are, again: another window may have changed them. */
  reload(): Promise<void>;
  /** Those of an account, the oldest first. */
  list(session: AccountSession): Rotation[];
  /** Whose a record is that names this account. */
  matchAccount(account: string | undefined, session: AccountSession): ReturnType<typeof matchAccount>;
  /** Notes the account in those of its records that name none, or one that was removed. */
  assignAccount(session: AccountSession): Promise<void>;
  /** The rotation whose new key has this hash, as the target of its commands. */
  rotationOf(hash: string): { rotation: Rotation } | undefined;
  /** Marks a rotation as worked on in this window until what is returned is called. */
  markRunning(id: string): () => void;
  /** True if a flow of this window works on it. */
  isRunningHere(id: string): boolean;
  /** Selects a rotation's row in the Keys view. */
  reveal(keys: KeyList, id: string): Promise<void>;
}

interface RotationsOptions {
  sessions: AccountSessions;
  log: Log;
  /** The ids of the accounts that can be used. */
  knownAccounts(): Promise<ReadonlySet<string>>;
}

export function createRotations(
  { globalStorageUri }: vscode.ExtensionContext,
  { sessions, log, knownAccounts }: RotationsOptions,
): Rotations {
  const journal = createRotationJournal(globalStorageUri);
  const live = new Set<string>();
  const changed = new vscode.EventEmitter<void>();
  let known: ReadonlySet<string> | undefined;

  const isRunningHere = (id: string) => live.has(id);
  const failed = (error: unknown) => log.error(`Rotations: ${error}`);
  const accountsFor = ({ id }: AccountSession): Accounts => ({ own: id, known });
  const list = (session: AccountSession) =>
    rotationsOfAccount(journal.all(), accountsFor(session), session.data.keys.current);
  const rows = (session: AccountSession) => rotationRows(list(session), { session, isRunningHere });

  async function readAccounts(): Promise<void> {
    const next = await knownAccounts();
    const isSame = known?.size === next.size && [...next].every((id) => known?.has(id));
    known = next;
    if (!isSame) changed.fire();
  }

  async function reload(): Promise<void> {
    // Without the list of accounts, records of others stay with those.
    await Promise.all([journal.reload(), readAccounts().catch(failed)]);
  }

  /** Notes what a reading of the keys says of the old ones, so that the next session knows it, too. */
  function observeOldKeys(session: AccountSession | undefined): void {
    const { current } = session?.data.keys ?? {};
    if (!session || !current?.complete) return;
    for (const record of list(session)) {
      const old = current.value.keys.find(({ hash }) => hash === record.old.hash);
      if (!old || !isHandedOver(record)) continue;
      if (JSON.stringify(observeOldKey(record, old, current.readAt).record) === JSON.stringify(record)) continue;
      journal.update(record.id, (now) => observeOldKey(now, old, current.readAt).record).catch(failed);
    }
  }

  const listeners = [
    journal.onDidChange(() => changed.fire()),
    sessions.onDidChange(() => void readAccounts().catch(failed)),
    followData(sessions, ({ keys }) => [keys], observeOldKeys),
  ];

  return {
    onDidChange: changed.event,
    rows,
    journal,
    reload,
    list,
    matchAccount: (account, session) => matchAccount(account, accountsFor(session)),
    async assignAccount(session) {
      for (const { id, account } of list(session)) {
        if (account === session.id) continue;
        await journal.update(id, (now) => (now.account === account ? { ...now, account: session.id } : now));
      }
    },
    rotationOf(hash) {
      // Its secret is held under the rotation's id as long as it is not known which key it is.
      const rotation = journal.all().find(({ id, new: own }) => own?.hash === hash || id === hash);
      return rotation && { rotation };
    },
    markRunning(id) {
      live.add(id);
      changed.fire();
      return () => {
        live.delete(id);
        changed.fire();
      };
    },
    isRunningHere,
    async reveal({ tree }, id) {
      const [group] = sessions.current ? rows(sessions.current) : [];
      const row = group?.children?.().find((one) => one.id === `rotation:${id}`);
      if (row) await tree.reveal(row, { select: true, focus: false, expand: true });
    },
    dispose: () => vscode.Disposable.from(...listeners, journal, changed).dispose(),
  };
}
