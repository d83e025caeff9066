import * as z from "zod";
import type { Client, RequestOptions } from "../client.ts";
import { Key, type KeyCreate, type KeyUpdate } from "../schemas.ts";
import { data } from "./envelopes.ts";
import { segment } from "./segment.ts";

const path = (hash: string) => `/keys/${segment(hash)}`;

/** A page (at most 100) of one workspace's keys, the default workspace unless given; the API leaves out disabled and expired ones unless asked. `GET /keys`, kept 60 s. */
export async function listKeysPage(
  client: Client,
  query: { offset?: number; include_disabled?: boolean; include_expired?: boolean; workspace_id?: string } = {},
  options?: RequestOptions,
): Promise<Key[]> {
  return (await client.request({ method: "GET", path: "/keys", query, schema: data(z.array(Key)) }, options)).data;
}

/** One key. `GET /keys/{hash}`, kept 60 s. */
export async function getKey(client: Client, hash: string, options?: RequestOptions): Promise<Key> {
  return (await client.request({ method: "GET", path: path(hash), schema: data(Key) }, options)).data;
}

/**
 * Creates a key; its one-time secret is `key`. `POST /keys`, never sent twice.
 * @throws UncertainWriteError when the answer was lost and the key may exist
 */
export function createKey(client: Client, body: KeyCreate, options?: RequestOptions) {
  const schema = z.looseObject({ data: Key, key: z.string() });
  const creates = `the key ${JSON.stringify(body.name)}`;
  return client.request({ method: "POST", path: "/keys", body, schema, creates }, options);
}

/** Changes the fields given. `PATCH /keys/{hash}`. */
export async function updateKey(client: Client, hash: string, body: KeyUpdate, options?: RequestOptions): Promise<Key> {
  return (await client.request({ method: "PATCH", path: path(hash), body, schema: data(Key) }, options)).data;
}

/** Deletes a key with its history. `DELETE /keys/{hash}`. */
export async function deleteKey(client: Client, hash: string, options?: RequestOptions): Promise<void> {
  await client.request(
    { method: "DELETE", path: path(hash), schema: z.looseObject({ deleted: z.literal(true) }) },
    options,
  );
}
