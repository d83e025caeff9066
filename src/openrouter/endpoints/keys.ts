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
 * Lists a page (at most 100) of a workspace's keys; by default, of the default workspace, without disabled and expired
 * keys. `GET /keys`, cached for 60 s.
 */
export function listKeysPage(
  client: Client,
  query: { offset?: number; include_disabled?: boolean; include_expired?: boolean; workspace_id?: string } = {},
  options?: RequestOptions,
): Promise<Rows<Key>> {
  return client.request({ method: "GET", path: "/keys", query, schema: rows(Key), cache: true }, options);
}

/** Returns one key. `GET /keys/{hash}`, cached for 60 s. */
export async function getKey(client: Client, hash: string, options?: RequestOptions): Promise<Key> {
  return (await client.request({ method: "GET", path: path(hash), schema: data(Key), cache: true }, options)).data;
}

/**
 * Creates a key. `POST /keys`, never sent twice. The secret is read even if other fields of the response are invalid.
 * @throws UncertainWriteError if the response was lost and the key may exist
 */
export async function createKey(client: Client, body: KeyCreate, options?: RequestOptions): Promise<CreatedKey> {
  const created = await createKeyForAgent(client, body, options);
  if ("kept" in created) throw new TypeError("A VS Code window kept the secret.");
  return created;
}

/** Creates a key like `createKey`, but through a VS Code window, which may store the secret for the user. */
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

/** Updates the given fields. `PATCH /keys/{hash}`, then `GET /keys/{hash}` if the response can't be read. */
export function updateKey(client: Client, hash: string, body: KeyUpdate, options?: WriteOptions): Promise<Key> {
  const call = { method: "PATCH", path: path(hash), body, schema: data(Key) } as const;
  const write = client
    .request(call, options)
    .then((response) => requireFields(`PATCH /keys/${hash}`, body, response.data));
  return readBackIfUnreadable(write, (fresh) => getKey(client, hash, fresh), options);
}

/**
 * Deletes a key with its history. `DELETE /keys/{hash}`, then `GET /keys/{hash}` if the response can't be read.
 * @throws NotFoundError if the key does not exist; NotAppliedError if it still exists afterwards
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
