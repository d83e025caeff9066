// Reads the one-time secret from a response to `POST /keys`, however malformed. Pure.
import { fieldsOf } from "../json.ts";
import { Key } from "../schemas.ts";

/** A new key. `key` is its secret, which the API never shows again; `data` and `hash` are missing if they could not be read. */
export interface CreatedKey {
  key: string;
  /** Undefined if the response's other fields could not be read. */
  data: Key | undefined;
  /** Undefined if the response lacks it. */
  hash: string | undefined;
}

/** A new key whose secret a VS Code window has stored for the user; the response does not contain it. */
export interface KeptKey {
  kept: true;
  data: Key | undefined;
  hash: string | undefined;
}

/** Builds the response that a window sends after storing the secret, instead of the API's. */
export function keptKeyAnswer({ hash }: CreatedKey, data: unknown): object {
  return { kept: true, hash, data };
}

/** Reads a window's response; undefined for any other. */
export function readKeptKey(json: unknown): KeptKey | undefined {
  const response = fieldsOf(json);
  if (response.kept !== true) return undefined;
  const data = Key.safeParse(response.data).data;
  return { kept: true, data, hash: data?.hash ?? [response.hash].find(isText) };
}

/** Finds the secret in a response that isn't valid JSON, for example a truncated one. */
const SECRET = /^\s*\{.*"key"\s*:\s*"(sk-or-v1-[0-9a-f]{64})/s;

/**
 * Reads the secret from a response, and whatever else of it is valid.
 * @param json undefined if the text isn't JSON
 * @returns undefined if there is no secret
 */
export function readCreatedKey(json: unknown, text: string): CreatedKey | undefined {
  const response = fieldsOf(json);
  const inner = fieldsOf(response.data);
  const key = [response.key, inner.key].find(isText) ?? SECRET.exec(text)?.[1];
  if (!key) return undefined;
  const data = Key.safeParse(response.data).data;
  return { key: key.trim(), data, hash: data?.hash ?? [inner.hash, response.hash].find(isText) };
}

const isText = (value: unknown): value is string => typeof value === "string" && value.trim() !== "";
