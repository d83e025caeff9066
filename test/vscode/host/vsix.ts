import { existsSync, readdirSync, statSync } from "node:fs";
import { cp, mkdir, mkdtemp, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createVSIX } from "@vscode/vsce";
import { build } from "esbuild";
import { CACHE_DIR, inRepo, VSIX } from "./paths.ts";
import { run } from "./run.ts";

const BUNDLES = ["extension.js", "server.js", "sample.js", "activity.js", "activity.css", "activity-app.html"];

/** The extension's VSIX, packaged anew when the bundles are younger. */
export async function ensureVsix(): Promise<string> {
  const newest = Math.max(...BUNDLES.map((file) => modified(inRepo(`dist/${file}`))));
  if (newest === 0) throw new Error("There is nothing to package: run `npm run build` first.");
  if (modified(VSIX) < newest) await run("npm", ["run", "vsix"], { cwd: inRepo("") });
  return VSIX;
}

function modified(file: string): number {
  return existsSync(file) ? statSync(file).mtimeMs : 0;
}

/** Bundles a module that runs in the extension host. `vscode` comes from the host, Mocha from node_modules. */
export async function bundleForHost(entry: URL, outfile: string): Promise<void> {
  await build({
    ...{ entryPoints: [entry.pathname], outfile, bundle: true, platform: "node", format: "cjs", target: "node22" },
    external: ["vscode", "mocha"],
    logLevel: "warning",
  });
}

/** Packages the extension of tests that contributes a language model; it is never part of the product. */
export function scriptedModelVsix(): Promise<string> {
  return testVsix("scripted-model", new URL("../extensions/scripted-model/extension.ts", import.meta.url));
}

/** Packages the extension of tests that changes the person's own settings in an open window. */
export function ownSettingsVsix(): Promise<string> {
  return testVsix("own-settings", new URL("../extensions/own-settings/extension.ts", import.meta.url));
}

/** Packaged anew when the extension's files are younger. Lanes run at the same time: a package is complete or not there. */
async function testVsix(name: string, entry: URL): Promise<string> {
  const file = join(CACHE_DIR, `${name}.vsix`);
  const source = new URL(".", entry);
  const sources = readdirSync(source).map((one) => modified(fileURLToPath(new URL(one, source))));
  if (modified(file) >= Math.max(...sources)) return file;
  await mkdir(CACHE_DIR, { recursive: true });
  const dir = await mkdtemp(join(CACHE_DIR, `${name}-`));
  try {
    await cp(new URL("package.json", entry), join(dir, "package.json"));
    await bundleForHost(entry, join(dir, "extension.cjs"));
    const packagePath = join(dir, "extension.vsix");
    await createVSIX({
      ...{ cwd: dir, packagePath, dependencies: false },
      ...{ allowMissingRepository: true, skipLicense: true },
    });
    await rename(packagePath, file);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
  return file;
}
