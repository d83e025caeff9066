// Shows the chat chart like an MCP client other than VS Code: the official host side of MCP Apps, in Chromium.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { build } from "esbuild";
import { type Browser, chromium, type Frame, type Page } from "playwright-core";
import { BROWSER_ARGS } from "./browser.ts";
import { ensureChromium } from "./chromium.ts";
import { inRepo } from "./paths.ts";

const HOST = "http://host.test/";
const APP = "http://app.test/";

/** The policy that a host must enforce for an app that declares no domains. */
const POLICY = [
  ...["default-src 'none'", "script-src 'self' 'unsafe-inline'", "style-src 'self' 'unsafe-inline'"],
  ...["img-src 'self' data:", "media-src 'self' data:", "connect-src 'none'"],
].join("; ");

const CAPABILITIES = { serverTools: {}, openLinks: {}, logging: {} };

export interface Answer {
  content?: { type: "text"; text: string }[];
  isError?: boolean;
  _meta?: Record<string, unknown>;
}

export interface Call {
  name: string;
  arguments?: Record<string, unknown>;
}

export interface AppPage {
  page: Page;
  frame: Frame;
  /** Sends a tool's result to the app, like the host that called the tool. */
  show(answer: Answer): Promise<void>;
  /** Tells the app that the call was cancelled. */
  cancel(): Promise<void>;
  /** Sends the arguments of another call to the app. */
  input(args: Record<string, unknown>): Promise<void>;
  /** Asks the app to shut down. */
  tearDown(): Promise<void>;
  /** Tells the app that the theme, the variables or the language changed. */
  change(context: Record<string, unknown>): Promise<void>;
  /** Fails on policy violations, errors, warnings and external requests. */
  assertClean(): Promise<void>;
  close(): Promise<void>;
}

export interface AppPageOptions {
  /** Answers the app's tool calls. */
  call(call: Call): Promise<Answer>;
  context?: Record<string, unknown>;
  /** The host's capabilities. */
  capabilities?: Record<string, object>;
  /** The arguments of the call for which the app is opened; null if the host doesn't send them. */
  input?: Record<string, unknown> | null;
  width?: number;
  /** Controls the page's timers with `page.clock`. */
  clock?: boolean;
}

/** Starts a browser without VS Code. */
export async function startAppHost() {
  const browser = await chromium.launch({ executablePath: await ensureChromium(), args: BROWSER_ARGS });
  const script = await hostScript();
  return {
    open: (options: AppPageOptions) => openAppPage(browser, script, options),
    close: () => browser.close(),
  };
}

/** Opens the built page in a sandboxed frame of a host and waits for the handshake. */
async function openAppPage(
  browser: Browser,
  script: string,
  { call, context = {}, capabilities = CAPABILITIES, input = {}, width = 800, clock }: AppPageOptions,
): Promise<AppPage> {
  const app = await readFile(inRepo("dist/activity-app.html"), "utf8");
  const page = await browser.newPage({ viewport: { width: width + 40, height: 1000 } });
  if (clock) await page.clock.install();
  const problems: string[] = [];
  await page.addInitScript(`document.addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI }) =>
    console.error("securitypolicyviolation: " + violatedDirective + " " + blockedURI))`);
  page.on("console", (message) => {
    // Warnings about reading the canvas are caused by the tests, not by the page.
    const isFromApp = !message.text().startsWith("Canvas2D:");
    if (isFromApp && ["error", "warning"].includes(message.type())) problems.push(message.text());
  });
  page.on("pageerror", (error) => problems.push(`${error.stack}`));
  await page.route("**", (route) => {
    const url = route.request().url();
    if (url === HOST) return route.fulfill({ contentType: "text/html", body: hostPage(script, width) });
    if (url === APP)
      return route.fulfill({
        contentType: "text/html",
        body: app,
        headers: { "content-security-policy": POLICY },
      });
    problems.push(`asked ${url}`);
    return route.abort();
  });
  await page.exposeFunction("callTool", call);
  await page.goto(HOST);
  await page.evaluate(`connectHost(${JSON.stringify({ context, capabilities, input })})`);
  const frame = page.frames().find((one) => one.url() === APP);
  assert.ok(frame, "the app has no frame");
  const send = (method: string, params: unknown) => page.evaluate(`bridge.${method}(${JSON.stringify(params)})`);
  return {
    ...{ page, frame },
    show: async (answer) => void (await send("sendToolResult", answer)),
    cancel: async () => void (await send("sendToolCancelled", { reason: "given up" })),
    input: async (args) => void (await send("sendToolInput", { arguments: args })),
    tearDown: async () => void (await send("teardownResource", {})),
    change: async (changed) => void (await send("setHostContext", changed)),
    async assertClean() {
      assert.deepEqual(problems, []);
      assert.equal(await frame.evaluate("globalThis.__pwned"), undefined);
    },
    close: () => page.close(),
  };
}

async function hostScript(): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents: SCRIPT, resolveDir: inRepo("") },
    ...{ bundle: true, platform: "browser", format: "esm", write: false, logLevel: "warning" },
  });
  return outputFiles[0]!.text;
}

function hostPage(script: string, width: number): string {
  return `<!doctype html><html lang="en"><title>Host</title>
<body style="margin: 20px"><iframe title="app" sandbox="allow-scripts" style="border: 0; width: ${width}px"></iframe>
<script type="module">${script.replaceAll("</script", "<\\/script")}</script>`;
}

/** Runs in the host's page. A string, because these files are type-checked without the browser's types. */
const SCRIPT = `
import { AppBridge, PostMessageTransport } from "@modelcontextprotocol/ext-apps/app-bridge";
const iframe = document.querySelector("iframe");
globalThis.connectHost = async ({ context, capabilities, input }) => {
  const bridge = new AppBridge(null, { name: "Test Host", version: "1" }, capabilities, { hostContext: context });
  bridge.oncalltool = (params) => callTool(params);
  bridge.onsizechange = ({ height }) => { iframe.style.height = height + "px"; };
  const ready = new Promise((resolve) => { bridge.oninitialized = resolve; });
  await bridge.connect(new PostMessageTransport(iframe.contentWindow, iframe.contentWindow));
  iframe.src = ${JSON.stringify(APP)};
  await ready;
  if (input) await bridge.sendToolInput({ arguments: input });
  globalThis.bridge = bridge;
};`;
