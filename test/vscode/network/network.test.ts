// OpenRouter behind a CONNECT proxy and a private certificate authority, both on this machine.
import assert from "node:assert/strict";
import { type NetworkBench, OPENROUTER, startNetworkBench } from "../../support/network/bench.ts";
import type { ConnectProxy } from "../../support/network/connectProxy.ts";
import { runCommand, screenshot } from "../host/browser.ts";
import { eventually } from "../host/eventually.ts";
import { describeSession } from "../host/session.ts";
import { runTitleAction, viewMessage, viewRows } from "../host/tree.ts";
import { usd } from "../truth/account.ts";
import { trueRemaining } from "../truth/api.ts";

const CREDENTIALS = "someone:hidden-word";

let bench: NetworkBench;
let proxy: ConnectProxy;
let otherIssuer: number;

describeSession(
  "a network with a proxy and a private certificate authority",
  {
    async account() {
      bench = await startNetworkBench();
      proxy = await bench.proxy(await bench.front(), { credentials: CREDENTIALS });
      otherIssuer = (await bench.front(bench.selfSigned())).port;
      return { ...bench.account, close: () => bench.close() };
    },
    settings: () => ({
      "openrouterAdmin.baseUrl": undefined,
      "http.proxy": proxy.url.replace("//", `//${CREDENTIALS}@`),
    }),
    host: async () => ({ env: { NODE_EXTRA_CA_CERTS: bench.ca.file } }),
    view: "Credits",
  },
  (session) => {
    const verify = async (text: RegExp) => {
      await runCommand(session.page, "OpenRouter Admin: Start and Verify the MCP Server");
      const toast = session.page.locator(".notifications-toasts .notification-list-item", { hasText: text });
      await toast.waitFor({ timeout: 60_000 });
      const shown = await toast.innerText();
      await runCommand(session.page, "Notifications: Clear All Notifications");
      return shown;
    };

    it("shows the account in the views", async () => {
      const remaining = usd(await trueRemaining(bench.account));
      await eventually(async () => {
        const rows = await viewRows(session.page, "Credits");
        assert.equal(rows.find(({ label }) => label === "Remaining")?.description, remaining);
      }, 60_000);
    });

    it("verifies the MCP server, whose environment doesn't contain the proxy's password", async () => {
      await verify(/The MCP server works: \d+ tools/);
    });

    const failures: [what: string, fail: () => void, says: RegExp, cure: RegExp][] = [
      [
        "a proxy that rejects the credentials",
        () => {
          proxy.credentials = "someone:else";
        },
        /The proxy requires a user name and password/,
        /http\.proxy/,
      ],
      [
        "a proxy that refuses OpenRouter",
        () => {
          proxy.behavior = 403;
        },
        /The proxy refused to connect to openrouter\.ai:443 \(403\)/,
        /http\.noProxy/,
      ],
      [
        "an unknown certificate authority",
        () => {
          proxy.targets = { [OPENROUTER]: otherIssuer };
        },
        /from an issuer that this computer doesn't trust/,
        /NODE_EXTRA_CA_CERTS/,
      ],
      ["a proxy that isn't running", () => proxy.stop(), /The connection to the proxy 127\.0\.0\.1:\d+/, /HTTPS_PROXY/],
    ];
    for (const [what, fail, says, cure] of failures)
      it(`names the link and its cure: ${what}`, async () => {
        const { targets } = proxy;
        fail();
        proxy.disconnect();
        await runTitleAction(session.page, "Credits", "Refresh");
        await eventually(async () => {
          const message = await viewMessage(session.page, "Credits");
          assert.match(message, says);
          assert.match(message, cure);
        }, 40_000);
        await screenshot(session.page, `network-${what}`);
        if (what.includes("refuses") || what.includes("running")) assert.match(await verify(says), cure);
        Object.assign(proxy, { credentials: CREDENTIALS, behavior: "tunnel", targets });
      });

    it("offers the cure in a view that has shown nothing yet", async () => {
      await session.page.reload();
      const welcome = session.page.locator(".welcome-view-content", { hasText: "the proxy can't be reached" }).first();
      await welcome.waitFor({ timeout: 60_000 });
      const buttons = await welcome.locator(".monaco-button").allInnerTexts();
      assert.deepEqual(buttons, ["Open Proxy Settings", "Retry", "Open Log"]);
      await screenshot(session.page, "network-welcome");
      await welcome.getByText("Open Proxy Settings").click();
      await session.page.locator(".settings-editor .setting-item-label", { hasText: "Proxy" }).first().waitFor();
    });

    it("asked the proxy for OpenRouter only, and showed its password nowhere", () => {
      // VS Code itself asks its registry of extensions.
      const requests = new Set(proxy.requests.filter((host) => !host.startsWith("open-vsx.org")));
      assert.deepEqual([...requests], [OPENROUTER]);
      assert.doesNotMatch(session.host.logs(), /hidden-word|NODE_TLS_REJECT_UNAUTHORIZED/);
    });
  },
);
