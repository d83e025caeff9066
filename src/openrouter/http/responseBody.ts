// What an HTTP answer is: how much of it is read, whether the API itself speaks in it, and what it says.
import { ResponseTooLargeError } from "../errors.ts";

/** Far more than the API ever answers; what grows beyond it, compressed or without end, is given up while it arrives. */
export const MAX_BODY_BYTES = 50_000_000;
/** The API's answers are a few levels deep; nesting without end would exhaust the stack of whoever walks through it. */
const MAX_DEPTH = 100;

/** Reads a body as text. @throws ResponseTooLargeError as soon as more than `MAX_BODY_BYTES`, decompressed, have arrived */
export async function readText(response: Response): Promise<string> {
  if (!response.body) return "";
  const decoder = new TextDecoder();
  let bytes = 0;
  let text = "";
  for await (const chunk of response.body) {
    bytes += chunk.byteLength;
    if (bytes > MAX_BODY_BYTES)
      throw new ResponseTooLargeError(
        `The answer is larger than ${MAX_BODY_BYTES / 1_000_000} MB and was given up.`,
        "Ask for less; a proxy may have answered in place of OpenRouter.",
        { status: response.status },
      );
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

/** Parses JSON; undefined if it is invalid, or nested deeper than any answer of the API. */
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

/** The API's error object, `{ error: { code, message } }`: the only form in which a refusal is the API's own. */
export interface ApiError {
  code: string;
  message: string;
}

/** The API's own error in a parsed body, or undefined where somebody else speaks. */
export function apiErrorOf(body: unknown): ApiError | undefined {
  const { code, message } = fieldsOf(fieldsOf(body).error);
  if ((typeof code !== "number" && typeof code !== "string") || typeof message !== "string") return undefined;
  return { code: String(code), message };
}

/** What the API's answers with success hold, one or the other. */
const SUCCESS_FIELDS = ["data", "key", "deleted", "assigned_count", "unassigned_count"];

/** True if a parsed body is what the API documents: data, or its error object. */
export function isApiBody(body: unknown): boolean {
  return SUCCESS_FIELDS.some((field) => field in fieldsOf(body)) || apiErrorOf(body) !== undefined;
}

/** The status of an answer: the API may answer 200 with its error object inside, which then counts. */
export function effectiveStatus(status: number, body: unknown): number {
  const error = status < 300 ? apiErrorOf(body) : undefined;
  if (!error || SUCCESS_FIELDS.some((field) => hasContent(fieldsOf(body)[field]))) return status;
  const code = Number(error.code);
  return Number.isInteger(code) && code >= 400 && code <= 599 ? code : 500;
}

/** An empty list beside an error is no list of nothing. */
const hasContent = (value: unknown) =>
  typeof value === "object" && value !== null ? Object.keys(value).length > 0 : Boolean(value) || value === 0;

/** Words of a body that is not in the API's form, such as `{ "message": … }` or `{ "error": … }` of a gateway. */
export function messageOf(body: unknown): string | undefined {
  const { message, error, detail } = fieldsOf(body);
  const inner = fieldsOf(error).message;
  return [inner, message, error, detail].find((text) => typeof text === "string" && text.trim() !== "") as
    | string
    | undefined;
}

/** How much of a page is searched for its title: the search is quadratic in a text that is made for it. */
const MAX_TITLE_SEARCH = 4_000;

/** What a body is that is not JSON: a page with its title, text with its beginning, or nothing. */
export function describeNonJson(text: string): string {
  const start = text.trimStart().slice(0, MAX_TITLE_SEARCH).trimEnd();
  if (!start) return "no body";
  if (!start.startsWith("<")) return `the text ${JSON.stringify(start.slice(0, 100))}`;
  const title = /<title[^>]*>([^<]{1,100})/i.exec(start)?.[1]?.trim();
  return title ? `an HTML page, ${JSON.stringify(title)}` : "an HTML page";
}

function fieldsOf(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}
