import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, existsSync, openSync, readdirSync, readFileSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Step, StepResult } from "../extensions/own-settings/extension.ts";
import { eventually } from "./eventually.ts";
import { cleanEnvironment, installExtensions } from "./extensions.ts";
import { ensureHost, type HostProgram } from "./install.ts";
import { inRepo } from "./paths.ts";

type Settings = Record<string, unknown>;

export interface HostOptions {
  /** The version of VS Code; by default the newest one. */
  program?: HostProgram;
  /** The VSIX files to install. */
  vsix: string[];
  settings?: Settings;
  /** Variables for the extension host, added to our environment without VSCODE_*, OPENROUTER_* and ELECTRON_*. */
  env?: Record<string, string>;
  /** Enables the smoke test driver: allows extension tests, disables notifications and accepts tool confirmations. */
  smoke?: boolean;
  /** The folder or workspace file that the window opens; by default an empty folder. */
  folder?: string;
  /** The user data folder; by default a temporary one. */
  dataDir?: string;
  /**
   * The home folder of the editor and its processes, where windows write entries for MCP servers. By default an empty one,
   * so that windows of other tests and of the user are not found.
   */
  home?: string;
  port?: number;
  /** The display language of extensions; VS Code's own texts stay English. */
  language?: string;
}

export interface Host {
  /** The server's URL without a path. */
  url: string;
  /** The server's process id, which is also the process group of everything it starts. */
  pid: number;
  folder: string;
  dataDir: string;
  home: string;
  extensionsDir: string;
  /** Returns everything logged so far: the server's output and all log files. */
  logs(): string;
  /**
   * Changes user and machine settings while a window is open, and waits until its extensions are notified. Undefined
   * removes a setting.
   */
  updateSettings(settings: Settings): Promise<void>;
  /** Runs commands inside an open window, one after another, as a keybinding does. */
  runSteps(steps: Step[]): Promise<StepResult[]>;
  stop(): Promise<void>;
}

/** The longest time of a command, on a busy machine. */
const STEP_MS = 10_000;

export const QUIET: Settings = {
  "workbench.startupEditor": "none",
  "workbench.tips.enabled": false,
  // Sticky parents would be in the page twice and cover rows.
  "workbench.tree.enableStickyScroll": false,
  "workbench.hover.delay": 200,
  "telemetry.telemetryLevel": "off",
  "extensions.autoUpdate": false,
  "extensions.autoCheckUpdates": false,
  "extensions.ignoreRecommendations": true,
};

/** Starts a VS Code server with the extensions, new folders and a free port of 127.0.0.1. */
export async function startHost(options: HostOptions): Promise<Host> {
  const program = options.program ?? (await ensureHost());
  const temporary = await mkdtemp(join(tmpdir(), "openrouter-admin-host-"));
  const dataDir = options.dataDir ?? join(temporary, "data");
  const home = options.home ?? join(temporary, "home");
  const extensionsDir = join(temporary, "extensions");
  const folder = options.folder ?? join(temporary, "folder");
  const config = join(temporary, "config.yaml");
  for (const dir of [dataDir, home, ...(options.folder ? [] : [folder])]) await mkdir(dir, { recursive: true });
  await writeFile(config, "");
  await mergeSettings(dataDir, { ...QUIET, ...options.settings });
  if (options.language) await addLanguagePack(dataDir, options.language);

  const outputFile = join(temporary, "output.log");
  const ownSettings = join(temporary, "own-settings.json");
  const env = cleanEnvironment({ HOME: home, ...options.env, OPENROUTER_TEST_OWN_SETTINGS: ownSettings });
  const readOutput = () => readFileSync(outputFile, "utf8");

  await installExtensions(options.vsix, extensionsDir, program);
  const port = options.port ?? (await closedPort());
  const output = openSync(outputFile, "a");
  const args = [
    ...["--user-data-dir", dataDir, "--extensions-dir", extensionsDir, "--config", config],
    ...["--auth", "none", "--bind-addr", `127.0.0.1:${port}`],
    ...["--disable-telemetry", "--disable-update-check", "--disable-workspace-trust"],
    "--disable-getting-started-override",
    ...(options.language ? ["--locale", options.language] : []),
    ...(options.smoke ? ["--vscode-option", "enable-smoke-test-driver"] : []),
  ];
  const server = spawn(program.node, [program.codeServer, ...args], {
    ...{ env, cwd: temporary, detached: true, stdio: ["ignore", output, output] },
  });
  closeSync(output);
  const ended = new Promise<void>((resolve) => server.once("close", () => resolve()));
  // An interrupted test run must not leave an editor running.
  const killGroup = (signal: NodeJS.Signals = "SIGKILL") => {
    try {
      if (server.pid !== undefined) process.kill(-server.pid, signal);
    } catch {
      // The group has already ended.
    }
  };
  const onExit = () => killGroup();
  process.once("exit", onExit);

  let change = 0;
  async function apply(what: { settings?: Settings; steps?: Step[] }): Promise<void> {
    change += 1;
    await writeFile(ownSettings, JSON.stringify({ change, ...what }));
    await eventually(
      async () => {
        const applied = Number(await readFile(`${ownSettings}.applied`, "utf8").catch(() => 0));
        if (applied !== change) throw new Error(`The window has not applied ${JSON.stringify(what)}.`);
      },
      60_000 + (what.steps ?? []).length * STEP_MS,
    );
  }

  const host: Host = {
    url: `http://127.0.0.1:${port}`,
    pid: server.pid ?? 0,
    folder,
    dataDir,
    home,
    extensionsDir,
    logs: () => [readOutput(), ...logFiles(dataDir).map((file) => readFileSync(file, "utf8"))].join("\n"),
    async updateSettings(settings) {
      await mergeSettings(dataDir, settings, ["Machine"]);
      // The window doesn't notice when the user settings file is written directly, so an extension changes it.
      const nullable = Object.entries(settings).map(([id, value]) => [id, value ?? null]);
      await apply({ settings: Object.fromEntries(nullable) });
    },
    async runSteps(steps) {
      await apply({ steps });
      return JSON.parse(await readFile(`${ownSettings}.results`, "utf8"));
    },
    async stop() {
      killGroup("SIGTERM");
      await Promise.race([ended, sleep(5_000, undefined, { ref: false })]);
      killGroup();
      await ended;
      process.off("exit", onExit);
      await rm(temporary, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
    },
  };
  try {
    await waitForHealthy(host.url, () => server.exitCode !== null);
  } catch (error) {
    const output = readOutput();
    await host.stop();
    throw new Error(`code-server did not start: ${error}\n${output}`);
  }
  return host;
}

/** Settings with `application` scope are read from User/ only, those with `machine` scope from Machine/. */
async function mergeSettings(dataDir: string, settings: Settings, scopes = ["User", "Machine"]): Promise<void> {
  const own = await applicationSettings();
  for (const scope of scopes) {
    const file = join(dataDir, scope, "settings.json");
    await mkdir(join(dataDir, scope), { recursive: true });
    const before = existsSync(file) ? JSON.parse(await readFile(file, "utf8")) : {};
    const added = Object.entries(settings).filter(([id]) => scope === "User" || !own.has(id));
    await writeFile(file, `${JSON.stringify({ ...before, ...Object.fromEntries(added) }, null, 2)}\n`);
  }
}

/** Returns settings that must not be in the machine file: they have no effect there, but VS Code would update them there. */
async function applicationSettings(): Promise<Set<string>> {
  const { contributes } = JSON.parse(await readFile(inRepo("package.json"), "utf8"));
  const properties = Object.entries<{ scope: string }>(contributes.configuration.properties);
  return new Set(properties.filter(([, { scope }]) => scope === "application").map(([id]) => id));
}

/** Installs an empty language pack: VS Code needs one for the display language, and extensions bring their translations. */
async function addLanguagePack(dataDir: string, language: string): Promise<void> {
  const vscode = join(dataDir, `${language}.i18n.json`);
  await writeFile(vscode, JSON.stringify({ contents: {} }));
  const pack = {
    hash: language,
    extensions: [{ extensionIdentifier: { id: `test.${language}` }, version: "1" }],
    label: language,
    translations: { vscode },
  };
  await writeFile(join(dataDir, "languagepacks.json"), JSON.stringify({ [language]: pack }));
}

/** Returns an unused port of 127.0.0.1, the preferred one if possible. */
export async function closedPort(preferred = 0): Promise<number> {
  const probe = createServer();
  try {
    probe.listen(preferred, "127.0.0.1");
    await once(probe, "listening");
  } catch (error) {
    if (preferred === 0) throw error;
    return closedPort();
  }
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

async function waitForHealthy(url: string, hasEnded: () => boolean): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (Date.now() < deadline) {
    if (hasEnded()) throw new Error("the process ended");
    const answer = await fetch(`${url}/healthz`).catch(() => undefined);
    if (answer?.ok) return;
    await sleep(200);
  }
  throw new Error("no response from /healthz within 60 s");
}

function logFiles(dataDir: string): string[] {
  return readdirSync(dataDir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".log"))
    .map((entry) => join(entry.parentPath, entry.name));
}
