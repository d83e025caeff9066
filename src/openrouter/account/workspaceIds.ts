import { OpenRouterError } from "../errors.ts";
import type { Client, RequestOptions } from "../http/call.ts";
import { keyPages } from "./keyPages.ts";
import { listAllWorkspaces } from "./listAll.ts";

const MAX_IDS = 50;

/** Tells which account a key belongs to: two keys belong to the same one if they share a workspace there. */
export interface KnownWorkspaces {
  /** The API that knows them. A test server may have the same ids for all keys. */
  baseUrl: string;
  /** Oldest first. */
  ids: readonly string[];
}

/** @returns undefined if they can't be read, also because of an error. `GET /workspaces`, else `GET /keys` */
export async function readWorkspaceIds(client: Client, options?: RequestOptions): Promise<KnownWorkspaces | undefined> {
  try {
    const workspaces = (await listAllWorkspaces(client, options)) ?? (await workspacesOfKeys(client, options));
    return knownWorkspaces(client, workspaces);
  } catch (error) {
    if (error instanceof OpenRouterError) return undefined;
    throw error;
  }
}

/** Keys name their workspace, also in accounts whose workspaces can't be listed. */
async function workspacesOfKeys(client: Client, options?: RequestOptions): Promise<{ id: string }[]> {
  const page = await keyPages(client, options).load({});
  return [...new Set(page.data.flatMap(({ workspace_id }) => workspace_id ?? []))].map((id) => ({ id }));
}

/** @returns undefined without a workspace */
export function knownWorkspaces(
  { baseUrl }: Pick<Client, "baseUrl">,
  workspaces: readonly { id: string; created_at?: string | null }[],
): KnownWorkspaces | undefined {
  const oldestFirst = workspaces.toSorted((a, b) => (a.created_at ?? "").localeCompare(b.created_at ?? ""));
  return workspaces.length > 0 ? { baseUrl, ids: oldestFirst.slice(0, MAX_IDS).map(({ id }) => id) } : undefined;
}

/** @returns undefined if it can't be told */
export function isSameAccount(a?: KnownWorkspaces, b?: KnownWorkspaces): boolean | undefined {
  if (!a?.ids?.length || !b?.ids?.length || a.baseUrl !== b.baseUrl) return undefined;
  return a.ids.some((id) => b.ids.includes(id));
}
