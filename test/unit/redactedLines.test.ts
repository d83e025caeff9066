import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import type { Server } from "@modelcontextprotocol/sdk/server/index.js";
import { GetPromptRequestSchema } from "@modelcontextprotocol/sdk/types.js";
import fc from "fast-check";
import { shownName } from "../../src/editor/leaks/shownName.ts";
import { prompts, registerPrompts } from "../../src/mcp/prompts.ts";
import { cell, quoted, safeLine } from "../../src/mcp/text.ts";
import { httpError } from "../../src/openrouter/http/httpErrors.ts";
import type { Guardrail } from "../../src/openrouter/index.ts";
import { getKeyLimits } from "../../src/openrouter/safety/keyLimits.ts";
import { summarizeLimits } from "../../src/openrouter/safety/limitsSummary.ts";
import { oneLine, printable } from "../../src/openrouter/text/printable.ts";
import { redact } from "../../src/openrouter/text/redact.ts";
import { uniqueNames } from "../../src/openrouter/text/uniqueNames.ts";
import { makeKey } from "../support/makeKey.ts";

const now = new Date("2026-11-26T12:00:00Z");

function limitsOf(name: string): string {
  const key = makeKey({ hash: "a", workspace_id: "w" });
  const guardrails = {
    guardrails: [{ id: "g", name, limit_usd: 1, allowed_models: [name] } as Guardrail],
    keyAssignments: [{ guardrail_id: "g", key_hash: "a" }],
    memberAssignments: [],
    workspaces: [{ id: "w", name, slug: "w" }],
  };
  const workspace = { name, budgets: [{ limit_usd: 9, reset_interval: null }], includeByok: false };
  return summarizeLimits(getKeyLimits({ key, keys: [key], readAt: now, now, guardrails, workspace })).join("\n");
}

async function promptWith(key: string): Promise<string> {
  let get: ((request: object) => Promise<unknown>) | undefined;
  const server = {
    setRequestHandler: (schema: unknown, handler: typeof get) => {
      if (schema === GetPromptRequestSchema) get = handler;
    },
  };
  registerPrompts(server as unknown as Server, {
    readSkill: async () => "---\ndescription: D\n---\n# T\n",
    list: async () => assert.fail(),
    offer: async () => ({ selected: new Set(prompts.flatMap(({ needs }) => needs)), tools: [] }),
    isSample: false,
  });
  return JSON.stringify(await get?.({ params: { name: "openrouter-incident", arguments: { key } } }));
}

function refusedWith(message: string): string {
  const body = { error: { code: 400, message } };
  return httpError({ status: 400, headers: new Headers(), body }, "POST /keys", redact).message;
}

/** Functions that strip escapes from foreign text and redact it. */
const cleaners: Record<string, (text: string) => string | Promise<string>> = {
  cell,
  "cell of a list": (text) => cell([text]),
  safeLine,
  quoted,
  shownName,
  oneLine: (text) => oneLine(text, redact),
  printable: (text) => printable(text, redact),
  uniqueNames: (text) => uniqueNames([{ id: "1", name: text, mark: text }]).get("1")!,
  summarizeLimits: limitsOf,
  "a prompt": promptWith,
  "the API's message": (text) => safeLine(refusedWith(text)),
};

/** Each may be between any two characters of a secret. */
const ESCAPES = ["\x1b[m\x1b[K", "\x1b[01;31m", "\x9b1m", "\x1b]0;title\x07", "\x1bPq\x1b\\", "\x1b(B", "\x1b7"];

describe("foreign text on one line", () => {
  const digits = fc.nat().map((seed) => createHash("sha256").update(String(seed)).digest("hex"));
  const split = fc.array(fc.tuple(fc.nat(72), fc.constantFrom(...ESCAPES)), { minLength: 1, maxLength: 6 });

  for (const [name, clean] of Object.entries(cleaners)) {
    const hides = async (text: string, body: string) => {
      const shown = await clean(text);
      assert.ok(!shown.toLowerCase().includes(body.slice(8, 32)), `${JSON.stringify(text)} became ${shown}`);
    };

    it(`has no secret that escapes of a terminal split: ${name}`, async () => {
      const body = "0123456789abcdef".repeat(4);
      await hides(`\x1b[01;31m\x1b[Ksk-or-v1-\x1b[m\x1b[K${body}`, body);
      // Together with a line break.
      await hides(`sk-\n\x1b[mor-v1-${body}`, body);
      await fc.assert(
        fc.asyncProperty(digits, split, (body, at) => {
          const key = [...`sk-or-v1-${body}`];
          for (const [index, sequence] of at) key[index] = `${sequence}${key[index]}`;
          return hides(key.join(""), body);
        }),
        { numRuns: 50 },
      );
    });
  }
});
