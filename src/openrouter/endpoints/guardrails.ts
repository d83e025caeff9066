import * as z from "zod";
import { AcceptedWriteError, NotAppliedError, SchemaError } from "../errors.ts";
import type { Client, RequestOptions } from "../http/call.ts";
import { Guardrail, type GuardrailCreate, type GuardrailUpdate, KeyAssignment, MemberAssignment } from "../schemas.ts";
import { collectCounted } from "./collect.ts";
import { data, type PageQuery, page } from "./envelopes.ts";
import { pathSegment } from "./pathSegment.ts";
import { readBackIfUnreadable, requireFields, requireGone, type WriteOptions } from "./readBack.ts";

const path = (id: string) => `/guardrails/${pathSegment(id)}`;
const Deleted = z.looseObject({ deleted: z.literal(true) });

/** Lists a page of a workspace's guardrails; by default, of the default workspace. `GET /guardrails`. */
export function listGuardrailsPage(
  client: Client,
  query: PageQuery & { workspace_id?: string } = {},
  options?: RequestOptions,
) {
  return client.request({ method: "GET", path: "/guardrails", query: { ...query }, schema: page(Guardrail) }, options);
}

/** Returns one guardrail. `GET /guardrails/{id}`. */
export async function getGuardrail(client: Client, id: string, options?: RequestOptions): Promise<Guardrail> {
  return (await client.request({ method: "GET", path: path(id), schema: data(Guardrail) }, options)).data;
}

/**
 * Creates a guardrail; it enforces nothing until it is assigned. `POST /guardrails`, never sent twice. If nothing but the
 * response's id can be read, reads the rest with `GET /guardrails/{id}`.
 * @throws UncertainWriteError if the response was lost and the guardrail may exist
 */
export async function createGuardrail(
  client: Client,
  body: GuardrailCreate,
  options?: WriteOptions,
): Promise<Guardrail> {
  const creates = `the guardrail ${JSON.stringify(body.name)}`;
  const call = {
    method: "POST",
    path: "/guardrails",
    body,
    schema: z.union([data(Guardrail), data(z.looseObject({ id: z.string().min(1) }))]),
    creates,
  } as const;
  const { data: created } = await client.request(call, options);
  const whole = Guardrail.safeParse(created);
  if (whole.success) return whole.data;
  const accepted = new AcceptedWriteError(
    `POST /guardrails: OpenRouter created the guardrail ${created.id}, but the response could not be read (its field ${whole.error.issues[0]?.path.join(".")}).`,
    "Look for it in the list before you create it again.",
  );
  return readBackIfUnreadable(Promise.reject(accepted), (fresh) => getGuardrail(client, created.id, fresh), options);
}

/** Updates the given fields; null clears one. `PATCH /guardrails/{id}`, then a GET if the response can't be read. */
export function updateGuardrail(
  client: Client,
  id: string,
  body: GuardrailUpdate,
  options?: WriteOptions,
): Promise<Guardrail> {
  const call = { method: "PATCH", path: path(id), body, schema: data(Guardrail) } as const;
  const write = client
    .request(call, options)
    .then((response) => requireFields(`PATCH /guardrails/${id}`, body, response.data));
  return readBackIfUnreadable(write, (fresh) => getGuardrail(client, id, fresh), options);
}

/**
 * Deletes a guardrail with its assignments. `DELETE /guardrails/{id}`, then a GET if the response can't be read.
 * @throws NotFoundError if the guardrail does not exist; NotAppliedError if it still exists afterwards
 */
export async function deleteGuardrail(client: Client, id: string, options?: WriteOptions): Promise<void> {
  const whenGone = { deleted: true } as const;
  const write = client.request({ method: "DELETE", path: path(id), schema: Deleted, whenGone }, options);
  const again = (fresh: RequestOptions) =>
    requireGone(`the guardrail ${id}`, getGuardrail(client, id, fresh)).then(() => whenGone);
  await readBackIfUnreadable(write, again, options);
}

type AssignmentQuery = PageQuery & {
  /** Limits the list to this guardrail. */
  guardrail_id?: string;
};

/** Lists assignments of guardrails to keys. `GET /guardrails/assignments/keys` or `/guardrails/{id}/assignments/keys`. */
export function listKeyAssignmentsPage(
  client: Client,
  { guardrail_id, ...query }: AssignmentQuery = {},
  options?: RequestOptions,
) {
  const base = guardrail_id ? path(guardrail_id) : "/guardrails";
  return client.request(
    { method: "GET", path: `${base}/assignments/keys`, query: { ...query }, schema: page(KeyAssignment) },
    options,
  );
}

/** Lists assignments of guardrails to members. `GET /guardrails/assignments/members` or `/guardrails/{id}/assignments/members`. */
export function listMemberAssignmentsPage(
  client: Client,
  { guardrail_id, ...query }: AssignmentQuery = {},
  options?: RequestOptions,
) {
  const base = guardrail_id ? path(guardrail_id) : "/guardrails";
  return client.request(
    { method: "GET", path: `${base}/assignments/members`, query: { ...query }, schema: page(MemberAssignment) },
    options,
  );
}

const Assigned = z.looseObject({ assigned_count: z.number() });
const Unassigned = z.looseObject({ unassigned_count: z.number() });

/**
 * The API's count of keys or members that a write assigned or unassigned; it excludes those that needed no change.
 * Undefined if the response could not be read but the assignments show the requested state.
 */
export type AssignedCount = number | undefined;

/** Assigns a guardrail to keys, replacing other guardrails. `POST /guardrails/{id}/assignments/keys`. */
export function assignKeys(
  client: Client,
  id: string,
  key_hashes: string[],
  options?: WriteOptions,
): Promise<AssignedCount> {
  return changeAssignments(client, { id, kind: "keys", verb: "assign", ids: key_hashes }, options);
}

/** Removes a guardrail from keys. `POST /guardrails/{id}/assignments/keys/remove`. */
export function unassignKeys(
  client: Client,
  id: string,
  key_hashes: string[],
  options?: WriteOptions,
): Promise<AssignedCount> {
  return changeAssignments(client, { id, kind: "keys", verb: "unassign", ids: key_hashes }, options);
}

/** Assigns a guardrail to members by their `id`. `POST /guardrails/{id}/assignments/members`. */
export function assignMembers(
  client: Client,
  id: string,
  member_user_ids: string[],
  options?: WriteOptions,
): Promise<AssignedCount> {
  return changeAssignments(client, { id, kind: "members", verb: "assign", ids: member_user_ids }, options);
}

/** Removes a guardrail from members. `POST /guardrails/{id}/assignments/members/remove`. */
export function unassignMembers(
  client: Client,
  id: string,
  member_user_ids: string[],
  options?: WriteOptions,
): Promise<AssignedCount> {
  return changeAssignments(client, { id, kind: "members", verb: "unassign", ids: member_user_ids }, options);
}

interface AssignmentChange {
  /** The guardrail's id. */
  id: string;
  kind: "keys" | "members";
  verb: "assign" | "unassign";
  /** Key hashes or member ids. */
  ids: string[];
}

function changeAssignments(
  client: Client,
  { id, kind, verb, ids }: AssignmentChange,
  options?: WriteOptions,
): Promise<AssignedCount> {
  const call = {
    method: "POST",
    path: `${path(id)}/assignments/${kind}${verb === "assign" ? "" : "/remove"}`,
    body: kind === "keys" ? { key_hashes: ids } : { member_user_ids: ids },
    schema: z.union([Assigned, Unassigned]),
  } as const;
  const write = client.request(call, options).then(countOf);
  return readBackIfUnreadable(write, (fresh) => verifyAssignments(client, { id, kind, verb, ids }, fresh), options);
}

function countOf(response: { [field: string]: unknown }): AssignedCount {
  return Number(response.assigned_count ?? response.unassigned_count);
}

/**
 * Checks that a change of assignments took effect.
 * @throws NotAppliedError if it didn't; SchemaError if unreadable rows make that uncertain
 */
async function verifyAssignments(
  client: Client,
  change: AssignmentChange,
  options: RequestOptions,
): Promise<AssignedCount> {
  const { id, kind, verb, ids } = change;
  const { data, unreadable } =
    kind === "keys"
      ? await collectCounted<string>(async (query) => {
          const page = await listKeyAssignmentsPage(client, { ...query, guardrail_id: id }, options);
          return { ...page, data: page.data.map(({ key_hash }) => key_hash) };
        }, String)
      : await collectCounted<string>(async (query) => {
          const page = await listMemberAssignmentsPage(client, { ...query, guardrail_id: id }, options);
          return { ...page, data: page.data.map(({ user_id }) => user_id) };
        }, String);
  const assigned = new Set(data);
  const unchanged = ids.filter((target) => assigned.has(target) !== (verb === "assign"));
  if (unreadable && (unchanged.length > 0 || verb === "unassign"))
    throw new SchemaError(
      `${unreadable.count} of ${unreadable.of} assignments could not be read (${unreadable.field}).`,
      "Check the guardrail's assignments.",
    );
  if (unchanged.length === 0) return undefined;
  throw new NotAppliedError(
    `OpenRouter accepted the change, but ${unchanged.length} of ${ids.length} ${kind} are ${verb === "assign" ? "not assigned" : "still assigned"}: ${unchanged.slice(0, 5).join(", ")}${unchanged.length > 5 ? ", …" : ""}.`,
    "Try again.",
  );
}
