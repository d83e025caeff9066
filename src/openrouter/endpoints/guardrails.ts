import * as z from "zod";
import type { Client, RequestOptions } from "../client.ts";
import { Guardrail, type GuardrailCreate, type GuardrailUpdate, KeyAssignment, MemberAssignment } from "../schemas.ts";
import { data, type PageQuery, page } from "./envelopes.ts";
import { segment } from "./segment.ts";

const path = (id: string) => `/guardrails/${segment(id)}`;

/** A page of one workspace's guardrails, the default workspace unless given. `GET /guardrails`. */
export function listGuardrailsPage(
  client: Client,
  query: PageQuery & { workspace_id?: string } = {},
  options?: RequestOptions,
) {
  return client.request({ method: "GET", path: "/guardrails", query: { ...query }, schema: page(Guardrail) }, options);
}

/** One guardrail. `GET /guardrails/{id}`. */
export async function getGuardrail(client: Client, id: string, options?: RequestOptions): Promise<Guardrail> {
  return (await client.request({ method: "GET", path: path(id), schema: data(Guardrail) }, options)).data;
}

/**
 * Creates a guardrail; it enforces nothing until it is assigned. `POST /guardrails`, never sent twice.
 * @throws UncertainWriteError when the answer was lost and the guardrail may exist
 */
export async function createGuardrail(
  client: Client,
  body: GuardrailCreate,
  options?: RequestOptions,
): Promise<Guardrail> {
  const creates = `the guardrail ${JSON.stringify(body.name)}`;
  const call = { method: "POST", path: "/guardrails", body, schema: data(Guardrail), creates } as const;
  return (await client.request(call, options)).data;
}

/** Changes the fields given; null clears. `PATCH /guardrails/{id}`. */
export async function updateGuardrail(
  client: Client,
  id: string,
  body: GuardrailUpdate,
  options?: RequestOptions,
): Promise<Guardrail> {
  return (await client.request({ method: "PATCH", path: path(id), body, schema: data(Guardrail) }, options)).data;
}

/** Deletes a guardrail with its assignments. `DELETE /guardrails/{id}`. */
export async function deleteGuardrail(client: Client, id: string, options?: RequestOptions): Promise<void> {
  await client.request(
    { method: "DELETE", path: path(id), schema: z.looseObject({ deleted: z.literal(true) }) },
    options,
  );
}

type AssignmentQuery = PageQuery & {
  /** Only this guardrail's. */
  guardrail_id?: string;
};

/** Which keys guardrails bind. `GET /guardrails/assignments/keys`, or `/guardrails/{id}/assignments/keys`. */
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

/** Which members guardrails bind. `GET /guardrails/assignments/members`, or `/guardrails/{id}/assignments/members`. */
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

/** Binds keys; one that had another guardrail changes to this one. `POST /guardrails/{id}/assignments/keys`. */
export async function assignKeys(
  client: Client,
  id: string,
  key_hashes: string[],
  options?: RequestOptions,
): Promise<number> {
  const call = {
    method: "POST",
    path: `${path(id)}/assignments/keys`,
    body: { key_hashes },
    schema: Assigned,
  } as const;
  return (await client.request(call, options)).assigned_count;
}

/** Releases keys. `POST /guardrails/{id}/assignments/keys/remove`. */
export async function unassignKeys(
  client: Client,
  id: string,
  key_hashes: string[],
  options?: RequestOptions,
): Promise<number> {
  const call = {
    method: "POST",
    path: `${path(id)}/assignments/keys/remove`,
    body: { key_hashes },
    schema: Unassigned,
  } as const;
  return (await client.request(call, options)).unassigned_count;
}

/** Binds members by their `id`. `POST /guardrails/{id}/assignments/members`. */
export async function assignMembers(
  client: Client,
  id: string,
  member_user_ids: string[],
  options?: RequestOptions,
): Promise<number> {
  const call = {
    method: "POST",
    path: `${path(id)}/assignments/members`,
    body: { member_user_ids },
    schema: Assigned,
  } as const;
  return (await client.request(call, options)).assigned_count;
}

/** Releases members. `POST /guardrails/{id}/assignments/members/remove`. */
export async function unassignMembers(
  client: Client,
  id: string,
  member_user_ids: string[],
  options?: RequestOptions,
): Promise<number> {
  const call = {
    method: "POST",
    path: `${path(id)}/assignments/members/remove`,
    body: { member_user_ids },
    schema: Unassigned,
  } as const;
  return (await client.request(call, options)).unassigned_count;
}
