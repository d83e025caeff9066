// Reads a response body: enforces size and depth limits, and distinguishes the API's own JSON from other JSON.
import { ResponseTooLargeError } from "../errors.ts";
import { fieldsOf } from "../json.ts";

/** Far more than any response of the API has after decompression. Downloads are aborted at this size. */
export const MAX_BODY_BYTES = 50_000_000;
/** The API's responses are a few levels deep; endless nesting would overflow the stack of code that walks it. */
const MAX_DEPTH = 100;

/** Reads a body as text. @throws ResponseTooLargeError once it exceeds `MAX_BODY_BYTES`, decompressed */
export async function readText(response: Response): Promise<string> {
  if (!response.body) return "";
  const decoder = new TextDecoder();
  let bytes = 0;
  let text = "";
  // With a reader, since not every browser can iterate over a stream.
  const reader = response.body.getReader();
  for (let read = await reader.read(); !read.done; read = await reader.read()) {
    bytes += read.value.byteLength;
    if (bytes > MAX_BODY_BYTES) {
      reader.cancel().catch(() => {});
      throw new ResponseTooLargeError(
        `The response is larger than ${MAX_BODY_BYTES / 1_000_000} MB; the download was aborted.`,
        "Ask for less. A proxy may have responded instead of OpenRouter.",
        { status: response.status },
      );
    }
    text += decoder.decode(read.value, { stream: true });
  }
  return text + decoder.decode();
}

/** Parses JSON; undefined if it is invalid or nested deeper than any response of the API. */
export function parseJson(text: string): unknown {
  if (isTooDeep(text)) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isTooDeep(text: string): boolean {
  let depth = 0;
  let quoted = false;
  for (let i = 0; i < text.length; i++) {
    const char = text.charCodeAt(i);
    if (quoted) {
      if (char === 0x5c) i += 1;
      else if (char === 0x22) quoted = false;
    } else if (char === 0x22) quoted = true;
    else if (char === 0x5b || char === 0x7b) {
      depth += 1;
      if (depth > MAX_DEPTH) return true;
    } else if (char === 0x5d || char === 0x7d) depth -= 1;
  }
  return false;
}

/** The API's error object, `{ error: { code, message } }`; errors in any other form don't come from the API. */
export interface ApiError {
  code: string;
  message: string;
}

/** Returns the API's error object of a parsed body; undefined for anything else. */
export function apiErrorOf(body: unknown): ApiError | undefined {
  const { code, message } = fieldsOf(fieldsOf(body).error);
  if ((typeof code !== "number" && typeof code !== "string") || typeof message !== "string") return undefined;
  return { code: String(code), message };
}

/** Every successful response of the API has at least one of these fields. */
const SUCCESS_FIELDS = ["data", "key", "deleted", "assigned_count", "unassigned_count"];

/** True if a parsed body has the API's form: data, or its error object. */
export function isApiBody(body: unknown): boolean {
  return SUCCESS_FIELDS.some((field) => field in fieldsOf(body)) || apiErrorOf(body) !== undefined;
}

/** Returns the status to act on: a 200 whose body is the API's error object counts as that error. */
export function effectiveStatus(status: number, body: unknown): number {
  const error = status < 300 ? apiErrorOf(body) : undefined;
  if (!error || SUCCESS_FIELDS.some((field) => hasContent(fieldsOf(body)[field]))) return status;
  const code = Number(error.code);
  return Number.isInteger(code) && code >= 400 && code <= 599 ? code : 500;
}

/** An empty list or object beside an error object does not count as data. */
const hasContent = (value: unknown) =>
  typeof value === "object" && value !== null ? Object.keys(value).length > 0 : Boolean(value) || value === 0;

/** Returns the message of a body in another form than the API's, such as a gateway's `{ "message": … }` or `{ "error": … }`. */
export function messageOf(body: unknown): string | undefined {
  const { message, error, detail } = fieldsOf(body);
  const inner = fieldsOf(error).message;
  return [inner, message, error, detail].find((text) => typeof text === "string" && text.trim() !== "") as
    | string
    | undefined;
}

/** Only this much of a page is searched for its title: on hostile input the search takes quadratic time. */
const MAX_TITLE_SEARCH = 4_000;

/** Describes a body that isn't JSON: an HTML page by its title, a text by its beginning, or "no body". */
export function describeNonJson(text: string): string {
  const start = text.trimStart().slice(0, MAX_TITLE_SEARCH).trimEnd();
  if (!start) return "no body";
  if (!start.startsWith("<")) return `the text ${JSON.stringify(start.slice(0, 100))}`;
  const title = /<title[^>]*>([^<]{1,100})/i.exec(start)?.[1]?.trim();
  return title ? `an HTML page, ${JSON.stringify(title)}` : "an HTML page";
}
