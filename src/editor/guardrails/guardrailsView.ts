import type { Connection } from "../connection.ts";
import type { AccountData } from "../data/accountData.ts";
import { viewIds } from "../ids.ts";
import { createResourceView, type ResourceView } from "../views/resourceView.ts";

export function createGuardrailsView(connection: Connection, data: AccountData): ResourceView {
  return createResourceView(connection, {
    id: viewIds.guardrails,
    resources: [data.guardrails, data.keys, data.members],
    roots: () => [],
  });
}
