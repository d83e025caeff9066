// Reads what limits a key with few requests. What can't be read is a gap in the answer, never an error of the tool.
import {
  type Client,
  collectCounted,
  type Guardrail,
  getGuardrail,
  type Key,
  listAllKeys,
  listAllWorkspaces,
  listKeyAssignmentsPage,
  listMemberAssignmentsPage,
  listModels,
  listProviders,
  listWorkspaceBudgets,
  NotFoundError,
  type RequestOptions,
  type Workspace,
} from "../../openrouter/index.ts";
import { isShared, type SharedBudgets } from "../../openrouter/safety/budgets.ts";
import { getKeyLimits, type KeyLimitSources, type KeyLimits } from "../../openrouter/safety/keyLimits.ts";
import { summarizeLimits } from "../../openrouter/safety/limitsSummary.ts";
import { type Catalog, createCatalog } from "../../openrouter/safety/slugs.ts";
import { excerpt } from "../../openrouter/text/printable.ts";
import { joinLines, safeLine } from "../text.ts";

/** Enough for 10,000 keys that share a budget. */
const MAX_REQUESTS = 150;
/** The rest of the answer waits no longer than this. */
const MAX_READ_MS = 10_000;
const MAX_REASON = 300;

export interface LimitsReader {
  /** @param keys all keys of the account, if they were read */
  limitsOf(key: Key, options?: { keys?: ReadKeys; catalog?: Catalog }): Promise<KeyLimits>;
  /** The same in a few lines of text. Never fails. */
  textOf(key: Key, keys?: ReadKeys): Promise<string>;
}

interface ReadKeys {
  keys: readonly Key[];
  isIncomplete: boolean;
}

/** Begins to read what all keys need, so that the key itself can be read meanwhile. */
export function readLimits(client: Client, signal: AbortSignal): LimitsReader {
  const options: RequestOptions = { signal: AbortSignal.any([signal, AbortSignal.timeout(MAX_READ_MS)]) };
  const bounded = limitRequests(client, MAX_REQUESTS);
  let problem: string | undefined;
  const orUndefined = <T>(reading: Promise<T>): Promise<T | undefined> =>
    reading.catch((error: unknown) => {
      problem ??= error instanceof Error ? error.message : String(error);
      return undefined;
    });
  const shared = Promise.all([
    orUndefined(listAllWorkspaces(bounded, options)),
    orUndefined(
      collectCounted(
        (query) => listKeyAssignmentsPage(bounded, query, options),
        (one) => `${one.guardrail_id} ${one.key_hash}`,
      ),
    ),
    orUndefined(
      collectCounted(
        (query) => listMemberAssignmentsPage(bounded, query, options),
        (one) => `${one.guardrail_id} ${one.user_id}`,
      ),
    ),
  ]);
  let reading: Promise<ReadKeys> | undefined;
  const allKeys = () => {
    reading ??= readKeys(bounded, options);
    return reading;
  };

  async function limitsOf(key: Key, { keys, catalog }: { keys?: ReadKeys; catalog?: Catalog } = {}) {
    const [workspaces, forKeys, forMembers] = await shared;
    const workspace = workspaces?.find(({ id }) => id === key.workspace_id);
    const assigned = [
      ...(forKeys?.data ?? []).filter(({ key_hash }) => key_hash === key.hash),
      ...(forMembers?.data ?? []).filter(({ user_id }) => user_id === key.creator_user_id),
    ].map(({ guardrail_id }) => guardrail_id);
    const ids = [...new Set([...assigned, workspace?.default_guardrail_id ?? ""])].filter(Boolean);
    const [guardrails, budgets] = await Promise.all([
      Promise.all(ids.map((id) => orUndefined(readOrGone(bounded, id, options)))),
      workspace && orUndefined(readBudgets(bounded, workspace, options)),
    ]);
    const read = guardrails.filter((one) => typeof one === "object");
    const withKeys = (known: ReadKeys | undefined, names: Catalog | undefined): KeyLimitSources => ({
      key,
      keys: known?.keys ?? [key],
      keysIncomplete: known?.isIncomplete,
      readAt: client.now(),
      guardrails:
        forKeys && forMembers
          ? { guardrails: read, keyAssignments: forKeys.data, memberAssignments: forMembers.data, workspaces }
          : undefined,
      guardrailsIncomplete: guardrails.includes(undefined) || Boolean(forKeys?.unreadable ?? forMembers?.unreadable),
      workspace: budgets,
      catalog: names,
      now: client.now(),
    });
    const needsKeys = getKeyLimits(withKeys(undefined, undefined)).budgets.some(isShared);
    const [known, names] = await Promise.all([
      keys ?? (needsKeys ? allKeys() : undefined),
      catalog ?? (hasCommonLists(read) ? orUndefined(readCatalog(bounded, options)) : undefined),
    ]);
    return getKeyLimits(withKeys(known, names));
  }

  return {
    limitsOf,
    async textOf(key, keys) {
      const limits = await orUndefined(limitsOf(key, { keys }));
      signal.throwIfAborted();
      const reason = problem && `Reason: ${excerpt(safeLine(problem), MAX_REASON)}`;
      if (!limits) return joinLines("What limits the key could not be read.", reason);
      return joinLines(...summarizeLimits(limits).map(safeLine), limits.gaps.length > 0 && reason);
    },
  };
}

/** Reads a guardrail; "gone" for one that doesn't exist, or a default one that isn't configured and so binds nothing. */
async function readOrGone(client: Client, id: string, options: RequestOptions): Promise<Guardrail | "gone"> {
  try {
    return await getGuardrail(client, id, options);
  } catch (error) {
    if (error instanceof NotFoundError) return "gone";
    throw error;
  }
}

/** True if lists of several guardrails intersect: then the catalog says which of their names mean the same. */
function hasCommonLists(guardrails: readonly Guardrail[]): boolean {
  const fields = ["allowed_models", "allowed_providers"] as const;
  return fields.some((field) => guardrails.filter((one) => one[field]?.length).length > 1);
}

/** @throws OpenRouterError */
async function readCatalog(client: Client, options: RequestOptions): Promise<Catalog> {
  const [models, providers] = await Promise.all([
    listModels(client, { output_modalities: "all" }, options),
    listProviders(client, options),
  ]);
  return createCatalog(models.data, providers.data);
}

async function readBudgets(client: Client, workspace: Workspace, options: RequestOptions): Promise<SharedBudgets> {
  const { data, include_byok_in_budgets } = await listWorkspaceBudgets(client, workspace.id, options);
  const includeByok = include_byok_in_budgets ?? workspace.include_byok_in_budgets ?? undefined;
  return { name: workspace.name, budgets: data, includeByok };
}

/** Reads all keys; the ones that arrived if not all can be read. */
async function readKeys(client: Client, options: RequestOptions): Promise<ReadKeys> {
  const arrived: Key[] = [];
  try {
    const onPage = (page: { keys: Key[] }) => void arrived.push(...page.keys);
    const { keys, unreadable, unreadableWorkspaces } = await listAllKeys(
      client,
      { onPage },
      { ...options, frugal: true },
    );
    return { keys, isIncomplete: Boolean(unreadable ?? unreadableWorkspaces) };
  } catch {
    return { keys: arrived, isIncomplete: true };
  }
}

/** Returns a client that sends only so many requests, and caches all reads for 60 s, until a write. */
function limitRequests(client: Client, max: number): Client {
  let left = max;
  return {
    ...client,
    async request(call, options) {
      left -= 1;
      if (left < 0) throw new Error(`it takes more than ${max} requests`);
      return client.request({ ...call, cache: true }, options);
    },
  };
}
