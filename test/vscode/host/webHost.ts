// VS Code for the Web, as vscode.dev serves it: only files, and no server behind them. Extensions run in a web worker.
import { createReadStream, readdirSync, statSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { dirname, extname, join, normalize, sep } from "node:path";
import { ensureInstalled } from "./extensions.ts";
import { ensureHost } from "./install.ts";
import { EXTENSION_ID } from "./paths.ts";
import { QUIET } from "./server.ts";
import { ensureVsix } from "./vsix.ts";

const TYPES: Record<string, string> = {
  ...{ ".js": "text/javascript", ".cjs": "text/javascript", ".css": "text/css", ".html": "text/html" },
  ...{ ".json": "application/json", ".svg": "image/svg+xml", ".png": "image/png", ".ttf": "font/ttf" },
};
const WORKBENCH = "out/vs/code/browser/workbench";

interface WebHost {
  url: string;
  stop(): Promise<void>;
}

/** Serves code-server's workbench without its server, and the packaged extension as a built-in one. */
export async function startWebHost(settings: Record<string, unknown>): Promise<WebHost> {
  const { codeServer } = await ensureHost();
  const vscode = join(dirname(codeServer), "../../lib/vscode");
  const installed = await ensureInstalled([await ensureVsix()]);
  const own = readdirSync(installed).find((name) => name.startsWith(EXTENSION_ID));
  if (!own) throw new Error(`${EXTENSION_ID} is not installed in ${installed}.`);
  const folders = new Map([
    ["vscode", vscode],
    ["extension", join(installed, own)],
    ["themes", join(vscode, "extensions/theme-defaults")],
  ]);
  const workbench = await withoutServer(join(vscode, WORKBENCH, "workbench.js"));
  const template = await readFile(join(vscode, WORKBENCH, "workbench.html"), "utf8");

  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? "/", "http://127.0.0.1");
    // SecretStorage encrypts with a key, half of which is the server's.
    if (pathname === "/mint-key") return void response.end(Buffer.alloc(32, 1));
    if (pathname === "/") return send(response, ".html", page(template, authority(), settings));
    if (pathname === `/vscode/${WORKBENCH}/workbench.js`) return send(response, ".js", workbench);
    const [, name = "", ...path] = decodeURIComponent(pathname).split("/");
    const folder = folders.get(name);
    const file = folder && normalize(join(folder, ...path));
    if (!file?.startsWith(`${folder}${sep}`) || !statSync(file, { throwIfNoEntry: false })?.isFile())
      return void response.writeHead(404).end();
    response.writeHead(200, { "content-type": TYPES[extname(file)] ?? "application/octet-stream" });
    createReadStream(file).pipe(response);
  });
  const authority = () => `127.0.0.1:${(server.address() as AddressInfo).port}`;
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://${authority()}/`,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function send(response: ServerResponse, type: string, text: string): void {
  response.writeHead(200, { "content-type": `${TYPES[type]}; charset=utf-8` }).end(text);
}

/** Undoes code-server's changes: its workbench always connects to its server and keeps user data there. */
async function withoutServer(file: string): Promise<string> {
  const text = await readFile(file, "utf8");
  const userData =
    /(get userRoamingDataHome\(\)\{return )\w+\((\w+)\.file\(this\.userDataPath\)\.with\(\{scheme:(\w+)\.vscodeRemote\}\),"User"\)/;
  const changed = text
    .replace("remoteAuthority:location.host", "remoteAuthority:void 0")
    .replace(userData, '$1$2.file("/User").with({scheme:$3.vscodeUserData})');
  if (!changed.includes("remoteAuthority:void 0") || userData.test(text) === userData.test(changed))
    throw new Error(`${file} is not as expected. Has code-server been updated?`);
  return changed;
}

/** Returns the workbench's page with its configuration. */
function page(template: string, authority: string, settings: Record<string, unknown>): string {
  const vscode = `http://${authority}/vscode`;
  const configuration = {
    configurationDefaults: { ...QUIET, ...settings },
    additionalBuiltinExtensions: ["/extension", "/themes"].map((path) => ({ scheme: "http", authority, path })),
    productConfiguration: {
      webviewContentExternalBaseUrlTemplate: `${vscode}/out/vs/workbench/contrib/webview/browser/pre/`,
    },
    // Required by code-server's changes.
    ...{ isEnabledFileDownloads: true, isEnabledFileUploads: true, isEnabledCoderGettingStarted: false },
  };
  const values: Record<string, string> = {
    WORKBENCH_WEB_CONFIGURATION: JSON.stringify(configuration).replaceAll('"', "&quot;"),
    WORKBENCH_WEB_BASE_URL: vscode,
    WORKBENCH_NLS_FALLBACK_URL: `${vscode}/out/nls.messages.js`,
    WORKBENCH_NLS_URL: `${vscode}/out/nls.messages.js`,
  };
  return template.replace(/\{\{(\w+)\}\}/g, (_, name) => values[name] ?? "");
}
