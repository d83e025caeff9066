import { createSecret, maskSecret } from "../auth.ts";
import { toKeyResponse } from "../counters.ts";
import { badRequest, notFound } from "../errors.ts";
import { sha256Hex } from "../random.ts";
import type { Context, Route } from "../route.ts";
import type { KeyRecord } from "../state.ts";
import { boolean, nullable, number, object, offset, oneOf, string, utcTime, uuid } from "../validate.ts";

const PAGE = 100;

const settings = {
  name: string({ min: 1 }),
  limit: nullable(number({ min: 0 })),
  limit_reset: nullable(oneOf("daily", "weekly", "monthly")),
  include_byok_in_limit: boolean,
  expires_at: nullable(utcTime),
};

interface ListQuery {
  offset?: number;
  include_disabled?: "true" | "false";
  include_expired?: "true" | "false";
  workspace_id?: string;
}

export const keyRoutes: Route[] = [
  {
    method: "GET",
    path: "/keys",
    query: {
      offset,
      include_disabled: oneOf("true", "false"),
      include_expired: oneOf("true", "false"),
      workspace_id: uuid,
    },
    handle: list,
  },
  {
    method: "POST",
    path: "/keys",
    status: 201,
    body: object(
      {
        ...settings,
        workspace_id: uuid,
        creator_user_id: nullable(string({ min: 1 })),
        external: object({ user: string({ min: 1 }), api_key: string({ min: 32 }) }, ["user"]),
      },
      ["name"],
    ),
    handle: create,
  },
  {
    method: "GET",
    path: "/keys/:hash",
    handle: (context) => ({ data: toKeyResponse(context.state, findKey(context), context.now) }),
  },
  {
    method: "PATCH",
    path: "/keys/:hash",
    body: object({ ...settings, disabled: boolean }),
    handle: update,
  },
  { method: "DELETE", path: "/keys/:hash", handle: remove },
];

/** Lists keys, newest first; without disabled and expired ones unless requested. */
function list({ state, query, settings, now }: Context) {
  const { offset: start = 0, workspace_id = state.defaultWorkspaceId, ...include } = query as ListQuery;
  if (settings.includeExpired === "refuse" && include.include_expired !== undefined)
    throw badRequest("Unrecognized query parameter: include_expired");
  if (!state.workspaces.some(({ id }) => id === workspace_id))
    throw badRequest("Invalid workspace_id: workspace not found");
  const shows = ({ disabled, expires_at }: KeyRecord) =>
    (include.include_disabled === "true" || !disabled) &&
    (include.include_expired === "true" || settings.includeExpired !== "known" || !isPast(expires_at, now));
  const keys = [...state.keys.values()].filter((key) => key.workspace_id === workspace_id && shows(key));
  return {
    data: keys
      .sort((a, b) => (a.created_at < b.created_at ? 1 : a.created_at > b.created_at ? -1 : 0))
      .slice(start, start + PAGE)
      .map((key) => toKeyResponse(state, key, now)),
  };
}

const isPast = (at: string | null, now: number): boolean => at !== null && Date.parse(at) <= now;

function create({ state, body, now, callers }: Context) {
  const { external, ...given } = body as Partial<KeyRecord> & { name: string; external?: { user: string } };
  if (given.workspace_id && !state.workspaces.some(({ id }) => id === given.workspace_id)) {
    throw badRequest("Invalid workspace_id: workspace not found");
  }
  if (given.creator_user_id && !state.members.some(({ id }) => id === given.creator_user_id)) {
    throw badRequest("Invalid creator_user_id: not a member of the organization");
  }
  const secret = createSecret();
  const key: KeyRecord = {
    hash: sha256Hex(secret),
    label: maskSecret(secret),
    disabled: false,
    created_at: new Date(now).toISOString(),
    updated_at: null,
    creator_user_id: null,
    external_user: external?.user ?? null,
    workspace_id: state.defaultWorkspaceId,
    limit: null,
    limit_reset: null,
    include_byok_in_limit: false,
    expires_at: null,
    olderUsage: 0,
    ...given,
  };
  state.keys.set(key.hash, key);
  callers.set(key.hash, { management: false, key });
  return { data: toKeyResponse(state, key, now), key: secret };
}

function update(context: Context) {
  const { state, settings, now } = context;
  const key = findKey(context);
  const { expires_at, ...changes } = context.body as Partial<KeyRecord>;
  if (expires_at !== undefined && settings.patchExpiresAt === "refuse") {
    throw badRequest("Unrecognized field: expires_at");
  }
  Object.assign(key, changes, { updated_at: new Date(now).toISOString() });
  if (expires_at !== undefined && settings.patchExpiresAt === "apply") key.expires_at = expires_at;
  return { data: toKeyResponse(state, key, now) };
}

/** Deletes a key. Its spend stays in the account's totals but can't be attributed to it any more. */
function remove(context: Context) {
  const { state, callers } = context;
  const key = findKey(context);
  state.keys.delete(key.hash);
  state.deletedKeys.set(key.hash, key);
  state.keyAssignments = state.keyAssignments.filter(({ target }) => target !== key.hash);
  for (const [secret, caller] of callers) if (!caller.management && caller.key === key) callers.delete(secret);
  return { deleted: true };
}

function findKey({ state, params }: Context): KeyRecord {
  const key = state.keys.get(params.hash!);
  if (!key) throw notFound("API key not found");
  return key;
}
