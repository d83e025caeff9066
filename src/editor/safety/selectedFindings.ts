import * as vscode from "vscode";
import type { AccountSession } from "../data/accountData.ts";
import { keyName } from "../data/names.ts";
import { type PickItem, pickOne } from "../ui/pick.ts";
import { BACK } from "../ui/wizard.ts";
import { openAudit } from "./openAudit.ts";
import type { FindingNode } from "./rows.ts";
import type { SafetyServices } from "./services.ts";
import { figureText, ruleTitle } from "./text.ts";

export type FindingTarget = Pick<FindingNode, "finding" | "key" | "session">;

/**
 * Returns the findings that a command applies to: all selected rows if its menu was opened on one of several, else the row
 * of the menu, else the view's selection, else one that the user picks. They all belong to one account.
 */
export async function findingsFor(
  services: SafetyServices,
  title: string,
  target: unknown,
  selection: unknown,
): Promise<[FindingTarget, ...FindingTarget[]]> {
  const { tree } = services.view;
  const given = findingNodes(Array.isArray(selection) ? selection : [target]);
  const chosen = given.length > 0 || !tree.visible ? given : findingNodes(tree.selection);
  const [first] = chosen;
  // Rows of an account that is no longer in use may stay selected until the view is redrawn.
  if (first) return [first, ...chosen.slice(1).filter(({ session }) => session === first.session)];
  return [await pickFinding(services, title)];
}

function findingNodes(rows: readonly unknown[]): FindingTarget[] {
  return rows.filter((row): row is FindingTarget => typeof row === "object" && row !== null && "finding" in row);
}

async function pickFinding(services: SafetyServices, title: string): Promise<FindingTarget> {
  const session: AccountSession = await services.sessions.for();
  const { audit } = await openAudit(services, session);
  const items = audit.findings
    .filter(({ exception }) => !exception)
    .map((finding): PickItem<FindingTarget> => {
      const { key, rule } = finding;
      const value = { finding, key, session };
      return { label: keyName(key), description: `${ruleTitle(rule)} · ${figureText(finding)}`, value };
    });
  if (items.length === 0) throw new Error(vscode.l10n.t("There are no findings."));
  const picked = await pickOne({ title, account: session }, { items, placeholder: vscode.l10n.t("Select a finding") });
  if (picked === BACK) throw new vscode.CancellationError();
  return picked;
}
