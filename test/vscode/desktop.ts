import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { downloadAndUnzipVSCode, resolveCliArgsFromVSCodeExecutablePath, runTests } from "@vscode/test-electron";
import { startSampleAccount } from "../../src/sample/index.ts";
import { bundleInside } from "./host/inside.ts";
import { CACHE_DIR, inRepo } from "./host/paths.ts";
import { run } from "./host/run.ts";
import { ensureVsix } from "./host/vsix.ts";
import { EXPECTED_VARIABLE, type Expected } from "./inside/contract.ts";
import { trueRemaining } from "./truth/api.ts";

// Runs the extension host tests in the desktop build, which is downloaded from Microsoft.
const temporary = await mkdtemp(join(tmpdir(), "openrouter-admin-desktop-"));
// Inside the repository, so that the tests find Mocha.
await mkdir(CACHE_DIR, { recursive: true });
const inside = await mkdtemp(join(CACHE_DIR, "inside-"));
const account = await startSampleAccount();
try {
  const vscodeExecutablePath = await downloadAndUnzipVSCode({
    version: "stable",
    cachePath: join(CACHE_DIR, "desktop"),
  });
  const dirs = [`--user-data-dir=${join(temporary, "data")}`, `--extensions-dir=${join(temporary, "extensions")}`];
  const [cli = "code", ...cliArgs] = resolveCliArgsFromVSCodeExecutablePath(vscodeExecutablePath);
  const asRoot = process.getuid?.() === 0 ? ["--no-sandbox"] : [];
  await run(cli, [...cliArgs, ...dirs, ...asRoot, "--install-extension", await ensureVsix()]);
  await mkdir(join(temporary, "data", "User"), { recursive: true });
  const settings = { "openrouterAdmin.baseUrl": account.baseUrl };
  await writeFile(join(temporary, "data", "User", "settings.json"), JSON.stringify(settings));
  const expected: Expected = { remaining: await trueRemaining(account), key: account.key };
  await runTests({
    vscodeExecutablePath,
    extensionDevelopmentPath: inRepo("test/vscode/extensions/helper"),
    extensionTestsPath: await bundleInside(inside),
    extensionTestsEnv: { OPENROUTER_PROVISIONING_KEY: account.key, [EXPECTED_VARIABLE]: JSON.stringify(expected) },
    launchArgs: [...dirs, ...asRoot, "--disable-workspace-trust"],
  });
} finally {
  await account.close();
  for (const dir of [temporary, inside]) await rm(dir, { recursive: true, force: true });
}
