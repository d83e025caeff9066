// A 2xx answer, read as what the call is about.
import { AcceptedWriteError, SchemaError } from "../errors.ts";
import type { Call } from "./call.ts";
import { intermediaryError } from "./httpErrors.ts";
import { describeNonJson, isApiBody, messageOf, parseJson } from "./responseBody.ts";

export interface SuccessResponse {
  /** Method and path, for what is said of it. */
  endpoint: string;
  status: number;
  text: string;
  /** Makes the API's words safe to show. */
  redact(text: string): string;
  /** True if a text holds the key that the request was sent with. */
  isOwnKeyIn(text: string): boolean;
}

export const isWrite = ({ method, isReadOnly }: Call<unknown>): boolean => method !== "GET" && !isReadOnly;

/** A 2xx answer as what the call is about. @throws AcceptedWriteError for a write that took effect all the same */
export function parseResponse<T>(call: Call<T>, { endpoint, status, text, redact, isOwnKeyIn }: SuccessResponse): T {
  if (!text.trim() && call.whenGone !== undefined) return call.whenGone;
  const json = parseJson(text);
  // Whoever sends our own key back is not the API, and has no new one to give.
  const isEcho = call.creates !== undefined && isOwnKeyIn(`${text} ${JSON.stringify(json)}`);
  const result = json === undefined || isEcho ? undefined : call.schema.safeParse(json);
  if (result?.success) return result.data;
  const salvaged = isEcho ? undefined : call.salvage?.(json, text);
  if (salvaged !== undefined) return salvaged;
  const issue = result?.error.issues[0];
  const reason = issue
    ? `its field ${issue.path.join(".") || "(the whole answer)"} is not as documented (${issue.message})`
    : isEcho
      ? "it holds this server's own key"
      : text.trim()
        ? "it is not JSON"
        : "it is empty";
  const isPage =
    json === undefined ? text.trimStart().startsWith("<") : !isApiBody(json) && messageOf(json) !== undefined;
  if (isWrite(call)) {
    const accepted = isPage
      ? `answered ${status} with ${redact(json === undefined ? describeNonJson(text) : JSON.stringify(messageOf(json)))}, perhaps not by OpenRouter: it may have taken effect`
      : `OpenRouter accepted it (${status})`;
    const failure = new AcceptedWriteError(
      `${endpoint}: ${accepted}, but its answer could not be read${isPage ? "" : ` (${reason})`}.`,
      "Look at what there is now before you send it again.",
      { status },
    );
    failure.isPage = isPage;
    throw failure;
  }
  if (isPage) throw intermediaryError(endpoint, status, json ?? text, redact);
  throw new SchemaError(
    issue ? `${endpoint}: the answer's ${reason.slice(4)}.` : `${endpoint}: the answer${reason.slice(2)}.`,
    issue
      ? "The API may have changed: update this extension, or report it."
      : "Try again; a proxy may have answered in place of OpenRouter.",
    { status },
  );
}
