// The API endpoints that this extension uses, and so the requests that the channel may forward. Pure.

export type WriteAction =
  | "createKey"
  | "updateKey"
  | "deleteKey"
  | "createGuardrail"
  | "updateGuardrail"
  | "deleteGuardrail"
  | "assignKeys"
  | "unassignKeys"
  | "assignMembers"
  | "unassignMembers";

export interface Endpoint {
  method: "GET" | "POST" | "PATCH" | "DELETE";
  /** The path with named parameters, `/keys/{hash}`. */
  path: string;
  /** What it does to the account; missing if it only reads. */
  action?: WriteAction;
  /** The response is cached for 60 s. */
  cache?: boolean;
}

const endpoints: readonly Endpoint[] = [
  { method: "GET", path: "/credits", cache: true },
  { method: "GET", path: "/key", cache: true },
  { method: "GET", path: "/keys", cache: true },
  { method: "GET", path: "/keys/{hash}", cache: true },
  { method: "POST", path: "/keys", action: "createKey" },
  { method: "PATCH", path: "/keys/{hash}", action: "updateKey" },
  { method: "DELETE", path: "/keys/{hash}", action: "deleteKey" },
  { method: "GET", path: "/activity" },
  { method: "GET", path: "/analytics/meta", cache: true },
  { method: "POST", path: "/analytics/query" },
  { method: "GET", path: "/generation" },
  { method: "GET", path: "/models" },
  { method: "GET", path: "/models/user" },
  { method: "GET", path: "/model/{author}/{slug}" },
  { method: "GET", path: "/models/{author}/{slug}/endpoints" },
  { method: "GET", path: "/endpoints/zdr" },
  { method: "GET", path: "/providers" },
  { method: "GET", path: "/guardrails" },
  { method: "GET", path: "/guardrails/{id}" },
  { method: "POST", path: "/guardrails", action: "createGuardrail" },
  { method: "PATCH", path: "/guardrails/{id}", action: "updateGuardrail" },
  { method: "DELETE", path: "/guardrails/{id}", action: "deleteGuardrail" },
  { method: "GET", path: "/guardrails/assignments/keys" },
  { method: "GET", path: "/guardrails/assignments/members" },
  { method: "GET", path: "/guardrails/{id}/assignments/keys" },
  { method: "GET", path: "/guardrails/{id}/assignments/members" },
  { method: "POST", path: "/guardrails/{id}/assignments/keys", action: "assignKeys" },
  { method: "POST", path: "/guardrails/{id}/assignments/keys/remove", action: "unassignKeys" },
  { method: "POST", path: "/guardrails/{id}/assignments/members", action: "assignMembers" },
  { method: "POST", path: "/guardrails/{id}/assignments/members/remove", action: "unassignMembers" },
  { method: "GET", path: "/organization/members" },
  { method: "GET", path: "/workspaces", cache: true },
  { method: "GET", path: "/workspaces/{id}/budgets" },
];

export interface FoundEndpoint {
  endpoint: Endpoint;
  /** The path parameters by name, decoded. */
  parts: Readonly<Record<string, string>>;
}

/** Finds the endpoint of a request; undefined if it isn't in the table, or if its path could lead to another one. */
export function findEndpoint(method: string, path: string): FoundEndpoint | undefined {
  const given = path.split("/").map(decode);
  if (given.some((part) => part === undefined)) return undefined;
  for (const endpoint of endpoints) {
    if (endpoint.method !== method) continue;
    const parts = match(endpoint.path.split("/"), given as string[]);
    if (parts) return { endpoint, parts };
  }
  return undefined;
}

function match(pattern: string[], given: string[]): Record<string, string> | undefined {
  if (pattern.length !== given.length) return undefined;
  const parts: Record<string, string> = {};
  for (const [i, expected] of pattern.entries()) {
    const value = given[i]!;
    const name = /^\{(\w+)\}$/.exec(expected)?.[1];
    if (name === undefined) {
      if (value !== expected) return undefined;
    } else if (value === "") return undefined;
    else parts[name] = value;
  }
  return parts;
}

/**
 * Decodes a part that `pathSegment` encoded. Undefined for any other encoding, and for dots alone, slashes and control
 * characters, which could lead elsewhere if a server on the way decodes them.
 */
function decode(part: string): string | undefined {
  try {
    const decoded = decodeURIComponent(part);
    const isCanonical = encodeURIComponent(decoded) === part;
    return isCanonical && !/^\.{1,2}$|[/\\\p{Cc}]/u.test(decoded) ? decoded : undefined;
  } catch {
    return undefined;
  }
}
