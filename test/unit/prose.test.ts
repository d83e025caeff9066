import assert from "node:assert/strict";
import { redact } from "../../src/openrouter/redact.ts";

describe("redact: prose", () => {
  for (const text of ["disk-or-memory", "risk-or-benefit, task-or-else", "Ask-Or-Tell"])
    it(`leaves ${text}`, () => assert.equal(redact(text), text));
  for (const text of ["sk-or-team", "xsk-or-v1-abc", "xsk-or-0123abcd", "disk\nsk-or-v1-0123"])
    it(`takes the secret out of ${JSON.stringify(text)}`, () => assert.match(redact(text), /\[redacted\]$/));
});
