import * as vscode from "vscode";
import { requireLive } from "../../account/session.ts";
import type { AccountSession, AccountSessions } from "../../data/accountData.ts";
import type { BoundNode } from "../../guardrails/rows/nodes.ts";
import type { KeyNode } from "../../keys/keyRows.ts";
import { openChat } from "../../platform/openChat.ts";
import type { FindingNode } from "../../safety/rows.ts";
import { findingsQuestion, guardrailQuestion, keyQuestion } from "./questions.ts";

/** Opens the chat with a question about the key, guardrail or findings of the selected rows. It is not sent. */
export async function askAgent(sessions: AccountSessions, target: unknown, selection: unknown): Promise<void> {
  const session = await sessions.for(target);
  requireLive(session);
  const rows = (Array.isArray(selection) ? selection : [target]) as Partial<FindingNode>[];
  const findings = rows.flatMap((row) => (row?.finding && row.session === session ? [row.finding] : []));
  const question = findings.length > 0 ? findingsQuestion(findings, session) : questionFor(session, target);
  // Only rows run this command; any other target comes from another extension.
  if (!question) throw new Error(vscode.l10n.t("Run this command on a key or a guardrail."));
  await openChat(question);
}

function questionFor(session: AccountSession, target: unknown): string | undefined {
  const { key, guardrail, bound } = (target ?? {}) as Partial<KeyNode & BoundNode>;
  if (bound?.kind === "key") {
    const known = session.data.keys.current?.value.keys.find(({ hash }) => hash === bound.id);
    return keyQuestion(known ?? { hash: bound.id }, session);
  }
  if (key) return keyQuestion(key, session);
  return guardrail && guardrailQuestion(guardrail, session);
}
