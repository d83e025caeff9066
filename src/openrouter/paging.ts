import pMap from "p-map";
import type { Client, RequestOptions } from "./client.ts";
import { listWorkspacesPage } from "./endpoints/account.ts";
import { listGuardrailsPage } from "./endpoints/guardrails.ts";
import { ForbiddenError, NotFoundError } from "./errors.ts";
import { keyPages } from "./expiredKeys.ts";
import type { Guardrail, Key, Workspace } from "./schemas.ts";

const PAGE = 100;
/** Requests under way at once: quick, and far below the API's rate limits. */
export const CONCURRENCY = 6;

/**
 * All items of a list that does not tell its size: asks on until a page brings nothing new, so that a smaller
 * page size loses none, and an item that was added meanwhile doubles none.
 * @param onPage is told of the items that each page brought
 */
export async function collectUncounted<T>(
  load: (offset: number) => Promise<T[]>,
  id: (item: T) => string,
  onPage?: (items: T[]) => void,
): Promise<T[]> {
  const items = new Map<string, T>();
  for (let offset = 0; ; ) {
    const page = await load(offset);
    const before = items.size;
    for (const item of page) items.set(id(item), item);
    if (items.size === before) return [...items.values()];
    onPage?.(page);
    offset += page.length;
  }
}

/** All items of a list with a `total_count`, each once, in as many requests as it takes. */
export async function collectCounted<T>(
  load: (query: { offset: number; limit: number }) => Promise<{ data: T[]; total_count: number }>,
  id: (item: T) => string,
): Promise<T[]> {
  const items = new Map<string, T>();
  for (let offset = 0; ; ) {
    const { data, total_count } = await load({ offset, limit: PAGE });
    for (const item of data) items.set(id(item), item);
    offset += data.length;
    if (data.length === 0 || offset >= total_count) return [...items.values()];
  }
}

/** Every workspace, or undefined where the account or the key has no access to workspaces (403, 404). */
export async function listAllWorkspaces(client: Client, options?: RequestOptions): Promise<Workspace[] | undefined> {
  try {
    return await collectCounted(
      (query) => listWorkspacesPage(client, query, options),
      (workspace) => workspace.id,
    );
  } catch (error) {
    if (error instanceof ForbiddenError || error instanceof NotFoundError) return undefined;
    throw error;
  }
}

/** Where a list came from: undefined `workspaces` means that only the default one could be asked. */
export interface Scope {
  workspaces: Workspace[] | undefined;
}

async function overWorkspaces<T>(
  workspaces: Workspace[] | undefined,
  load: (workspaceId: string | undefined) => Promise<T[]>,
  id: (item: T) => string,
): Promise<T[]> {
  const scopes = workspaces?.length ? workspaces.map((workspace) => workspace.id) : [undefined];
  const lists = await pMap(scopes, load, { concurrency: CONCURRENCY });
  return [...new Map(lists.flat().map((item) => [id(item), item])).values()];
}

/**
 * Every key of every workspace, expired ones included, disabled ones too unless told otherwise.
 * @param onPage is told of each page's keys as they come
 */
export async function listAllKeys(
  client: Client,
  {
    includeDisabled = true,
    onPage,
  }: { includeDisabled?: boolean; onPage?: (page: Scope & { keys: Key[] }) => void } = {},
  options?: RequestOptions,
): Promise<Scope & { keys: Key[]; expiredMayBeMissing: boolean }> {
  const workspaces = await listAllWorkspaces(client, options);
  const pages = keyPages(client, options);
  const load = (workspace_id?: string) =>
    collectUncounted(
      (offset) => pages.load({ offset, include_disabled: includeDisabled, workspace_id }),
      (key) => key.hash,
      onPage && ((keys) => onPage({ workspaces, keys })),
    );
  const keys = await overWorkspaces(workspaces, load, (key) => key.hash);
  return { workspaces, keys, expiredMayBeMissing: pages.expiredMayBeMissing() };
}

/** Every guardrail of every workspace. */
export async function listAllGuardrails(
  client: Client,
  options?: RequestOptions,
): Promise<Scope & { guardrails: Guardrail[] }> {
  const workspaces = await listAllWorkspaces(client, options);
  const load = (workspace_id?: string) =>
    collectCounted(
      (query) => listGuardrailsPage(client, { ...query, workspace_id }, options),
      (guardrail) => guardrail.id,
    );
  return { workspaces, guardrails: await overWorkspaces(workspaces, load, (guardrail) => guardrail.id) };
}
