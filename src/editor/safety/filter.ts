import * as vscode from "vscode";
import { filterFindings } from "../../openrouter/safety/audit.ts";
import type { Audit } from "../../openrouter/safety/findings.ts";
import type { AccountSession } from "../data/accountData.ts";
import { memberName } from "../data/names.ts";
import { workspaceNames } from "../data/workspaceNames.ts";
import { safeLabel } from "../platform/safeLabel.ts";

/** Which findings the view shows: of the keys of an owner, of a workspace, or both. */
export interface FindingsFilter {
  /** The id of the keys' creator; null for keys without one. */
  owner?: string | null;
  workspaceId?: string;
}

export function filterAudit(audit: Audit, filter: FindingsFilter): Audit {
  return isFiltered(filter) ? filterFindings(audit, filter) : audit;
}

export const isFiltered = (filter: FindingsFilter): boolean => Object.values(filter).some((one) => one !== undefined);

/** Names what the view is filtered by, for its title. */
export function filterText(session: AccountSession, { owner, workspaceId }: FindingsFilter): string | undefined {
  const t = vscode.l10n.t;
  const workspaces = workspaceNames(session.data.keys.current?.value.workspaces);
  const texts = [
    owner !== undefined && t("owner {0}", ownerName(session, owner)),
    workspaceId !== undefined && t("workspace {0}", workspaces.get(workspaceId) ?? safeLabel(workspaceId)),
  ];
  return texts.filter(Boolean).join(" · ") || undefined;
}

/** Names a key's creator as far as the members have been read. */
export function ownerName({ data }: AccountSession, id: string | null): string {
  if (id === null) return vscode.l10n.t("unknown");
  const member = data.members.current?.value.members.find((one) => one.id === id);
  return member ? memberName(member) : safeLabel(id);
}
