// Creates the editor's session of an account, over HTTP, and writes as agents request them.
import { EventEmitter } from "node:events";
import type { Write } from "../../src/channel/gate.ts";
import { type AccountSession, createAccountData } from "../../src/editor/data/accountData.ts";
import type { ResourceHost } from "../../src/editor/data/resource.ts";
import { getAccountId } from "../../src/openrouter/account/accountId.ts";
import { findEndpoint } from "../../src/openrouter/endpoints/table.ts";
import { ClientEndedError, createClient } from "../../src/openrouter/index.ts";

const host: ResourceHost = {
  log: { error() {} },
  errorTexts: async () => ({ errorText: String, errorLogText: String }),
  createEmitter,
};

function createEmitter(): ReturnType<ResourceHost["createEmitter"]> {
  const events = new EventEmitter();
  return {
    event(listener) {
      events.on("change", listener);
      return { dispose: () => events.off("change", listener) };
    },
    fire: () => void events.emit("change"),
    dispose: () => void events.removeAllListeners(),
  };
}

export function createAgentSession({
  baseUrl,
  key,
}: {
  baseUrl: string;
  key: string;
}): AccountSession & { end(): void } {
  const lifetime = new AbortController();
  const { signal } = lifetime;
  const client = createClient({ key, baseUrl, lifetime: signal });
  const [id, name] = [getAccountId(key), "Test"];
  const account = { id, keyId: id, name, label: { name, isMarked: false }, source: "stored" as const, client, signal };
  return {
    ...account,
    data: createAccountData(account, host),
    end: () => lifetime.abort(new ClientEndedError()),
  };
}

const caller = { client: "Test Agent", tool: "or_test", session: "one" };

/** Creates a write as the gate passes it on. */
export function agentWrite(
  method: Write["request"]["method"],
  path: string,
  body?: unknown,
  asking: Partial<typeof caller> = {},
): Write {
  const found = findEndpoint(method, path);
  if (!found?.endpoint.action) throw new Error(`${method} ${path} is not a write`);
  return {
    action: found.endpoint.action,
    id: found.parts.hash ?? found.parts.id,
    request: { method, path, body, account: "", caller: { ...caller, ...asking } },
  };
}
