import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { RESULTS_VARIABLE } from "../inside/contract.ts";
import { openWorkbench } from "./browser.ts";
import { CACHE_DIR, inRepo } from "./paths.ts";
import { startHost } from "./server.ts";
import { bundleForHost } from "./vsix.ts";

export interface InnerTest {
  title: string;
  fullTitle: string;
  duration?: number;
  err: { message?: string; stack?: string };
}

interface InsideOptions {
  vsix: string[];
  settings: Record<string, unknown>;
  env: Record<string, string>;
  /** Fails the run after this time if VS Code doesn't end it. */
  timeoutMs?: number;
}

/** Bundles the tests that run inside the extension host; returns the path for `extensionTestsPath`. */
export async function bundleInside(dir: string): Promise<string> {
  await writeFile(join(dir, "package.json"), `${JSON.stringify({ type: "commonjs" })}\n`);
  await bundleForHost(new URL("../inside/index.ts", import.meta.url), join(dir, "index.js"));
  return join(dir, "index.js");
}

/** Runs the inner tests in a real extension host and returns their results. */
export async function runInside(options: InsideOptions): Promise<InnerTest[]> {
  // Inside the repository, so that the tests find Mocha.
  await mkdir(CACHE_DIR, { recursive: true });
  const dir = await mkdtemp(join(CACHE_DIR, "inside-"));
  try {
    return await runBundle(options, await bundleInside(dir), join(dir, "results.json"));
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

async function runBundle(options: InsideOptions, entry: string, results: string): Promise<InnerTest[]> {
  const { vsix, settings } = options;
  const host = await startHost({ vsix, settings, smoke: true, env: { ...options.env, [RESULTS_VARIABLE]: results } });
  const lines: string[] = [];
  try {
    const remote = (path: string) => `vscode-remote://${new URL(host.url).host}${path}`;
    const exited = Promise.withResolvers<number>();
    const workbench = await openWorkbench(host, {
      payload: [
        ["extensionDevelopmentPath", remote(inRepo("test/vscode/extensions/helper"))],
        ["extensionTestsPath", remote(entry)],
        ["skipWelcome", "true"],
      ],
      expose: {
        codeAutomationLog: (type: string, args: unknown[]) => lines.push(`${type}: ${args.map(String).join(" ")}`),
        codeAutomationExit: (code: number) => exited.resolve(code),
      },
    });
    try {
      await withTimeout(exited.promise, options.timeoutMs ?? 180_000);
    } finally {
      await workbench.close();
    }
    if (!existsSync(results)) throw new Error("VS Code ended the run without results.");
    return JSON.parse(await readFile(results, "utf8")).tests;
  } catch (error) {
    throw new Error(`${error}\n${lines.slice(-40).join("\n")}\n${host.logs().slice(-6_000)}`);
  } finally {
    await host.stop();
  }
}

async function withTimeout<T>(promise: Promise<T>, ms: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`VS Code did not end the run within ${ms / 1000} s.`)), ms);
  });
  return Promise.race([promise, timeout]).finally(() => clearTimeout(timer));
}
