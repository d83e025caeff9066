import { existsSync, readdirSync, statSync } from "node:fs";
import { cp, mkdir, mkdtemp, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createVSIX } from "@vscode/vsce";
import { build } from "esbuild";
import { CACHE_DIR, inRepo, VSIX } from "./paths.ts";
import { run } from "./run.ts";

const BUNDLES = [
  "extension.js",
  "web/extension.cjs",
  "leaks.cjs",
  "server.js",
  "launcher.js",
  "sample.js",
  "activity.js",
  "activity.css",
  "limits.js",
  "limits.css",
  "activity-app.html",
];

/** Returns the extension's VSIX; packages it again if the bundles are newer. */
export async function ensureVsix(): Promise<string> {
  const newest = Math.max(...BUNDLES.map((file) => modified(inRepo(`dist/${file}`))));
  if (newest === 0) throw new Error("Nothing to package. Run `npm run build` first.");
  if (modified(VSIX) < newest) await run("npm", ["run", "vsix"], { cwd: inRepo("") });
  return VSIX;
}

/** Packages the same build with another version number. */
export async function packageVersion(version: string, packagePath: string): Promise<void> {
  await ensureVsix();
  await createVSIX({
    ...{ cwd: inRepo(""), packagePath, dependencies: false, allowMissingRepository: true, rewriteRelativeLinks: false },
    ...{ version, updatePackageJson: false, gitTagVersion: false },
  });
}

function modified(file: string): number {
  return existsSync(file) ? statSync(file).mtimeMs : 0;
}

/** Bundles a module that runs in the extension host. `vscode` comes from the host, Mocha from node_modules. */
export async function bundleForHost(entry: URL, outfile: string): Promise<void> {
  await build({
    ...{
      entryPoints: [fileURLToPath(entry)],
      outfile,
      bundle: true,
      platform: "node",
      format: "cjs",
      target: "node22",
    },
    external: ["vscode", "mocha"],
    logLevel: "warning",
  });
}

/** Packages the test extension that contributes a language model; never part of the product. */
export function scriptedModelVsix(): Promise<string> {
  return testVsix("scripted-model", new URL("../extensions/scripted-model/extension.ts", import.meta.url));
}

/** Packages the test extension that changes user settings in an open window. */
export function ownSettingsVsix(): Promise<string> {
  return testVsix("own-settings", new URL("../extensions/own-settings/extension.ts", import.meta.url));
}

/** Packages a test extension if its files are newer. Lanes run in parallel, so the file is moved into place atomically. */
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
