import * as z from "zod";
import type { Client, RequestOptions } from "../http/call.ts";
import { Key, type KeyCreate, type KeyUpdate } from "../schemas.ts";
import { type CreatedKey, type KeptKey, readCreatedKey, readKeptKey } from "./createdKey.ts";
import { data, type Rows, rows } from "./envelopes.ts";
import { pathSegment } from "./pathSegment.ts";
import { readBackIfUnreadable, requireFields, requireGone, type WriteOptions } from "./readBack.ts";

const path = (hash: string) => `/keys/${pathSegment(hash)}`;
const Deleted = z.looseObject({ deleted: z.literal(true) });

/**
 * A page (at most 100) of one workspace's keys, the default workspace unless given; the API leaves out disabled and
 * expired ones unless asked. `GET /keys`, kept 60 s.
 */
export function listKeysPage(
  client: Client,
  query: { offset?: number; include_disabled?: boolean; include_expired?: boolean; workspace_id?: string } = {},
  options?: RequestOptions,
): Promise<Rows<Key>> {
  return client.request({ method: "GET", path: "/keys", query, schema: rows(Key), cache: true }, options);
}

/** One key. `GET /keys/{hash}`, kept 60 s. */
export async function getKey(client: Client, hash: string, options?: RequestOptions): Promise<Key> {
  return (await client.request({ method: "GET", path: path(hash), schema: data(Key), cache: true }, options)).data;
}

/**
 * Creates a key. `POST /keys`, never sent twice. The secret is taken first: no odd field beside it can lose it.
 * @throws UncertainWriteError when the answer was lost and the key may exist
 */
export async function createKey(client: Client, body: KeyCreate, options?: RequestOptions): Promise<CreatedKey> {
  const created = await createKeyForAgent(client, body, options);
  if ("kept" in created) throw new TypeError("The secret was kept elsewhere.");
  return created;
}

/** `createKey` through a window of VS Code, which may keep the secret for the person. */
export function createKeyForAgent(
  client: Client,
  body: KeyCreate,
  options?: RequestOptions,
): Promise<CreatedKey | KeptKey> {
  const creates = `the key ${JSON.stringify(body.name)}`;
  const schema = z
    .looseObject({ data: Key, key: z.string().trim().min(1) })
    .transform(({ data, key }): CreatedKey | KeptKey => ({ key, data, hash: data.hash }));
  const salvage = (json: unknown, text: string) => readCreatedKey(json, text) ?? readKeptKey(json);
  return client.request({ method: "POST", path: "/keys", body, schema, creates, salvage }, options);
}

/** Changes the fields given. `PATCH /keys/{hash}`; an answer that cannot be read is followed by `GET /keys/{hash}`. */
export function updateKey(client: Client, hash: string, body: KeyUpdate, options?: WriteOptions): Promise<Key> {
  const call = { method: "PATCH", path: path(hash), body, schema: data(Key) } as const;
  const write = client.request(call, options).then((answer) => requireFields(`PATCH /keys/${hash}`, body, answer.data));
  return readBackIfUnreadable(write, (fresh) => getKey(client, hash, fresh), options);
}

/**
 * Deletes a key with its history. `DELETE /keys/{hash}`; an answer that cannot be read is followed by `GET /keys/{hash}`.
 * @throws NotFoundError when there was no such key; NotAppliedError when it is still there
 */
export async function deleteKey(client: Client, hash: string, options?: WriteOptions): Promise<void> {
  const whenGone = { deleted: true } as const;
  const write = client.request({ method: "DELETE", path: path(hash), schema: Deleted, whenGone }, options);
  await readBackIfUnreadable(
    write,
    (fresh) => requireGone(`the key ${hash}`, getKey(client, hash, fresh)).then(() => whenGone),
    options,
  );
}
