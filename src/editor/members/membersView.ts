import type { AccountSessions } from "../data/accountData.ts";
import { contextKeys, viewIds } from "../platform/ids.ts";
import { createResourceView, type ResourceView } from "../ui/resourceView.ts";

/** Creates the Members view of an organization: its members, their roles and guardrails. */
export function createMembersView(sessions: AccountSessions): ResourceView {
  return createResourceView(sessions, {
    id: viewIds.members,
    stateKey: contextKeys.membersState,
    resources: ({ members, guardrails }) => [members, guardrails],
    emptyState: ({ data: { members } }) => (members.current?.value.members.length ? undefined : "empty"),
    // Imported when the view is first shown, not when the extension activates.
    roots: async ({ data }) => (await import("./memberRows.ts")).memberRows(data),
  });
}
