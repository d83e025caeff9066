import assert from "node:assert/strict";
import { type McpServer, rowsOf, startServer } from "../../support/mcp.ts";
import { ALL_TOOLS, DEFAULT_TOOLS, READ_TOOLS } from "../../support/toolCounts.ts";
import { runCommand, toast } from "../host/browser.ts";
import { eventually } from "../host/eventually.ts";
import { describeSession, WITH_CHAT } from "../host/session.ts";

const TOOLS = "openrouterAdmin.mcp.tools";
const EXTRA_TOOLS = ALL_TOOLS - DEFAULT_TOOLS;

const settings = { ...WITH_CHAT, [TOOLS]: ["or_credits", "organization"] };
describeSession("selection of tools", { settings, sidebar: false }, (session) => {
  let client: McpServer | undefined;
  after(() => client?.close());

  async function verify(): Promise<string> {
    const { page } = session;
    await runCommand(page, "OpenRouter Admin: Start and Verify the MCP Server");
    await toast(page, /The MCP server (works|is running|offered)/).waitFor({ timeout: 60_000 });
    const text = await toast(page, /The MCP server (works|is running|offered)/).innerText();
    await runCommand(page, "Notifications: Clear All Notifications");
    return text;
  }
  const namesIn = async ({ client: mcp }: McpServer) => (await mcp.listTools()).tools.map(({ name }) => name);

  it("offers the selected tools to agent mode, and verifies the server without or_overview", async () => {
    assert.match(await verify(), /works: 2 tools, write tools off\. .*total_credits/);
  });

  it("offers them to other clients", async () => {
    client = await startServer({ HOME: session.host.home, OPENROUTER_ADMIN_CHANNEL: "1" });
    assert.deepEqual(await namesIn(client), ["or_credits", "or_org_members"]);
  });

  it("applies a change to running servers", async () => {
    let lists = 0;
    client!.client.fallbackNotificationHandler = async ({ method }) => {
      if (method === "notifications/tools/list_changed") lists += 1;
    };
    await session.host.updateSettings({ [TOOLS]: ["or_key_get"] });
    await eventually(() => assert.ok(lists > 0));
    assert.deepEqual(await namesIn(client!), ["or_key_get"]);
    await eventually(async () => assert.match(await verify(), /is running: 1 tools, .* needs arguments/), 60_000);
  });

  it("accepts a text instead of a list", async () => {
    await session.host.updateSettings({ [TOOLS]: "or_credits, or_keys_list" });
    await eventually(async () => assert.deepEqual(await namesIn(client!), ["or_credits", "or_keys_list"]));
  });

  it("offers the extra tools beside the default ones", async () => {
    await session.host.updateSettings({ [TOOLS]: ["default", "extra"] });
    await eventually(async () => assert.equal((await namesIn(client!)).length, READ_TOOLS + EXTRA_TOOLS));
  });

  it("audits the keys by the user's policy and with the window's rotations", async () => {
    const audit = async () => (await client!.call("or_keys_audit", { rules: ["idle", "unfinished-rotation"] })).text;
    assert.match(await audit(), /^Policy: the defaults, /m);
    await session.host.updateSettings({
      [TOOLS]: ["extra"],
      "openrouterAdmin.safety.policy": { rules: { idle: { days: 12 } } },
    });
    await eventually(async () => assert.match(await audit(), /^Policy: the setting openrouterAdmin\.safety\.policy /m));
    const [idle, rotation] = rowsOf(await audit());
    assert.deepEqual([idle?.rule, idle?.threshold], ["idle", "days >= 12"]);
    assert.deepEqual([rotation?.rule, rotation?.not_judged], ["unfinished-rotation", "0"]);
  });
});
