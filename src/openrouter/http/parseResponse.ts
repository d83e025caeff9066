// Parses 2xx responses.
import { AcceptedWriteError, SchemaError } from "../errors.ts";
import type { Call } from "./call.ts";
import { intermediaryError } from "./httpErrors.ts";
import { describeNonJson, isApiBody, messageOf, parseJson } from "./responseBody.ts";

export interface SuccessResponse {
  /** Method and path, for messages. */
  endpoint: string;
  status: number;
  text: string;
  /** Removes secrets from the API's messages. */
  redact(text: string): string;
  /** True if a text contains the key that sent the request. */
  isOwnKeyIn(text: string): boolean;
}

export const isWrite = ({ method, isReadOnly }: Call<unknown>): boolean => method !== "GET" && !isReadOnly;

/**
 * Parses a 2xx response with the call's schema.
 * @throws AcceptedWriteError if the response to a write can't be parsed; IntermediaryError or SchemaError for a read
 */
export function parseResponse<T>(call: Call<T>, { endpoint, status, text, redact, isOwnKeyIn }: SuccessResponse): T {
  // Any other empty response may not be from OpenRouter.
  if (status === 204 && call.whenGone !== undefined) return call.whenGone;
  const json = parseJson(text);
  // A response that repeats our own key doesn't come from the API and has no new key.
  const isEcho = call.creates !== undefined && isOwnKeyIn(`${text} ${JSON.stringify(json)}`);
  const result = json === undefined || isEcho ? undefined : call.schema.safeParse(json);
  if (result?.success) return result.data;
  const salvaged = isEcho ? undefined : call.salvage?.(json, text);
  if (salvaged !== undefined) return salvaged;
  const issue = result?.error.issues[0];
  const reason = issue
    ? `its field ${issue.path.join(".") || "(the whole response)"} is not as documented (${issue.message})`
    : isEcho
      ? "it contains the key that sent the request"
      : text.trim()
        ? "it is not JSON"
        : "it is empty";
  const isPage =
    json === undefined ? text.trimStart().startsWith("<") : !isApiBody(json) && messageOf(json) !== undefined;
  if (isWrite(call)) {
    const accepted = isPage
      ? `returned ${status} with ${redact(json === undefined ? describeNonJson(text) : JSON.stringify(messageOf(json)))}, perhaps not from OpenRouter; the change may have taken effect`
      : `OpenRouter accepted it (${status})`;
    const failure = new AcceptedWriteError(
      `${endpoint}: ${accepted}, but the response could not be read${isPage ? "" : ` (${reason})`}.`,
      "Check the current state before you send it again.",
      { status },
    );
    failure.isPage = isPage;
    throw failure;
  }
  if (isPage) throw intermediaryError(endpoint, status, json ?? text, redact);
  throw new SchemaError(
    issue ? `${endpoint}: the response's ${reason.slice(4)}.` : `${endpoint}: the response${reason.slice(2)}.`,
    issue
      ? "The API may have changed: update this extension, or report the problem."
      : "Try again. A proxy may have responded instead of OpenRouter.",
    { status },
  );
}
