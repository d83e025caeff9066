import type { Client, RequestOptions } from "../http/call.ts";
import { Credits, CurrentKey, Member, Workspace } from "../schemas.ts";
import { data, type PageQuery, page } from "./envelopes.ts";

/** Returns purchased and used credits, USD. `GET /credits`, cached for 60 s. */
export async function getCredits(client: Client, options?: RequestOptions): Promise<Credits> {
  return (await client.request({ method: "GET", path: "/credits", schema: data(Credits), cache: true }, options)).data;
}

/** Returns the key that the client uses. `GET /key`, cached for 60 s. */
export async function getCurrentKey(client: Client, options?: RequestOptions): Promise<CurrentKey> {
  return (await client.request({ method: "GET", path: "/key", schema: data(CurrentKey), cache: true }, options)).data;
}

/** Lists members of the organization, at most 100 per page. `GET /organization/members`; 404 on a personal account. */
export function listMembersPage(client: Client, query: PageQuery = {}, options?: RequestOptions) {
  return client.request(
    { method: "GET", path: "/organization/members", query: { ...query }, schema: page(Member) },
    options,
  );
}

/** Lists workspaces, at most 100 per page. `GET /workspaces`, cached for 60 s. */
export function listWorkspacesPage(client: Client, query: PageQuery = {}, options?: RequestOptions) {
  return client.request(
    { method: "GET", path: "/workspaces", query: { ...query }, schema: page(Workspace), cache: true },
    options,
  );
}
