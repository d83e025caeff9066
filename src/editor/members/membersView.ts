import type { AccountSessions } from "../data/accountData.ts";
import { setContext } from "../platform/contextKeys.ts";
import { contextKeys, viewIds } from "../platform/ids.ts";
import { createResourceView, type ResourceView } from "../ui/resourceView.ts";

/** The Members view as seen by its commands. */
export interface MemberList extends ResourceView {
  readonly filter: string;
  setFilter(filter: string): void;
}

/** Creates the Members view of an organization: its members by role, and their guardrails. */
export function createMembersView(sessions: AccountSessions): MemberList {
  let filter = "";
  /** Imported when the view is first shown, not when the extension activates. */
  let rows: typeof import("./memberRows.ts") | undefined;

  const view = createResourceView(sessions, {
    id: viewIds.members,
    stateKey: contextKeys.membersState,
    resources: ({ members, guardrails }) => [members, guardrails],
    emptyState: ({ data: { members } }) => (members.current?.value.members.length ? undefined : "empty"),
    message(session) {
      const isEmpty = !session.data.members.current?.value.members.length;
      return filter && !isEmpty ? rows?.filterMessage(session, filter) : undefined;
    },
    async roots(session) {
      rows ??= await import("./memberRows.ts");
      return rows.memberRows(session, filter);
    },
  });
  return {
    ...view,
    dispose: () => view.dispose(),
    get filter() {
      return filter;
    },
    setFilter(next) {
      filter = next;
      setContext(contextKeys.membersFiltered, filter !== "");
      view.draw();
    },
  };
}
