import { readdirSync, statSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { ensureChromium } from "./chromium.ts";
import { ensureInstalled } from "./extensions.ts";
import { ensureHost } from "./install.ts";
import { CACHE_DIR } from "./paths.ts";
import { ensureVsix, scriptedModelVsix } from "./vsix.ts";

const DAY_MS = 86_400_000;

/** Installs and packages everything that editors need, before several processes need it at the same time. */
export async function prepare(): Promise<void> {
  await ensureHost();
  await ensureChromium();
  const ours = await ensureVsix();
  const used = [await ensureInstalled([ours]), await ensureInstalled([ours, await scriptedModelVsix()])];
  await removeOldBuilds(used);
}

/** Removes installed builds that are unused and older than a day. */
async function removeOldBuilds(used: string[]): Promise<void> {
  const folder = join(CACHE_DIR, "installed");
  for (const name of readdirSync(folder)) {
    const dir = join(folder, name);
    if (!used.includes(dir) && Date.now() - statSync(dir).mtimeMs > DAY_MS) await rm(dir, { recursive: true });
  }
}
