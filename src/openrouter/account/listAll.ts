// Reads complete lists of an account, across all workspaces.
import pMap from "p-map";
import { listWorkspacesPage } from "../endpoints/account.ts";
import {
  CONCURRENCY,
  type CollectOptions,
  collectCounted,
  collectUncounted,
  PAGE_SIZE,
  rowsOf,
} from "../endpoints/collect.ts";
import type { Page, PageQuery, Rows, Unreadable } from "../endpoints/envelopes.ts";
import { listGuardrailsPage } from "../endpoints/guardrails.ts";
import { ForbiddenError, NotFoundError } from "../errors.ts";
import type { Client, RequestOptions } from "../http/call.ts";
import type { Guardrail, Key, Workspace } from "../schemas.ts";
import { keyPages } from "./keyPages.ts";

/** Reads every workspace; undefined if the account or the key has no access to workspaces (403, 404). */
export async function listAllWorkspaces(client: Client, options?: RequestOptions): Promise<Workspace[] | undefined> {
  return (await readWorkspaces(client, options))?.data;
}

/** Reads every workspace. `GET /workspaces`. @throws ForbiddenError or NotFoundError without access to workspaces */
export function collectWorkspaces(client: Client, options?: RequestOptions): Promise<Rows<Workspace>> {
  return collectCounted(
    (query) => listWorkspacesPage(client, query, options),
    (workspace) => workspace.id,
  );
}

async function readWorkspaces(client: Client, options?: RequestOptions): Promise<Rows<Workspace> | undefined> {
  try {
    return await collectWorkspaces(client, options);
  } catch (error) {
    if (error instanceof ForbiddenError || error instanceof NotFoundError) return undefined;
    throw error;
  }
}

export interface ListOptions extends RequestOptions {
  /** Takes more round trips for fewer requests beyond the ends of the lists. */
  frugal?: boolean;
}

/** What a list covers; without `workspaces`, only the default workspace could be read. */
export interface ListCoverage {
  workspaces: Workspace[] | undefined;
  /** Rows that could not be read and are missing from the list. */
  unreadable?: Unreadable;
  /** Workspaces that could not be read; the list lacks their items. */
  unreadableWorkspaces?: Unreadable;
}

/** Reads every key of every workspace, including expired and (by default) disabled ones. `GET /workspaces`, `GET /keys`. */
export async function listAllKeys(
  client: Client,
  {
    includeDisabled = true,
    onPage,
  }: {
    includeDisabled?: boolean;
    /** Called with the keys of each page as it arrives. */
    onPage?(page: ListCoverage & { keys: Key[] }): void;
  } = {},
  options?: ListOptions,
): Promise<ListCoverage & { keys: Key[]; expiredMayBeMissing: boolean }> {
  const pages = keyPages(client, options);
  const { data: keys, ...scope } = await listOverWorkspaces<Key, Rows<Key>>(
    client,
    {
      load: ({ offset, workspace_id }) => pages.load({ offset, include_disabled: includeDisabled, workspace_id }),
      collect: (load, more) =>
        collectUncounted(
          (offset) => load({ offset }),
          (key) => key.hash,
          more,
        ),
      id: (key) => key.hash,
      onPage: onPage && ((keys, workspaces) => onPage({ workspaces, keys })),
    },
    options,
  );
  return { ...scope, keys, expiredMayBeMissing: pages.expiredMayBeMissing() };
}

/** Reads every guardrail of every workspace. `GET /workspaces`, `GET /guardrails`. */
export async function listAllGuardrails(
  client: Client,
  options?: ListOptions,
): Promise<ListCoverage & { guardrails: Guardrail[] }> {
  const { data: guardrails, ...scope } = await listOverWorkspaces<Guardrail, Page<Guardrail>>(
    client,
    {
      load: (query) => listGuardrailsPage(client, query, options),
      collect: (load, more) => collectCounted(load, (guardrail) => guardrail.id, more),
      id: (guardrail) => guardrail.id,
    },
    options,
  );
  return { ...scope, guardrails };
}

type ListQuery = PageQuery & { offset: number; workspace_id?: string };

interface WorkspaceList<T, P extends Rows<T>> {
  load(query: ListQuery): Promise<P>;
  collect(load: (query: ListQuery) => Promise<P>, options: CollectOptions<T>): Promise<Rows<T>>;
  id(item: T): string;
  onPage?(items: T[], workspaces: Workspace[] | undefined): void;
}

/**
 * Reads a list that the API returns for one workspace at a time. A request without a workspace returns the default
 * workspace's list, so it is sent while the workspaces are listed. Its items name the default workspace; if they don't, every
 * workspace is requested.
 */
async function listOverWorkspaces<T extends { workspace_id?: string | null }, P extends Rows<T>>(
  client: Client,
  { load, collect, id, onPage }: WorkspaceList<T, P>,
  options?: ListOptions,
): Promise<Rows<T> & ListCoverage> {
  const reading = readWorkspaces(client, options);
  const listing = reading.then((read) => read?.data);
  const firstPage = load({ offset: 0, limit: PAGE_SIZE });
  // Pages are reported once the workspaces are known. If those can't be listed, the error is thrown below.
  const reportPage =
    onPage &&
    ((items: T[]) =>
      void listing.then(
        (workspaces) => onPage(items, workspaces),
        () => {},
      ));
  const frugal = options?.frugal ? { seen: 0 } : undefined;
  const unscoped = collect((query) => (query.offset === 0 ? firstPage : load(query)), { onPage: reportPage, frugal });

  async function scoped() {
    const [workspaces = [], { data }] = await Promise.all([listing, firstPage]);
    const defaultId = commonWorkspaceId(data);
    const others = workspaces.filter((workspace) => workspace.id !== defaultId);
    // If the first page is full, the other lists may be long, and their pages will be full, too.
    const readAhead = !frugal && data.length >= PAGE_SIZE;
    const readList = async ({ id: workspace_id }: Workspace) =>
      [
        workspace_id,
        await collect((query) => load({ ...query, workspace_id }), { onPage: reportPage, readAhead, frugal }),
      ] as const;
    return { defaultId, lists: new Map(await pMap(others, readList, { concurrency: CONCURRENCY })) };
  }

  const [read, defaultList, { defaultId, lists }] = await Promise.all([reading, unscoped, scoped()]);
  const workspaces = read?.data;
  if (defaultId !== undefined || lists.size === 0) lists.set(defaultId ?? "", defaultList);
  const order = new Map(workspaces?.map((workspace, i) => [workspace.id, i]));
  const position = (workspace: string) => order.get(workspace) ?? order.size;
  const sorted = [...lists].sort(([a], [b]) => position(a) - position(b)).map(([, list]) => list);
  const items = new Map(sorted.flatMap(({ data }) => data).map((item) => [id(item), item]));
  return { workspaces, ...rowsOf(items, sorted), ...(read?.unreadable && { unreadableWorkspaces: read.unreadable }) };
}

/** Returns the workspace id that all items share; undefined if they name none or several. */
function commonWorkspaceId(items: readonly { workspace_id?: string | null }[]): string | undefined {
  const [first, ...others] = new Set(items.map(({ workspace_id }) => workspace_id));
  return others.length === 0 ? (first ?? undefined) : undefined;
}
