import * as vscode from "vscode";
import type { AccountSession } from "../data/accountData.ts";
import type { Audited } from "./audits.ts";
import type { SafetyServices } from "./services.ts";

/** Returns the account's findings for a command; loads what they need. @throws Error if the keys can't be read */
export async function openAudit({ view }: SafetyServices, session: AccountSession): Promise<Audited> {
  const { keys, guardrails } = session.data;
  await Promise.all([keys.ensure(), guardrails.ensure()]);
  const audited = await (await view.model()).audit(session);
  if (audited) return audited;
  throw new Error(keys.failure ?? vscode.l10n.t("Couldn't load the keys."));
}
