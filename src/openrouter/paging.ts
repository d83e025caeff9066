import pMap from "p-map";
import type { Client, RequestOptions } from "./client.ts";
import { listWorkspacesPage } from "./endpoints/account.ts";
import { joinUnreadable, type Page, type Rows, type Unreadable } from "./endpoints/envelopes.ts";
import { listGuardrailsPage } from "./endpoints/guardrails.ts";
import { listKeysPage } from "./endpoints/keys.ts";
import { ForbiddenError, NotFoundError, SchemaError } from "./errors.ts";
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
  load: (offset: number) => Promise<Rows<T>>,
  id: (item: T) => string,
  onPage?: (items: T[]) => void,
): Promise<Rows<T>> {
  const items = new Map<string, T>();
  const pages: Rows<T>[] = [];
  for (let offset = 0; ; ) {
    const page = await load(offset);
    const before = items.size;
    for (const item of page.data) items.set(id(item), item);
    const received = page.unreadable?.of ?? page.data.length;
    // A page of which no row could be read may be followed by others.
    if (items.size === before && !(page.unreadable && page.data.length === 0)) return rowsOf(items, pages);
    pages.push(page);
    expectEnd(offset);
    onPage?.(page.data);
    offset += received;
  }
}

/** All items of a list with a `total_count`, each once, in as many requests as it takes. */
export async function collectCounted<T>(
  load: (query: { offset: number; limit: number }) => Promise<Page<T>>,
  id: (item: T) => string,
): Promise<Rows<T>> {
  const items = new Map<string, T>();
  const pages: Rows<T>[] = [];
  for (let offset = 0; ; ) {
    const page = await load({ offset, limit: PAGE });
    const received = page.unreadable?.of ?? page.data.length;
    const before = items.size;
    for (const item of page.data) items.set(id(item), item);
    pages.push(page);
    offset += received;
    const { total_count = Number.POSITIVE_INFINITY } = page;
    const nothingNew = items.size === before && !page.unreadable;
    if (received === 0 || offset >= total_count || nothingNew) return rowsOf(items, pages);
    expectEnd(offset);
  }
}

/** A list that goes on for longer than any account's is not one: it is refused rather than read for ever. */
const MAX_ITEMS = 200_000;

function expectEnd(offset: number): void {
  if (offset < MAX_ITEMS) return;
  throw new SchemaError(
    `The list does not end: ${offset} items were read.`,
    "Try again; a proxy may have answered in place of OpenRouter.",
  );
}

function rowsOf<T>(items: Map<string, T>, pages: Iterable<Rows<T>>): Rows<T> {
  const unreadable = joinUnreadable(pages);
  return { data: [...items.values()], ...(unreadable && { unreadable }) };
}

/** Every workspace, or undefined where the account or the key has no access to workspaces (403, 404). */
export async function listAllWorkspaces(client: Client, options?: RequestOptions): Promise<Workspace[] | undefined> {
  try {
    const { data } = await collectCounted(
      (query) => listWorkspacesPage(client, query, options),
      (workspace) => workspace.id,
    );
    return data;
  } catch (error) {
    if (error instanceof ForbiddenError || error instanceof NotFoundError) return undefined;
    throw error;
  }
}

/** Where a list came from: undefined `workspaces` means that only the default one could be asked. */
export interface Scope {
  workspaces: Workspace[] | undefined;
  /** Rows of the list that could not be read and are not in it. */
  unreadable?: Unreadable;
}

async function overWorkspaces<T>(
  workspaces: Workspace[] | undefined,
  load: (workspaceId: string | undefined) => Promise<Rows<T>>,
  id: (item: T) => string,
): Promise<Rows<T>> {
  const scopes = workspaces?.length ? workspaces.map((workspace) => workspace.id) : [undefined];
  const lists = await pMap(scopes, load, { concurrency: CONCURRENCY });
  return rowsOf(new Map(lists.flatMap(({ data }) => data).map((item) => [id(item), item])), lists);
}

/**
 * Every key of every workspace, disabled ones included unless told otherwise.
 * @param onPage is told of each page's keys as they come
 */
export async function listAllKeys(
  client: Client,
  {
    includeDisabled = true,
    onPage,
  }: { includeDisabled?: boolean; onPage?: (page: Scope & { keys: Key[] }) => void } = {},
  options?: RequestOptions,
): Promise<Scope & { keys: Key[] }> {
  const workspaces = await listAllWorkspaces(client, options);
  const load = (workspace_id?: string) =>
    collectUncounted(
      (offset) => listKeysPage(client, { offset, include_disabled: includeDisabled, workspace_id }, options),
      (key) => key.hash,
      onPage && ((keys) => onPage({ workspaces, keys })),
    );
  const { data: keys, unreadable } = await overWorkspaces(workspaces, load, (key) => key.hash);
  return { workspaces, keys, unreadable };
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
  const { data: guardrails, unreadable } = await overWorkspaces(workspaces, load, (guardrail) => guardrail.id);
  return { workspaces, guardrails, unreadable };
}
