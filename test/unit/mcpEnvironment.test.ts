import assert from "node:assert/strict";
import {
  checkEnvironment,
  type Environment,
  type EnvironmentReport,
  type ReadSetting,
  type WatchedSetting,
  watchedSettings,
} from "../../src/editor/mcp/environment.ts";

type Settings = Partial<Record<WatchedSetting, ReadSetting>>;

const server = { name: "OpenRouter Admin", command: ["/usr/bin/node", "/ext/dist/server.js"] };

/** The defaults of VS Code 1.139. */
const DEFAULTS: Settings = {
  "chat.mcp.access": { value: "all", defaultValue: "all" },
  "chat.agent.enabled": { value: true, defaultValue: true },
  "chat.disableAIFeatures": { value: false, defaultValue: false },
  "chat.mcp.autostart": { value: "newAndOutdated", defaultValue: "newAndOutdated" },
  "chat.mcp.allowedServers": { value: null, defaultValue: null },
  "chat.mcp.deniedServers": { value: null, defaultValue: null },
  "chat.customizations.strictPluginOnlyCustomization": { value: false, defaultValue: false },
};

function check(settings: Settings, place: Partial<Environment> = {}): EnvironmentReport {
  return checkEnvironment({
    settings: { ...DEFAULTS, ...settings },
    remoteName: undefined,
    isWeb: false,
    runsRemotely: false,
    server,
    ...place,
  });
}

const byUser = (setting: WatchedSetting, value: unknown): Settings => ({
  [setting]: { value, defaultValue: DEFAULTS[setting]?.defaultValue },
});

describe("the environment of the MCP server", () => {
  it("is fine with VS Code's defaults", () => {
    const nothing = {
      blockedBy: undefined,
      noChat: undefined,
      autostart: undefined,
      suspect: undefined,
      remote: undefined,
    };
    assert.deepEqual(check({}), nothing);
  });

  const blocking: [WatchedSetting, unknown][] = [
    ["chat.mcp.access", "none"],
    ["chat.agent.enabled", false],
    ["chat.customizations.strictPluginOnlyCustomization", true],
    ["chat.mcp.deniedServers", [{ serverName: "OpenRouter Admin" }]],
    ["chat.mcp.deniedServers", [{ serverCommand: server.command }]],
    ["chat.mcp.allowedServers", []],
    ["chat.mcp.allowedServers", [{ serverName: "Other" }, { serverUrl: "https://example.com" }, null, 7]],
    ["chat.mcp.allowedServers", [{ serverCommand: ["/usr/bin/node"] }]],
  ];
  for (const [setting, value] of blocking)
    it(`is blocked by ${setting} = ${JSON.stringify(value)}, set by the user, the workspace or a policy`, () => {
      assert.deepEqual(check(byUser(setting, value)).blockedBy, { setting, value, setBy: "user" });
      const inWorkspace = { value, defaultValue: DEFAULTS[setting]?.defaultValue, workspaceValue: value };
      assert.equal(check({ [setting]: inWorkspace }).blockedBy?.setBy, "workspace");
      // A policy's value replaces the default.
      const byPolicy = { value, defaultValue: value, workspaceValue: value };
      assert.equal(check({ [setting]: byPolicy }).blockedBy?.setBy, "policy");
    });

  it("is not blocked by lists that allow the server or deny others", () => {
    const allowing: [WatchedSetting, unknown][] = [
      ["chat.mcp.allowedServers", [{ serverName: "Other" }, { serverName: "OpenRouter Admin" }]],
      ["chat.mcp.allowedServers", [{ serverCommand: [...server.command] }]],
      ["chat.mcp.deniedServers", [{ serverName: "openrouter admin" }]],
      ["chat.mcp.deniedServers", [{ serverCommand: [...server.command, "--inspect"] }]],
      ["chat.mcp.deniedServers", "OpenRouter Admin"],
      ["chat.mcp.access", "registry"],
      ["chat.mcp.access", "All"],
    ];
    for (const [setting, value] of allowing) assert.equal(check(byUser(setting, value)).blockedBy, undefined, setting);
  });

  it("names the policy first, which the user can't change", () => {
    const settings: Settings = {
      ...byUser("chat.mcp.access", "none"),
      "chat.agent.enabled": { value: false, defaultValue: false },
    };
    assert.equal(check(settings).blockedBy?.setting, "chat.agent.enabled");
  });

  it("ignores settings that this version of VS Code doesn't know, even if the user's file contains them", () => {
    const off: Record<WatchedSetting, unknown> = {
      "chat.mcp.access": "none",
      "chat.mcp.enabled": false,
      "chat.agent.enabled": false,
      "chat.disableAIFeatures": true,
      "chat.mcp.autostart": "never",
      "chat.mcp.allowedServers": [],
      "chat.mcp.deniedServers": [{ serverName: "OpenRouter Admin" }],
      "chat.customizations.strictPluginOnlyCustomization": true,
    };
    for (const setting of watchedSettings) {
      const report = check({ [setting]: { value: off[setting] } });
      assert.deepEqual(Object.values(report).filter(Boolean), [], setting);
    }
  });

  it("is blocked by chat.mcp.enabled where VS Code knows it (until 1.103)", () => {
    const read = { value: false, defaultValue: true };
    const { blockedBy } = check({ "chat.mcp.enabled": read, "chat.mcp.access": { value: undefined } });
    assert.deepEqual(blockedBy, { setting: "chat.mcp.enabled", value: false, setBy: "user" });
  });

  it("has no chat without AI features, but starts the server", () => {
    const report = check(byUser("chat.disableAIFeatures", true));
    assert.equal(report.blockedBy, undefined);
    assert.deepEqual(report.noChat, { setting: "chat.disableAIFeatures", value: true, setBy: "user" });
  });

  it("needs a manual start with chat.mcp.autostart in its forms, by choice or by an older version's default", () => {
    const found = (value: unknown, defaultValue: unknown) => {
      const { autostart, blockedBy } = check({ "chat.mcp.autostart": { value, defaultValue } });
      assert.equal(blockedBy, undefined);
      return autostart && [autostart.value, autostart.setBy];
    };
    assert.deepEqual(found("never", "newAndOutdated"), ["never", "user"]);
    assert.deepEqual(found("never", "never"), ["never", "default"]);
    assert.deepEqual(found("onlyNew", "newAndOutdated"), ["onlyNew", "user"]);
    assert.deepEqual(found(false, false), [false, "default"]);
    assert.equal(found(true, false), undefined);
    assert.equal(found("newAndOutdated", "never"), undefined);
  });

  it("suspects chat.mcp.access = registry", () => {
    assert.equal(check(byUser("chat.mcp.access", "registry")).suspect?.value, "registry");
  });

  const remotes: [remoteName: string, isWeb: boolean, kind: string][] = [
    ["ssh-remote", false, "ssh"],
    ["wsl", false, "wsl"],
    ["dev-container", false, "container"],
    ["attached-container", false, "container"],
    ["codespaces", false, "codespace"],
    ["codespaces", true, "codespace"],
    ["tunnel", true, "tunnel"],
    ["127.0.0.1:8080", true, "browser"],
    ["constructor", false, "other"],
    ["custom", false, "other"],
  ];
  for (const [remoteName, isWeb, kind] of remotes)
    it(`knows where the server runs: ${remoteName}${isWeb ? " in a browser" : ""}`, () => {
      for (const runsRemotely of [true, false])
        assert.deepEqual(check({}, { remoteName, isWeb, runsRemotely }).remote, {
          kind,
          name: remoteName,
          extensionIs: runsRemotely ? "there" : "here",
        });
    });
});
