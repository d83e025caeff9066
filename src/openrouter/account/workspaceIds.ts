import { OpenRouterError } from "../errors.ts";
import type { Client, RequestOptions } from "../http/call.ts";
import { keyPages } from "./keyPages.ts";
import { listAllWorkspaces } from "./listAll.ts";

const MAX_IDS = 50;

/**
 * Returns ids of the account's workspaces, oldest first. Two keys belong to the same account if they share one.
 * @returns undefined if they can't be read, also because of an error
 */
export async function readWorkspaceIds(client: Client, options?: RequestOptions): Promise<string[] | undefined> {
  try {
    const workspaces = await listAllWorkspaces(client, options);
    const age = ({ created_at }: { created_at?: string | null }) => created_at ?? "";
    const ids = workspaces?.toSorted((a, b) => age(a).localeCompare(age(b))).map(({ id }) => id);
    return nonEmpty(ids ?? (await idsOfKeys(client, options)));
  } catch (error) {
    if (error instanceof OpenRouterError) return undefined;
    throw error;
  }
}

/** Keys name their workspace, also in accounts whose workspaces can't be listed. */
async function idsOfKeys(client: Client, options?: RequestOptions): Promise<string[]> {
  const page = await keyPages(client, options).load({});
  return [...new Set(page.data.flatMap(({ workspace_id }) => workspace_id ?? []))];
}

const nonEmpty = (ids: string[]) => (ids.length > 0 ? ids.slice(0, MAX_IDS) : undefined);

/** @returns undefined if it can't be told */
export function isSameAccount(a?: readonly string[], b?: readonly string[]): boolean | undefined {
  if (!a?.length || !b?.length) return undefined;
  return a.some((id) => b.includes(id));
}
