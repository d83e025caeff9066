import type * as vscode from "vscode";
import type { AccountSessions } from "../data/accountData.ts";
import { followData } from "../data/followData.ts";
import { setContext } from "../platform/contextKeys.ts";
import { commandIds, contextKeys } from "../platform/ids.ts";
import type { Wing } from "../platform/wing.ts";
import { createMembersView } from "./membersView.ts";

/** Creates the Members view and its commands. */
export function createMembersWing(sessions: AccountSessions): Wing {
  const view = createMembersView(sessions);
  const commands = () => import("./memberCommands.ts");
  return {
    commands: {
      [commandIds.refreshMembers]: () => view.refresh(),
      [commandIds.filterMembers]: async () => (await commands()).filterMembers(view),
      [commandIds.clearMemberFilter]: () => view.setFilter(""),
      [commandIds.copyMemberEmail]: async (node) => (await commands()).copyMemberEmail(node),
    },
    views: [view],
    disposables: [view, followOrganization(sessions)],
  };
}

/** Sets the context key that shows the Members view: only an organization has members. */
function followOrganization(sessions: AccountSessions): vscode.Disposable {
  return followData(
    sessions,
    ({ organization }) => [organization],
    (session) => {
      const organization = session?.data.organization.current;
      if (organization) setContext(contextKeys.organization, organization.value === true);
    },
  );
}
