import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type SampleAccount, startSampleAccount } from "../../src/sample/index.ts";
import { type McpServer, serverEnv, startServer } from "../support/mcp.ts";

describe("the file that tells the editor of a write", () => {
  const folder = mkdtempSync(join(tmpdir(), "openrouter-admin-marker-"));
  const marker = join(folder, "agent-write");
  let account: SampleAccount;
  let server: McpServer;

  before(async () => {
    account = await startSampleAccount();
    server = await startServer({ ...serverEnv(account, "1"), OPENROUTER_ADMIN_WRITE_MARKER: marker });
  });
  afterEach(() => rmSync(marker, { force: true }));
  after(async () => {
    await server.close();
    await account.close();
    rmSync(folder, { recursive: true });
  });

  it("is left alone by a tool that reads", async () => {
    assert.equal((await server.call("or_credits")).isError, false);
    assert.equal(existsSync(marker), false);
  });

  it("is touched by a tool that writes", async () => {
    assert.equal((await server.call("or_key_create", { name: "by an agent" })).isError, false);
    assert.equal(existsSync(marker), true);
  });

  it("is touched by a write that failed, too: it may have taken effect", async () => {
    assert.equal((await server.call("or_key_delete", { hash: "0".repeat(64) })).isError, true);
    assert.equal(existsSync(marker), true);
  });

  it("stops no write where it cannot be touched", async () => {
    rmSync(folder, { recursive: true });
    assert.equal((await server.call("or_key_create", { name: "by an agent" })).isError, false);
    assert.match(server.stderr(), /The editor was not told/);
    assert.doesNotMatch(server.stderr(), /sk-or-/);
    mkdirSync(folder);
  });
});
