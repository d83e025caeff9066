import assert from "node:assert/strict";
import { createReadLogger } from "../../src/editor/agents/logReads.ts";

describe("createReadLogger", () => {
  it("logs one line per tool call", () => {
    const lines: string[] = [];
    const read = createReadLogger({ info: (text) => lines.push(text) });
    const request = (tool: string, client = "Some\nClient") => ({ caller: { client, tool, session: "s" } });
    for (const tool of ["or_keys_list", "or_keys_list", "or_credits", "or_keys_list"]) read(request(tool));
    read(request("or_keys_list", "Other"));
    assert.equal(lines.length, 4);
    assert.ok(lines.every((line) => !line.includes("\n")));
    assert.match(lines[0]!, /^"or_keys_list" read for "Some.Client"$/);
  });
});
