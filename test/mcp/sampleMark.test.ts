import assert from "node:assert/strict";
import { startSampleAccount } from "../../src/sample/index.ts";
import { randomKey, serverEnv, startServer } from "../support/mcp.ts";

describe("MCP server: sample account", () => {
  it("is marked in the instructions, on stderr and in results that show the account", async () => {
    const account = await startSampleAccount();
    const server = await startServer(serverEnv(account));
    try {
      assert.match(server.client.getInstructions() ?? "", /^This is the sample account .*invented/);
      for (const name of ["or_overview", "or_credits", "or_current_key"]) {
        const { text, isError } = await server.call(name);
        assert.equal(isError, false, text);
        assert.match(text, /^Sample account: all figures and names are invented\.\n/, name);
      }
      assert.match(server.stderr(), /^Sample account: all data is invented\.$/m);
    } finally {
      await server.close();
      await account.close();
    }
  });

  it("is the only account that is marked, even on this machine", async () => {
    for (const baseUrl of ["http://127.0.0.1:9/api/v1", "https://openrouter.ai/api/v1"]) {
      const server = await startServer(serverEnv({ key: randomKey(), baseUrl }));
      try {
        assert.doesNotMatch(server.client.getInstructions() ?? "", /sample/i);
        assert.doesNotMatch(server.stderr(), /sample/i);
      } finally {
        await server.close();
      }
    }
  });
});
