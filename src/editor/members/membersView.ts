import type { AccountSessions } from "../data/accountData.ts";
import { contextKeys, viewIds } from "../platform/ids.ts";
import { createResourceView, type ResourceView } from "../ui/resourceView.ts";

/** The Members view of an organisation: who is in it, in what role, bound by which guardrail. */
export function createMembersView(sessions: AccountSessions): ResourceView {
  return createResourceView(sessions, {
    id: viewIds.members,
    stateKey: contextKeys.membersState,
    resources: ({ members, guardrails }) => [members, guardrails],
    // Loaded when the view is first seen, not with the extension.
    roots: async ({ data }) => (await import("./memberRows.ts")).memberRows(data),
  });
}
