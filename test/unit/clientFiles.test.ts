import assert from "node:assert/strict";
import {
  chmodSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { actionsOf, planChange } from "../../src/editor/clients/change.ts";
import { clients, entryOf, type Machine, startsLauncher } from "../../src/editor/clients/clientList.ts";
import { type ClientState, type ReadableState, readClientState } from "../../src/editor/clients/clientState.ts";
import { deleteConfig, FileError, readConfig, writeConfig } from "../../src/editor/clients/configFile.ts";
import { createReceipts } from "../../src/editor/clients/receipts.ts";

const LAUNCHER = "/home/me/.openrouter-admin/bin/openrouter-admin";
const LINUX = { platform: "linux", env: {} } as const;
const clientOf = (id: string) => clients.find((client) => client.id === id)!;

describe("files of other clients", () => {
  let base: string;
  beforeEach(() => {
    base = mkdtempSync(join(tmpdir(), "openrouter-admin-config-"));
  });
  afterEach(() => rmSync(base, { recursive: true, force: true }));

  const paths = (machine: Partial<Machine>) =>
    Object.fromEntries(
      clients.map((client) => [
        client.id,
        client.file({ platform: "linux", home: "/home/me", env: {}, exists: () => false, ...machine }),
      ]),
    );

  it("are where each client reads them", () => {
    assert.deepEqual(paths({}), {
      copilot: "/home/me/.copilot/mcp-config.json",
      claudeCode: "/home/me/.claude.json",
      claudeDesktop: "/home/me/.config/Claude/claude_desktop_config.json",
      codex: "/home/me/.codex/config.toml",
      cursor: "/home/me/.cursor/mcp.json",
      gemini: "/home/me/.gemini/settings.json",
      zed: "/home/me/.config/zed/settings.json",
    });
    const mac = paths({ platform: "darwin", home: "/Users/me" });
    assert.equal(mac.claudeDesktop, "/Users/me/Library/Application Support/Claude/claude_desktop_config.json");
    assert.equal(mac.zed, "/Users/me/.config/zed/settings.json");
    const windows = paths({
      platform: "win32",
      home: "C:\\Users\\me",
      env: { APPDATA: "D:\\Roaming", LOCALAPPDATA: "D:\\Local" },
    });
    assert.equal(windows.claudeCode, "C:\\Users\\me\\.claude.json");
    assert.equal(windows.claudeDesktop, "D:\\Roaming\\Claude\\claude_desktop_config.json");
    assert.equal(windows.zed, "D:\\Roaming\\Zed\\settings.json");
    assert.equal(windows.codex, "C:\\Users\\me\\.codex\\config.toml");
  });

  it("follow the variables of the clients", () => {
    const env = {
      ...{ COPILOT_HOME: "/c", CLAUDE_CONFIG_DIR: "/d", CODEX_HOME: "/x", GEMINI_CLI_HOME: "/g" },
      ...{ XDG_CONFIG_HOME: "/xdg", FLATPAK_XDG_CONFIG_HOME: "/flatpak" },
    };
    assert.deepEqual(paths({ env }), {
      copilot: "/c/mcp-config.json",
      claudeCode: "/d/.claude.json",
      claudeDesktop: "/xdg/Claude/claude_desktop_config.json",
      codex: "/x/config.toml",
      cursor: "/home/me/.cursor/mcp.json",
      gemini: "/g/.gemini/settings.json",
      zed: "/flatpak/zed/settings.json",
    });
    // Clients resolve a relative path against different folders.
    assert.deepEqual(paths({ env: { CODEX_HOME: "x", XDG_CONFIG_HOME: "" } }), paths({}));
    const older = paths({ exists: (path) => path === "/home/me/.claude/.config.json" });
    assert.equal(older.claudeCode, "/home/me/.claude/.config.json");
  });

  it("get an entry without environment that starts the launcher", () => {
    for (const client of clients) {
      const entry = entryOf(client, LAUNCHER, LINUX);
      assert.equal(entry.command, LAUNCHER);
      assert.ok(!("env" in entry));
      assert.ok(startsLauncher(entry));
      const windows = entryOf(client, "C:\\Users\\a b\\.openrouter-admin\\bin\\openrouter-admin.cmd", {
        ...{ platform: "win32" as const, env: { SystemRoot: "D:\\Windows" } },
      });
      // Not a name, which a client could find in its current folder.
      assert.equal(windows.command, "D:\\Windows\\System32\\cmd.exe");
      assert.deepEqual(windows.args, [
        "/d",
        "/c",
        "call",
        "C:\\Users\\a b\\.openrouter-admin\\bin\\openrouter-admin.cmd",
      ]);
      assert.ok(startsLauncher(windows));
    }
    assert.deepEqual(entryOf(clientOf("copilot"), LAUNCHER, LINUX), {
      ...{ type: "local", command: LAUNCHER, args: [], tools: ["*"] },
    });
    for (const other of [undefined, null, 1, "x", { command: "npx", args: ["-y", "openrouter-admin"] }])
      assert.equal(startsLauncher(other), false);
  });

  const stateOf = async (id: string, text?: string) => {
    const file = clientOf(id).file({ platform: "linux", home: base, env: {}, exists: existsSync });
    if (text !== undefined) {
      mkdirSync(join(file, ".."), { recursive: true });
      writeFileSync(file, text);
    }
    return readClientState(clientOf(id), { platform: "linux", home: base, env: {}, exists: existsSync }, LAUNCHER);
  };
  const setupOf = (state: ClientState) => {
    assert.ok("setup" in state, "error" in state ? String(state.error) : "");
    return state;
  };

  it("tell that the client has disabled the server", async () => {
    const codex = `[mcp_servers.openrouter-admin]\ncommand = "${LAUNCHER}"\nenabled = `;
    assert.deepEqual(setupOf(await stateOf("codex", `${codex}false\n`)).setup, { kind: "current", isDisabled: true });
    assert.deepEqual(setupOf(await stateOf("codex", `${codex}true\n`)).setup, { kind: "current" });
    const entry = { command: LAUNCHER, args: [], disabled: true };
    const state = await stateOf("cursor", JSON.stringify({ mcpServers: { "openrouter-admin": entry } }));
    assert.deepEqual(setupOf(state).setup, { kind: "current", isDisabled: true });
  });

  it("tell whether the client is installed and the server is set up", async () => {
    assert.deepEqual(setupOf(await stateOf("cursor")).isFound, false);
    mkdirSync(join(base, ".cursor"));
    assert.deepEqual(setupOf(await stateOf("cursor")).isFound, true);
    const kind = async (text: string) => setupOf(await stateOf("cursor", text)).setup;
    const servers = (entries: object) => JSON.stringify({ mcpServers: entries });
    const own = entryOf(clientOf("cursor"), LAUNCHER, LINUX);
    assert.deepEqual(await kind(""), { kind: "missing" });
    assert.deepEqual(await kind(servers({ a: { command: "a" } })), { kind: "missing" });
    assert.deepEqual(await kind(servers({ "openrouter-admin": own })), { kind: "current" });
    // Users and clients add fields.
    const more = { command: own.command, env: { A: "1" }, trust: true };
    assert.deepEqual(await kind(servers({ "openrouter-admin": more })), { kind: "current" });
    for (const other of [null, { ...own, args: ["x"] }, { ...own, command: "npx" }, { ...own, type: "http" }])
      assert.deepEqual(await kind(servers({ "openrouter-admin": other })), { kind: "different" });
    assert.deepEqual(await kind(servers({ mine: { command: LAUNCHER } })), { kind: "renamed", name: "mine" });
    const codex = `[mcp_servers.openrouter-admin]\ncommand = "${LAUNCHER}"\n`;
    assert.deepEqual(setupOf(await stateOf("codex", codex)).setup, { kind: "current" });
    assert.ok("error" in (await stateOf("codex", "[")));
  });

  it("are removed under the name that they have", async () => {
    const text = JSON.stringify({ mcpServers: { mine: { command: LAUNCHER }, other: { command: "o" } } });
    const state = setupOf(await stateOf("cursor", text)) as ReadableState;
    assert.deepEqual(actionsOf(state), ["remove"]);
    const { after } = planChange(state, "remove", LAUNCHER, { machine: LINUX, receipt: { container: true } });
    assert.equal(after, JSON.stringify({ mcpServers: { other: { command: "o" } } }));
  });

  it("are deleted only if they were created and nothing else came in", async () => {
    const state = setupOf(await stateOf("cursor")) as ReadableState;
    const { after, receipt } = planChange(state, "add", LAUNCHER, { machine: LINUX, receipt: undefined });
    const created = { ...receipt, createdFolders: [join(base, ".cursor")] };
    const options = { machine: LINUX, receipt: created };
    const added = setupOf(await stateOf("cursor", after)) as ReadableState;
    assert.equal(planChange(added, "remove", LAUNCHER, options).after, undefined);
    const more = after!.replace("{", '{\n  "a": 1,');
    const changed = setupOf(await stateOf("cursor", more)) as ReadableState;
    assert.equal(JSON.stringify(JSON.parse(planChange(changed, "remove", LAUNCHER, options).after!)), '{"a":1}');
    await deleteConfig(added.file, created.createdFolders);
    assert.deepEqual(readdirSync(base), []);
  });

  it("keep their mode, their links and their other names", async () => {
    const real = join(base, "real.json");
    writeFileSync(real, "{}", { mode: 0o640 });
    chmodSync(real, 0o640);
    mkdirSync(join(base, "links"));
    symlinkSync("../real.json", join(base, "links", "one.json"));
    symlinkSync("links/one.json", join(base, "two.json"));
    await writeConfig(join(base, "two.json"), "[1]");
    assert.equal(readFileSync(real, "utf8"), "[1]");
    assert.equal(statSync(real).mode & 0o777, 0o640);
    assert.ok(lstatSync(join(base, "two.json")).isSymbolicLink());
    linkSync(real, join(base, "other-name.json"));
    await writeConfig(real, "[2]");
    assert.equal(readFileSync(join(base, "other-name.json"), "utf8"), "[2]");
    // A link to a file that doesn't exist yet.
    symlinkSync("new/config.json", join(base, "dangling.json"));
    assert.equal(await readConfig(join(base, "dangling.json")), undefined);
    await writeConfig(join(base, "dangling.json"), "[3]");
    assert.equal(readFileSync(join(base, "new/config.json"), "utf8"), "[3]");
    assert.equal(statSync(join(base, "new/config.json")).mode & 0o777, 0o600);
    assert.deepEqual(
      readdirSync(base, { recursive: true }).filter((name) => String(name).endsWith(".tmp")),
      [],
    );
  });

  it("are refused with a reason if they can't be used", async () => {
    const problem = (expected: string) => (error: unknown) => error instanceof FileError && error.problem === expected;
    mkdirSync(join(base, "folder"));
    await assert.rejects(readConfig(join(base, "folder")), problem("folder"));
    await assert.rejects(writeConfig(join(base, "folder"), "x"), problem("folder"));
    writeFileSync(join(base, "file"), "x");
    await assert.rejects(readConfig(join(base, "file", "config.json")), problem("notFile"));
    await assert.rejects(writeConfig(join(base, "file", "config.json"), "x"), problem("notFile"));
    writeFileSync(join(base, "utf16"), Buffer.from("\uFEFF{}", "utf16le"));
    await assert.rejects(readConfig(join(base, "utf16")), problem("encoding"));
    chmodSync(join(base, "file"), 0o444);
    await assert.rejects(writeConfig(join(base, "file"), "y"), problem("readOnly"));
    assert.equal(readFileSync(join(base, "file"), "utf8"), "x");
    symlinkSync("loop", join(base, "loop"));
    await assert.rejects(readConfig(join(base, "loop")), problem("other"));
  });

  it("are remembered in a private folder without their content", async () => {
    const receipts = createReceipts(join(base, ".openrouter-admin"));
    assert.equal(await receipts.read("/x/settings.json"), undefined);
    const receipt = {
      container: true as const,
      inner: " ",
      around: { before: "", after: "\n" },
      createdFolders: ["/x"],
    };
    await receipts.write("/x/settings.json", receipt);
    assert.deepEqual(await receipts.read("/x/settings.json"), receipt);
    assert.equal(await receipts.read("/y/settings.json"), undefined);
    const folder = join(base, ".openrouter-admin", "clients");
    const [name] = readdirSync(folder);
    assert.equal(statSync(join(folder, name!)).mode & 0o777, 0o600);
    writeFileSync(join(folder, name!), '{"container":1,"inner":{},"createdFolders":"/"}');
    assert.deepEqual(await receipts.read("/x/settings.json"), {});
    await receipts.remove("/x/settings.json");
    assert.deepEqual(readdirSync(folder), []);
  });
});
