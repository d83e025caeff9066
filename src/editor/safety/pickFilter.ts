import * as vscode from "vscode";
import type { Finding } from "../../openrouter/safety/findings.ts";
import { formatCount, nameComparator } from "../../openrouter/text/format.ts";
import type { AccountSession } from "../data/accountData.ts";
import { workspaceNames } from "../data/workspaceNames.ts";
import { displayLocale } from "../platform/locale.ts";
import { safeLabel } from "../platform/safeLabel.ts";
import { type PickItem, pickOne } from "../ui/pick.ts";
import { BACK } from "../ui/wizard.ts";
import { type FindingsFilter, isFiltered, ownerName } from "./filter.ts";
import { openAudit } from "./openAudit.ts";
import type { SafetyServices } from "./services.ts";
import { findingsText } from "./text.ts";

type Choice = PickItem<FindingsFilter>;

/** Lets the user pick a workspace or an owner; a filter by the other one stays. */
export async function pickFilter(services: SafetyServices): Promise<void> {
  const session = await services.sessions.for();
  const model = await services.view.model();
  const items = (async () => {
    // Names of owners; without them, their ids are shown.
    await session.data.members.ensureQuietly();
    const { audit } = await openAudit(services, session);
    const open = audit.findings.filter(({ exception }) => !exception);
    return choices(session, open, model.filter);
  })();
  const picked = await pickOne(
    { title: vscode.l10n.t("Filter Findings"), account: session },
    { items, placeholder: vscode.l10n.t("Select a workspace or an owner: the creator of a key") },
  );
  if (picked !== BACK) model.setFilter(picked);
}

function choices(session: AccountSession, findings: readonly Finding[], filter: FindingsFilter): Choice[] {
  const t = vscode.l10n.t;
  const order = nameComparator(displayLocale());
  const workspaces = workspaceNames(session.data.keys.current?.value.workspaces);
  const emails = new Map(session.data.members.current?.value.members.map(({ id, email }) => [id, safeLabel(email)]));
  const check = (isChosen: boolean) => (isChosen ? "$(check) " : "");
  const byName = (items: Choice[]) => items.sort((a, b) => order(a.label, b.label));
  const separator = (label: string): Choice => ({ label, kind: vscode.QuickPickItemKind.Separator, value: filter });

  const byWorkspace = Map.groupBy(findings, ({ key }) => key.workspace_id ?? "");
  const workspaceItems = [...byWorkspace].map(([id, some]): Choice => {
    const label = `${check(filter.workspaceId === id)}${workspaces.get(id) ?? safeLabel(id)}`;
    return { label, description: findingsText(some.length), value: { ...filter, workspaceId: id } };
  });
  const byOwner = Map.groupBy(findings, ({ key }) => key.creator_user_id || null);
  const ownerItems = [...byOwner].map(([owner, some]): Choice => {
    const label = `${check(filter.owner === owner)}${ownerName(session, owner)}`;
    const description = [emails.get(owner ?? ""), findingsText(some.length)].filter(Boolean).join(" · ");
    return { label, description, value: { ...filter, owner } };
  });
  const all: Choice = {
    label: t("$(clear-all) Show All Findings"),
    description: formatCount(findings.length, displayLocale()),
    value: {},
  };
  return [
    ...(isFiltered(filter) ? [all] : []),
    ...(workspaces.size > 1 ? [separator(t("Workspaces")), ...byName(workspaceItems)] : []),
    separator(t("Owners")),
    ...byName(ownerItems),
  ];
}
