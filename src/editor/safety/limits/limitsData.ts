import type { Key } from "../../../openrouter/index.ts";
import { getKeyLimits, type KeyLimits } from "../../../openrouter/safety/keyLimits.ts";
import type { Catalog } from "../../../openrouter/safety/slugs.ts";
import type { AccountSession } from "../../data/accountData.ts";
import type { BudgetsResource } from "../../data/budgets.ts";
import { workspaceName } from "../../data/describeKey.ts";
import type { Resource } from "../../data/resource.ts";

/** Data older than this is read again before it is relied on. */
export const STALE_MS = 60_000;

/** Returns a key as it was last read; undefined if the account has it no longer, or the keys weren't read. */
export function findKey({ data }: AccountSession, hash: string): Key | undefined {
  return data.keys.current?.value.keys.find((one) => one.hash === hash);
}

/** Returns the shared budgets of the key's workspace; undefined if its workspace is unknown. */
export function budgetsOf({ data }: AccountSession, { workspace_id }: Key): BudgetsResource | undefined {
  return workspace_id ? data.budgets(workspace_id) : undefined;
}

/** What limits a key depends on. */
export function limitParts(session: AccountSession, key: Key): readonly Resource<unknown>[] {
  const budgets = budgetsOf(session, key);
  return [session.data.keys, session.data.guardrails, ...(budgets ? [budgets] : [])];
}

/** True while something that was never read is being read: until then, it is not unknown. */
export function isFirstRead(session: AccountSession, key: Key): boolean {
  return limitParts(session, key).some(
    (part) => part.current === undefined && (part.loading || part.error === undefined),
  );
}

/** Computes what limits a key from the data that has been read so far. */
export function limitsOf(session: AccountSession, key: Key, catalog?: Catalog): KeyLimits {
  const { keys, guardrails } = session.data;
  const read = guardrails.current;
  const shared = budgetsOf(session, key)?.current?.value;
  return getKeyLimits({
    key,
    keys: keys.current?.value.keys ?? [key],
    keysIncomplete:
      !keys.current?.complete || isIncomplete(keys.current.value) || keys.current.value.expiredMayBeMissing,
    readAt: keys.current?.begunAt ?? new Date(),
    guardrails: read?.complete
      ? { ...read.value, workspaces: read.value.workspaces ?? keys.current?.value.workspaces }
      : undefined,
    guardrailsIncomplete: read && isIncomplete(read.value),
    workspace: shared && {
      name: workspaceName(session, key.workspace_id) ?? "",
      budgets: shared.budgets,
      includeByok: shared.includesByok,
    },
    catalog,
    now: new Date(),
  });
}

function isIncomplete({ unreadable, unreadableWorkspaces }: { unreadable?: object; unreadableWorkspaces?: object }) {
  return unreadable !== undefined || unreadableWorkspaces !== undefined;
}
