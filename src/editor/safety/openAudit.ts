import * as vscode from "vscode";
import type { AccountSession } from "../data/accountData.ts";
import { readForAudit } from "./auditInputs.ts";
import type { Audited } from "./audits.ts";
import type { SafetyServices } from "./services.ts";

/** Returns the account's findings for a command; reads again what is older than a minute. @throws Error if the keys can't be read */
export async function openAudit({ view }: SafetyServices, session: AccountSession): Promise<Audited> {
  await readForAudit(session);
  const audited = await (await view.model()).audit(session);
  if (audited) return audited;
  throw new Error(session.data.keys.failure ?? vscode.l10n.t("Couldn't load the keys."));
}
