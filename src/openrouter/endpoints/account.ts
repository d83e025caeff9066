import type { Client, RequestOptions } from "../http/call.ts";
import { Credits, CurrentKey, Member, Workspace, WorkspaceBudgets } from "../schemas.ts";
import { data, type PageQuery, page } from "./envelopes.ts";
import { pathSegment } from "./pathSegment.ts";

/** Purchased and used credits, USD. `GET /credits`, kept 60 s. */
export async function getCredits(client: Client, options?: RequestOptions): Promise<Credits> {
  return (await client.request({ method: "GET", path: "/credits", schema: data(Credits), cache: true }, options)).data;
}

/** The key that the client uses. `GET /key`, kept 60 s. */
export async function getCurrentKey(client: Client, options?: RequestOptions): Promise<CurrentKey> {
  return (await client.request({ method: "GET", path: "/key", schema: data(CurrentKey), cache: true }, options)).data;
}

/** Members of the organisation, at most 100 a page. `GET /organization/members`; 404 on a personal account. */
export function listMembersPage(client: Client, query: PageQuery = {}, options?: RequestOptions) {
  return client.request(
    { method: "GET", path: "/organization/members", query: { ...query }, schema: page(Member) },
    options,
  );
}

/** Workspaces, at most 100 a page. `GET /workspaces`, kept 60 s. */
export function listWorkspacesPage(client: Client, query: PageQuery = {}, options?: RequestOptions) {
  return client.request(
    { method: "GET", path: "/workspaces", query: { ...query }, schema: page(Workspace), cache: true },
    options,
  );
}

/** Budgets of a workspace, USD, and whether BYOK spend counts against all of them. `GET /workspaces/{id}/budgets`. */
export function listWorkspaceBudgets(client: Client, id: string, options?: RequestOptions) {
  const path = `/workspaces/${pathSegment(id)}/budgets`;
  return client.request({ method: "GET", path, schema: WorkspaceBudgets }, options);
}
