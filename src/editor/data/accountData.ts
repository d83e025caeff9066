import type * as vscode from "vscode";
import { OpenRouterError } from "../../openrouter/errors.ts";
import type { AccountOutlook } from "../../openrouter/foresight/forecast/readOutlook.ts";
import type {
  Client,
  Credits,
  GuardrailLists,
  Key,
  Member,
  Periods,
  RequestOptions,
  Unreadable,
  Workspace,
} from "../../openrouter/index.ts";
import type { Session, SessionAccount, Sessions } from "../account/session.ts";
import { type Budgets, createBudgets } from "./budgets.ts";
import { createResource, type ReadOptions, type Resource, type ResourceHost } from "./resource.ts";

/** USD. */
export interface CreditsData {
  credits: Credits;
  /** Spend today, this week and this month, or the error if it couldn't be read. */
  periods: Periods | OpenRouterError;
}

export interface KeysData {
  keys: readonly Key[];
  /** Undefined if only the default workspace could be read. */
  workspaces: readonly Workspace[] | undefined;
  /** Counts keys that couldn't be read. */
  unreadable?: Unreadable;
  /** Counts workspaces that couldn't be read: their keys may be missing. */
  unreadableWorkspaces?: Unreadable;
  /** The API refused to list expired keys; see `listAllKeys`. */
  expiredMayBeMissing?: boolean;
}

export type GuardrailsData = GuardrailLists;

export interface MembersData {
  organization: boolean;
  members: readonly Member[];
  unreadable?: Unreadable;
}

/** The data of one account, loaded once for all views, the status bar and the quick picks. */
export interface AccountData extends vscode.Disposable {
  credits: Resource<CreditsData>;
  keys: Resource<KeysData>;
  guardrails: Resource<GuardrailsData>;
  members: Resource<MembersData>;
  /** True if the account belongs to an organization, which has members; undefined if the key may not read them. */
  organization: Resource<boolean | undefined>;
  /** What is coming; see `renewOutlook`. */
  outlook: Resource<AccountOutlook>;
  /** The budgets of a workspace. */
  budgets: Budgets;
  /** Hashes of keys and ids of guardrails that agents changed in this session; their rows are marked. */
  changedByAgents: Set<string>;
  /** Records what views couldn't draw. */
  log: ResourceHost["log"];
}

const STALE_MS = 60_000;
const JUST_NOW_MS = 5_000;

/** Loaded with the first request, not at activation. */
const api = () => import("../../openrouter/index.ts");

/** A session with the account's data. */
export type AccountSession = Session<AccountData>;
export type AccountSessions = Sessions<AccountData>;

export function createAccountData({ client, signal }: SessionAccount, host: ResourceHost): AccountData {
  const resource = <T>(name: string, read: (options: ReadOptions<T>) => Promise<T>) =>
    createResource<T>({ name, read }, signal, host);
  const keys = resource<KeysData>("Keys", (options) => readKeys(client, options));
  const credits = resource<CreditsData>("Credits", (options) => readCredits(client, options, keys));
  const guardrails = resource<GuardrailsData>("Guardrails", (options) => readGuardrails(client, options));
  const members = resource<MembersData>("Members", (options) => readMembers(client, options));
  const organization = resource<boolean | undefined>("Organization", (options) =>
    readOrganization(client, options, guardrails),
  );
  const outlook = resource<AccountOutlook>("Forecast", async (options) =>
    (await import("./outlook.ts")).readOutlookData(client, { credits, keys }, options),
  );
  const resources = { credits, keys, guardrails, members, organization, outlook };
  const byokOfWorkspace = (id: string) => {
    const workspaces = guardrails.current?.value.workspaces ?? keys.current?.value.workspaces;
    return workspaces?.find((one) => one.id === id)?.include_byok_in_budgets ?? undefined;
  };
  return {
    ...resources,
    budgets: createBudgets({ client, signal, host, byokOfWorkspace }),
    changedByAgents: new Set(),
    log: host.log,
    dispose() {
      for (const one of Object.values(resources)) one.dispose();
    },
  };
}

/** @throws InferenceKeyError for an inference key, which would show an empty account */
async function readCredits(
  client: Client,
  options: ReadOptions<CreditsData>,
  keys: Resource<KeysData>,
): Promise<CreditsData> {
  const { getCredits, getPeriods, checkManagementKey } = await api();
  const allKeys = () => loadAllKeys(client, keys, options);
  const reading = Promise.all([
    getCredits(client, options),
    getPeriods(client, options, allKeys).catch((error: unknown) => {
      if (error instanceof OpenRouterError) return error;
      throw error;
    }),
  ]);
  // Inference keys can't query analytics, but may be told the credits.
  const isProof = ([, periods]: Awaited<typeof reading>) => "source" in periods && periods.month > 0;
  const [credits, periods] = await checkManagementKey(client, reading, isProof, { signal: options.signal });
  return { credits, periods };
}

/** Returns all keys. Reuses those of the Keys view if they are recent enough, since there may be thousands. */
export async function loadAllKeys(
  client: Client,
  keys: Resource<KeysData>,
  options: RequestOptions,
): Promise<KeysData> {
  await keys.ensure(options.fresh ? JUST_NOW_MS : STALE_MS, { fresh: options.fresh });
  const { current, failure } = keys;
  if (current?.complete && !failure) return current.value;
  return (await api()).listAllKeys(client, {}, options);
}

async function readKeys(client: Client, options: ReadOptions<KeysData>): Promise<KeysData> {
  const { listAllKeys, checkManagementKey } = await api();
  let soFar: Key[] = [];
  const onPage: NonNullable<Parameters<typeof listAllKeys>[1]>["onPage"] = (page) => {
    soFar = [...soFar, ...page.keys];
    options.partial({ keys: soFar, workspaces: page.workspaces });
  };
  const reading = listAllKeys(client, { onPage }, { ...options, frugal: true });
  return checkManagementKey(client, reading, ({ keys }) => keys.length > 0, { signal: options.signal });
}

async function readGuardrails(client: Client, options: ReadOptions<GuardrailsData>): Promise<GuardrailsData> {
  return (await api()).listGuardrailsAndAssignments(client, options);
}

/** For a personal account, `GET /organization/members` responds with 404. */
async function readMembers(client: Client, options: ReadOptions<MembersData>): Promise<MembersData> {
  const { listAllMembers, NotFoundError } = await api();
  try {
    const { data: members, unreadable } = await listAllMembers(client, options);
    return { organization: true, members, unreadable };
  } catch (error) {
    if (error instanceof NotFoundError) return { organization: false, members: [] };
    throw error;
  }
}

/** Only members of an organization have guardrails. Otherwise reads one member: the others are read with the Members view. */
async function readOrganization(
  client: Client,
  options: ReadOptions<boolean | undefined>,
  guardrails: Resource<GuardrailsData>,
): Promise<boolean | undefined> {
  if (guardrails.loading) await guardrails.ensure();
  if (guardrails.current?.value.memberAssignments.length) return true;
  const { ForbiddenError, listMembersPage, NotFoundError } = await api();
  try {
    await listMembersPage(client, { limit: 1 }, options);
    return true;
  } catch (error) {
    if (error instanceof NotFoundError) return false;
    // Asking again gets the same answer.
    if (error instanceof ForbiddenError) return undefined;
    throw error;
  }
}
