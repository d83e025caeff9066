// The one-time secret in an answer to `POST /keys` that is not as documented. Pure.
import { Key } from "../schemas.ts";

/** A new key. `key` is its secret, which cannot be had again; the rest is what could be read of the answer. */
export interface CreatedKey {
  key: string;
  /** Undefined where the answer's other fields could not be read. */
  data: Key | undefined;
  /** Undefined where the answer does not say it. */
  hash: string | undefined;
}

/** A new key whose secret a window of VS Code has kept for the person: the rest of its answer. */
export interface KeptKey {
  kept: true;
  data: Key | undefined;
  hash: string | undefined;
}

/** The answer that a window gives in place of the API's, once it has kept the secret. */
export function keptKeyAnswer({ hash }: CreatedKey, data: unknown): object {
  return { kept: true, hash, data };
}

/** @returns undefined for another answer than a window's */
export function readKeptKey(json: unknown): KeptKey | undefined {
  const answer = fieldsOf(json);
  if (answer.kept !== true) return undefined;
  const data = Key.safeParse(answer.data).data;
  return { kept: true, data, hash: data?.hash ?? [answer.hash].find(isText) };
}

/** The secret in an answer that is not even JSON, for instance because it was cut. */
const SECRET = /^\s*\{.*"key"\s*:\s*"(sk-or-v1-[0-9a-f]{64})/s;

/**
 * Takes the secret out of an answer, and of the rest what can be read.
 * @param json undefined where the text is no JSON
 * @returns undefined where there is no secret in it
 */
export function readCreatedKey(json: unknown, text: string): CreatedKey | undefined {
  const answer = fieldsOf(json);
  const inner = fieldsOf(answer.data);
  const key = [answer.key, inner.key].find(isText) ?? SECRET.exec(text)?.[1];
  if (!key) return undefined;
  const data = Key.safeParse(answer.data).data;
  return { key: key.trim(), data, hash: data?.hash ?? [inner.hash, answer.hash].find(isText) };
}

const isText = (value: unknown): value is string => typeof value === "string" && value.trim() !== "";

function fieldsOf(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}
