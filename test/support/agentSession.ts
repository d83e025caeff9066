// The editor's session of an account, over HTTP, and the writes that agents ask of it.
import "./vscode/register.ts";
import type { Write } from "../../src/channel/gate.ts";
import type { AccountSession } from "../../src/editor/data/accountData.ts";
import type { Log } from "../../src/editor/platform/log.ts";
import { findEndpoint } from "../../src/openrouter/endpoints/table.ts";
import { accountId, ClientEndedError, createClient } from "../../src/openrouter/index.ts";

const { createAccountData } = await import("../../src/editor/data/accountData.ts");

const log = { info() {}, warn() {}, error() {}, show() {}, dispose() {} } satisfies Log;

export function agentSession({ baseUrl, key }: { baseUrl: string; key: string }): AccountSession & { end(): void } {
  const lifetime = new AbortController();
  const { signal } = lifetime;
  const client = createClient({ key, baseUrl, lifetime: signal });
  const account = { id: accountId(key), name: "Test", source: "stored" as const, client, signal };
  return {
    ...account,
    data: createAccountData(account, log),
    end: () => lifetime.abort(new ClientEndedError()),
  };
}

const caller = { client: "Test Agent", tool: "or_test", session: "one" };

/** A write as the gate hands it on. */
export function agentWrite(
  method: Write["request"]["method"],
  path: string,
  body?: unknown,
  asking: Partial<typeof caller> = {},
): Write {
  const found = findEndpoint(method, path);
  if (!found?.endpoint.action) throw new Error(`${method} ${path} is no write`);
  return {
    action: found.endpoint.action,
    id: found.parts.hash ?? found.parts.id,
    request: { method, path, body, account: "", caller: { ...caller, ...asking } },
  };
}
