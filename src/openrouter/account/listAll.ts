// Whole lists of an account, over all workspaces.
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

/** Every workspace, or undefined where the account or the key has no access to workspaces (403, 404). */
export async function listAllWorkspaces(client: Client, options?: RequestOptions): Promise<Workspace[] | undefined> {
  return (await readWorkspaces(client, options))?.data;
}

async function readWorkspaces(client: Client, options?: RequestOptions): Promise<Rows<Workspace> | undefined> {
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
export interface ListCoverage {
  workspaces: Workspace[] | undefined;
  /** Rows of the list that could not be read and are not in it. */
  unreadable?: Unreadable;
  /** Workspaces that could not be read: what is in them is not in the list. */
  unreadableWorkspaces?: Unreadable;
}

/** Every key of every workspace, expired ones included, disabled ones by default. `GET /workspaces`, `GET /keys`. */
export async function listAllKeys(
  client: Client,
  {
    includeDisabled = true,
    onPage,
  }: {
    includeDisabled?: boolean;
    /** Called with each page's keys as they come. */
    onPage?(page: ListCoverage & { keys: Key[] }): void;
  } = {},
  options?: RequestOptions,
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

/** Every guardrail of every workspace. `GET /workspaces`, `GET /guardrails`. */
export async function listAllGuardrails(
  client: Client,
  options?: RequestOptions,
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
 * A list that the API gives for one workspace at a time. The default workspace's is asked beside the list of workspaces:
 * it is the one that an unscoped request answers for, and its items say which it is. Where they do not, every workspace
 * is asked for.
 */
async function listOverWorkspaces<T extends { workspace_id?: string | null }, P extends Rows<T>>(
  client: Client,
  { load, collect, id, onPage }: WorkspaceList<T, P>,
  options?: RequestOptions,
): Promise<Rows<T> & ListCoverage> {
  const reading = readWorkspaces(client, options);
  const listing = reading.then((read) => read?.data);
  const firstPage = load({ offset: 0, limit: PAGE_SIZE });
  // Pages are told of once it is known what workspaces there are; that they could not be listed is thrown below.
  const tell =
    onPage &&
    ((items: T[]) =>
      void listing.then(
        (workspaces) => onPage(items, workspaces),
        () => {},
      ));
  const unscoped = collect((query) => (query.offset === 0 ? firstPage : load(query)), { onPage: tell });

  async function scoped() {
    const [workspaces = [], { data }] = await Promise.all([listing, firstPage]);
    const own = commonWorkspaceId(data);
    const others = workspaces.filter((workspace) => workspace.id !== own);
    // The server gives full pages, and this is no small account.
    const readAhead = data.length >= PAGE_SIZE;
    const ask = async ({ id: workspace_id }: Workspace) =>
      [workspace_id, await collect((query) => load({ ...query, workspace_id }), { onPage: tell, readAhead })] as const;
    return { own, lists: new Map(await pMap(others, ask, { concurrency: CONCURRENCY })) };
  }

  const [read, ofDefault, { own, lists }] = await Promise.all([reading, unscoped, scoped()]);
  const workspaces = read?.data;
  if (own !== undefined || lists.size === 0) lists.set(own ?? "", ofDefault);
  const order = new Map(workspaces?.map((workspace, i) => [workspace.id, i]));
  const place = (workspace: string) => order.get(workspace) ?? order.size;
  const sorted = [...lists].sort(([a], [b]) => place(a) - place(b)).map(([, list]) => list);
  const items = new Map(sorted.flatMap(({ data }) => data).map((item) => [id(item), item]));
  return { workspaces, ...rowsOf(items, sorted), ...(read?.unreadable && { unreadableWorkspaces: read.unreadable }) };
}

/** The workspace that all items name; undefined where they name none, or several. */
function commonWorkspaceId(items: readonly { workspace_id?: string | null }[]): string | undefined {
  const [first, ...others] = new Set(items.map(({ workspace_id }) => workspace_id));
  return others.length === 0 ? (first ?? undefined) : undefined;
}
