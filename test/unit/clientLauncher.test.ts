import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  chownSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { type Installation, installLauncher, renewLauncher } from "../../src/editor/clients/launcher.ts";

const repo = fileURLToPath(new URL("../../", import.meta.url));
/** Prints where it is and its arguments, then echoes its input. */
const SERVER = `console.log(JSON.stringify([import.meta.filename, process.argv.slice(2), process.env.OPENROUTER_ADMIN_CHANNEL]));
process.stdin.pipe(process.stdout);`;

describe("launcher of other clients", function () {
  this.timeout(60_000);
  let bundle: string;
  let base: string;
  let home: string;
  before(async function () {
    if (process.platform === "win32") this.skip(); // there is no /bin/sh
    const { outputFiles } = await build({
      ...{
        entryPoints: [join(repo, "src/launcher/main.ts")],
        bundle: true,
        write: false,
        platform: "node",
        format: "esm",
      },
      banner: { js: "// revision 1" },
    });
    bundle = outputFiles[0]!.text;
  });
  beforeEach(() => {
    base = mkdtempSync(join(tmpdir(), "openrouter-admin-launcher-"));
    home = join(base, `Zoë's "own" $HOME; \`x\` (1) %PATH%`);
    mkdirSync(home);
  });
  afterEach(() => rmSync(base, { recursive: true, force: true }));

  /** Installs a version of the extension and returns its window's installation. */
  function extension(version: string, folder = join(home, "my ext's $1"), name = ""): Installation {
    const extensionFolder = join(folder, name || `openrouter-admin.openrouter-admin-${version}`);
    mkdirSync(join(extensionFolder, "dist"), { recursive: true });
    writeFileSync(
      join(extensionFolder, "package.json"),
      JSON.stringify({ type: "module", version: version.split("-")[0] }),
    );
    writeFileSync(join(extensionFolder, "dist/server.js"), SERVER);
    writeFileSync(join(extensionFolder, "dist/launcher.js"), bundle);
    cpSync(join(repo, "media/launcher"), join(extensionFolder, "media/launcher"), { recursive: true });
    const privateFolder = join(home, ".openrouter-admin");
    return { privateFolder, extensionFolder, version, runtime: process.execPath, platform: "linux" };
  }

  async function start(launcher: string, { input = "", path = "/usr/bin:/bin", args = [] as string[] } = {}) {
    const child = spawn(launcher, args, { env: { HOME: home, PATH: path }, cwd: "/" });
    let stdout = "";
    let stderr = "";
    child.stdout.on("data", (chunk) => {
      stdout += chunk;
    });
    child.stderr.on("data", (chunk) => {
      stderr += chunk;
    });
    child.stdin.on("error", () => {}).end(input);
    const [code] = await once(child, "close");
    return { stdout, stderr, code };
  }
  async function startedIn(launcher: string): Promise<string> {
    const { stdout, stderr } = await start(launcher);
    assert.equal(stderr, "");
    return dirname(dirname(JSON.parse(stdout)[0]));
  }
  const remove = ({ extensionFolder }: Installation) => rmSync(extensionFolder, { recursive: true });
  const records = () => join(home, ".openrouter-admin", "installed");

  it("passes arguments, input and output through, and uses the channel", async () => {
    const installation = extension("0.3.0");
    const launcher = await installLauncher(installation);
    const { stdout, code } = await start(launcher, { input: "hé\n", args: ["a b", '$x"'] });
    const [first = "", rest] = stdout.split(/\n([\s\S]*)/);
    assert.deepEqual(JSON.parse(first), [join(installation.extensionFolder, "dist/server.js"), ["a b", '$x"'], "1"]);
    assert.deepEqual([rest, code], ["hé\n", 0]);
  });

  it("becomes the server's process, so that signals reach it", async () => {
    const launcher = await installLauncher(extension("0.3.0"));
    const child = spawn(launcher, { env: { HOME: home, PATH: "/usr/bin:/bin" } });
    await once(child.stdout, "data");
    if (process.platform === "linux") assert.match(readFileSync(`/proc/${child.pid}/cmdline`, "utf8"), /launcher\.mjs/);
    child.kill("SIGTERM");
    const [, signal] = await once(child, "close");
    assert.equal(signal, "SIGTERM");
  });

  it("starts the newest installed version, whichever window recorded itself last", async () => {
    const older = extension("0.9.0");
    const launcher = await installLauncher(older);
    assert.equal(await startedIn(launcher), older.extensionFolder);
    const newer = extension("0.10.0");
    // Installed, its window is not loaded yet.
    assert.equal(await startedIn(launcher), newer.extensionFolder);
    // The editor has deleted the older version.
    remove(older);
    assert.equal(await startedIn(launcher), newer.extensionFolder);
    await renewLauncher(newer);
    assert.equal(await startedIn(launcher), newer.extensionFolder);
    const universal = extension("0.10.1-universal");
    assert.equal(await startedIn(launcher), universal.extensionFolder);
  });

  it("keeps the record of the newer version, until that is gone", async () => {
    const [older, newer] = [extension("0.9.0"), extension("0.10.0")];
    await installLauncher(newer);
    const [file] = readdirSync(records());
    const record = readFileSync(join(records(), file!), "utf8");
    await renewLauncher(older);
    assert.equal(readFileSync(join(records(), file!), "utf8"), record);
    remove(newer);
    await renewLauncher(older);
    assert.match(readFileSync(join(records(), file!), "utf8"), /\n0\.9\.0\n$/);
  });

  it("skips versions that the editor has uninstalled", async () => {
    const [older, newer] = [extension("0.9.0"), extension("0.10.0")];
    const launcher = await installLauncher(newer);
    const obsolete = join(dirname(newer.extensionFolder), ".obsolete");
    writeFileSync(obsolete, JSON.stringify({ "openrouter-admin.openrouter-admin-0.10.0": true }));
    assert.equal(await startedIn(launcher), older.extensionFolder);
    writeFileSync(
      obsolete,
      JSON.stringify({
        "openrouter-admin.openrouter-admin-0.10.0": true,
        "openrouter-admin.openrouter-admin-0.9.0": true,
      }),
    );
    const { stderr, code, stdout } = await start(launcher);
    assert.deepEqual([code, stdout], [1, ""]);
    assert.match(stderr, /^OpenRouter Admin is not installed .*\n$/);
  });

  it("knows the extensions of several editors", async () => {
    const stable = extension("0.3.0");
    const insiders = extension("0.4.0", join(home, "insiders"));
    const launcher = await installLauncher(stable);
    await installLauncher(insiders);
    assert.equal(readdirSync(records()).length, 2);
    assert.equal(await startedIn(launcher), insiders.extensionFolder);
    remove(insiders);
    assert.equal(await startedIn(launcher), stable.extensionFolder);
    remove(stable);
    // An editor whose windows have not been opened since.
    const server = extension("0.2.0", join(home, ".vscode-server/extensions"));
    assert.equal(await startedIn(launcher), server.extensionFolder);
  });

  it("runs an extension that is being developed", async () => {
    const installation = extension("0.3.0", join(home, "projects"), "checkout");
    assert.equal(await startedIn(await installLauncher(installation)), installation.extensionFolder);
  });

  it("runs no script that another user owns, that is a link, or that is beside an extension in development", async () => {
    const launcher = await installLauncher(extension("0.3.0", join(home, "code"), "openrouter-admin"));
    const server = (folder: string) => join(home, folder, "dist/server.js");
    const put = (folder: string) => {
      mkdirSync(join(home, folder, "dist"), { recursive: true });
      writeFileSync(server(folder), SERVER);
    };
    put("code/openrouter-admin.openrouter-admin-99.0.0");
    assert.equal(await startedIn(launcher), join(home, "code/openrouter-admin"));
    const newest = ".vscode/extensions/openrouter-admin.openrouter-admin-98.0.0";
    put(newest);
    assert.equal(await startedIn(launcher), join(home, newest));
    const linked = ".vscode/extensions/openrouter-admin.openrouter-admin-97.0.0";
    rmSync(join(home, newest), { recursive: true });
    symlinkSync(join(home, "code/openrouter-admin"), join(home, linked));
    assert.equal(await startedIn(launcher), join(home, "code/openrouter-admin"));
    if (process.getuid?.() !== 0) return;
    put(newest);
    chownSync(server(newest), 65_534, 65_534);
    assert.equal(await startedIn(launcher), join(home, "code/openrouter-admin"));
  });

  it("uses another runtime if the recorded one is gone", async () => {
    const runtime = join(home, "code's $bin");
    symlinkSync(process.execPath, runtime);
    const installation = { ...extension("0.3.0"), runtime };
    const launcher = await installLauncher(installation);
    assert.equal(await startedIn(launcher), installation.extensionFolder);
    if (process.getuid?.() === 0) {
      // Another user's program is not run, nor is a broken one.
      const [record] = readdirSync(records());
      const file = join(records(), record!);
      const before = readFileSync(file, "utf8");
      const foreign = join(home, "foreign");
      writeFileSync(foreign, "#!/bin/sh\necho foreign\n", { mode: 0o755 });
      chownSync(foreign, 12345, 12345);
      writeFileSync(
        file,
        before.replace(runtime, () => foreign),
      );
      assert.doesNotMatch((await start(launcher)).stdout, /foreign/);
      writeFileSync(file, before);
    }
    renameSync(runtime, `${runtime}.old`);
    const bin = join(home, "bin");
    mkdirSync(bin);
    symlinkSync(process.execPath, join(bin, "node"));
    const { stdout } = await start(launcher, { path: `${bin}:/usr/bin:/bin` });
    assert.equal(JSON.parse(stdout)[0], join(installation.extensionFolder, "dist/server.js"));
    // One that is too old.
    rmSync(join(bin, "node"));
    writeFileSync(join(bin, "node"), "#!/bin/sh\nexit 1\n", { mode: 0o755 });
    // Only the tools of the shell, so that no other runtime is found.
    for (const tool of ["dirname", "ls", "sh", "find", "id"]) symlinkSync(`/usr/bin/${tool}`, join(bin, tool));
    const { stderr, code } = await start(launcher, { path: bin });
    assert.deepEqual([code, stderr.split("\n").length], [1, 2], stderr);
    assert.match(stderr, /^OpenRouter Admin: no runtime was found\. Open VS Code .* or install Node\.js 22/);
  });

  it("is private, contains no secret, and is installed only by the command", async () => {
    await renewLauncher(extension("0.3.0"));
    assert.deepEqual(readdirSync(home), ["my ext's $1"]);
    const launcher = await installLauncher(extension("0.3.0"));
    assert.deepEqual(
      [launcher, dirname(launcher), records()].map((path) => statSync(path).mode & 0o777),
      [0o700, 0o700, 0o700],
    );
    chmodSync(join(home, ".openrouter-admin"), 0o755);
    await assert.rejects(installLauncher(extension("0.3.0")), /open to other users/);
  });

  it("is renewed by a newer revision only", async () => {
    const installation = extension("0.3.0");
    const launcher = await installLauncher(installation);
    const own = readFileSync(launcher, "utf8");
    writeFileSync(launcher, own.replace("# revision 2", "# revision 3"));
    await renewLauncher(installation);
    assert.match(readFileSync(launcher, "utf8"), /^# revision 3$/m);
    writeFileSync(launcher, own.replace("# revision 2", "# revision 0"));
    await renewLauncher(installation);
    assert.equal(readFileSync(launcher, "utf8"), own);
    assert.equal(statSync(launcher).mode & 0o777, 0o700);
  });

  it("is a script with Windows line endings on Windows", async () => {
    const launcher = await installLauncher({ ...extension("0.3.0"), platform: "win32" });
    const text = readFileSync(launcher, "utf8");
    assert.match(launcher, /openrouter-admin\.cmd$/);
    assert.deepEqual(text.match(/(?<!\r)\n/), null);
    assert.match(text, /^@set "NoDefaultCurrentDirectoryInExePath=1"\r\n/);
    assert.doesNotMatch(text, /^chcp|'where/m);
    assert.match(text, /^set "ELECTRON_RUN_AS_NODE=1"\r$/m);
    assert.match(text, /^"%RUNTIME%" "%~dp0launcher\.mjs" %\*\r$/m);
  });
});
