import * as vscode from "vscode";
import type { Key } from "../../../openrouter/index.ts";
import { requireLive } from "../../account/session.ts";
import type { AccountSession, AccountSessions } from "../../data/accountData.ts";
import type { BoundNode } from "../../guardrails/rows/nodes.ts";
import type { KeyList } from "../../keys/keyList.ts";
import { keyFor } from "../../keys/pickKey.ts";
import { findKey } from "./limitsData.ts";
import type { LimitsPanel } from "./limitsPanel.ts";

/** Opens the page for the key of a row, else of the selected row, else of one that the user picks. */
export async function showKeyLimits(
  { sessions, keys }: { sessions: AccountSessions; keys: KeyList },
  panel: LimitsPanel,
  row: unknown,
): Promise<void> {
  const session = await sessions.for(row);
  const title = vscode.l10n.t("What Limits This Key");
  const { hash } = (await boundKey(session, row)) ?? (await keyFor(keys, session, row, { title }));
  requireLive(session);
  panel.open({ accountId: session.id, hash });
}

/** The key of a row under a guardrail that is assigned to it. */
async function boundKey(session: AccountSession, row: unknown): Promise<Pick<Key, "hash"> | undefined> {
  const { bound } = (row ?? {}) as Partial<BoundNode>;
  if (bound?.kind !== "key") return undefined;
  await session.data.keys.ensure();
  return findKey(session, bound.id) ?? { hash: bound.id };
}
