import type * as vscode from "vscode";
import { OpenRouterError } from "../../openrouter/errors.ts";
import type {
  Client,
  Credits,
  Guardrail,
  Key,
  KeyAssignment,
  Member,
  MemberAssignment,
  Periods,
  RequestOptions,
  Unreadable,
  Workspace,
} from "../../openrouter/index.ts";
import type { Session, SessionAccount, Sessions } from "../account/session.ts";
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

export interface GuardrailsData {
  guardrails: readonly Guardrail[];
  workspaces: readonly Workspace[] | undefined;
  /** Counts guardrails and assignments that couldn't be read. */
  unreadable?: Unreadable;
  /** Counts workspaces that couldn't be read: their guardrails may be missing. */
  unreadableWorkspaces?: Unreadable;
  keyAssignments: readonly KeyAssignment[];
  memberAssignments: readonly MemberAssignment[];
}

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
  /** Hashes of keys and ids of guardrails that agents changed in this session; their rows are marked. */
  changedByAgents: Set<string>;
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
  return {
    credits,
    keys,
    guardrails,
    members,
    changedByAgents: new Set(),
    dispose() {
      for (const one of [credits, keys, guardrails, members]) one.dispose();
    },
  };
}

/** @throws InferenceKeyError for an inference key, which would show an empty account */
async function readCredits(
  client: Client,
  options: ReadOptions<CreditsData>,
  keys: Resource<KeysData>,
): Promise<CreditsData> {
  const { getCredits, getPeriods, requireManagementKey } = await api();
  await requireManagementKey(client, { signal: options.signal });
  const allKeys = () => loadAllKeys(client, keys, options);
  const [credits, periods] = await Promise.all([
    getCredits(client, options),
    getPeriods(client, options, allKeys).catch((error: unknown) => {
      if (error instanceof OpenRouterError) return error;
      throw error;
    }),
  ]);
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
  const { listAllKeys, requireManagementKey } = await api();
  await requireManagementKey(client, { signal: options.signal });
  let soFar: Key[] = [];
  return listAllKeys(
    client,
    {
      onPage(page) {
        soFar = [...soFar, ...page.keys];
        options.partial({ keys: soFar, workspaces: page.workspaces });
      },
    },
    options,
  );
}

async function readGuardrails(client: Client, options: ReadOptions<GuardrailsData>): Promise<GuardrailsData> {
  const { collectCounted, joinUnreadable, listAllGuardrails, listKeyAssignmentsPage, listMemberAssignmentsPage } =
    await api();
  const [{ guardrails, workspaces, unreadable, unreadableWorkspaces }, keys, members] = await Promise.all([
    listAllGuardrails(client, options),
    collectCounted(
      (query) => listKeyAssignmentsPage(client, query, options),
      (one) => `${one.guardrail_id} ${one.key_hash}`,
    ),
    collectCounted(
      (query) => listMemberAssignmentsPage(client, query, options),
      (one) => `${one.guardrail_id} ${one.user_id}`,
    ),
  ]);
  return {
    guardrails,
    workspaces,
    keyAssignments: keys.data,
    memberAssignments: members.data,
    unreadable: joinUnreadable([{ data: guardrails, unreadable }, keys, members]),
    unreadableWorkspaces,
  };
}

/** For a personal account, `GET /organization/members` responds with 404. */
async function readMembers(client: Client, options: ReadOptions<MembersData>): Promise<MembersData> {
  const { collectCounted, listMembersPage, NotFoundError } = await api();
  try {
    const { data: members, unreadable } = await collectCounted(
      (query) => listMembersPage(client, query, options),
      (member) => member.id,
    );
    return { organization: true, members, unreadable };
  } catch (error) {
    if (error instanceof NotFoundError) return { organization: false, members: [] };
    throw error;
  }
}
