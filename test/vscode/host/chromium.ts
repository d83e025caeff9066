import { existsSync } from "node:fs";
import { chromium } from "playwright-core";
import { canInstallPackages, installPackages } from "./apt.ts";
import { inRepo } from "./paths.ts";
import { progress, run, which } from "./run.ts";

const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/** Finds Chromium or Chrome, or installs it. @throws Error that says what to do if that fails */
export async function ensureChromium(): Promise<string> {
  const named = process.env.CHROME_PATH;
  if (named !== undefined && named !== "") {
    if (!existsSync(named)) throw new Error(`CHROME_PATH names ${named}, which does not exist.`);
    return named;
  }
  return installed() ?? (await fromDebian()) ?? (await fromPlaywright());
}

function installed(): string | undefined {
  for (const name of NAMES) {
    const file = which(name);
    if (file !== undefined) return file;
  }
  const own = chromium.executablePath();
  return existsSync(own) ? own : undefined;
}

async function fromDebian(): Promise<string | undefined> {
  if (!canInstallPackages()) return undefined;
  try {
    await installPackages(["chromium"]);
  } catch (error) {
    progress(`apt-get could not install chromium: ${error}`);
  }
  return installed();
}

async function fromPlaywright(): Promise<string> {
  try {
    progress("fetching Chromium with playwright-core");
    await run(process.execPath, [inRepo("node_modules/playwright-core/cli.js"), "install", "chromium"]);
  } catch (error) {
    throw new Error("No Chromium found and none could be installed. Install one, or set CHROME_PATH to a browser.", {
      cause: error,
    });
  }
  return chromium.executablePath();
}
