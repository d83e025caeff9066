import assert from "node:assert/strict";
import { ChannelError } from "../../src/channel/connect.ts";
import { UnsafeFolderError } from "../../src/channel/entries.ts";
import { failedLinkOf, LinkError, settingFor } from "../../src/editor/mcp/checkResult.ts";
import {
  ForbiddenError,
  InferenceKeyError,
  IntermediaryError,
  NetworkError,
  OriginError,
  RateLimitError,
  RedirectError,
  SchemaError,
  ServerError,
  TimeoutError,
  UnauthorizedError,
} from "../../src/openrouter/errors.ts";
import type { FailedLink } from "../../src/openrouter/http/failedLink.ts";

const failedLinks: FailedLink[] = [
  ...(["proxyNotFound", "proxyUnreachable", "proxyCredentials", "proxyRefused", "proxyProtocol"] as const),
  ...(["certificateUnknown", "certificateExpired", "certificateHost", "tls"] as const),
  ...(["notFound", "unreachable", "closed"] as const),
];

function connectionError(link: FailedLink): NetworkError {
  const connection = { link, host: "openrouter.ai:443", reason: "", beforeRequest: true };
  return new NetworkError("failed", "", { connection });
}

describe("the failed link of a check", () => {
  const channel = new ChannelError("The VS Code window closed before it responded.", false);
  const table: [link: string, error: Error][] = [
    ["window", new UnsafeFolderError("open", { path: "/home/me/.openrouter-admin", isDirectory: true })],
    ["window", channel],
    ["window", new NetworkError("the window closed", "Open VS Code", { cause: channel })],
    ["window", Object.assign(new Error("ENOSPC"), { code: "ENOSPC", syscall: "write" })],
    ["account", new UnauthorizedError("401", "")],
    ["account", new InferenceKeyError("an inference key", "")],
    ["account", new ForbiddenError("403", "")],
    ["account", new LinkError("account", "no account")],
    ["settings", new OriginError("not OpenRouter", "")],
    ["network", new TimeoutError("30 s", "")],
    ["network", new IntermediaryError("a page", "")],
    ["network", new RedirectError("302", "")],
    ["openrouter", new RateLimitError("429", "")],
    ["openrouter", new ServerError("500", "")],
    ["openrouter", new SchemaError("not as documented", "")],
    ["openrouter", new Error("anything else")],
  ];
  for (const [link, error] of table)
    it(`is ${link} for ${error.name}: ${error.message}`, () => assert.equal(failedLinkOf(error), link));

  it("is network for each failed connection", () => {
    for (const link of failedLinks) assert.equal(failedLinkOf(connectionError(link)), "network", link);
  });
});

describe("the setting that may fix a failed check", () => {
  it("is one of the proxy's where the proxy or the way to OpenRouter fails", () => {
    for (const link of failedLinks.filter((one) => /^proxy(?!Refused)|^notFound|^unreachable/.test(one)))
      assert.equal(settingFor(connectionError(link)), "http.proxy", link);
    assert.equal(settingFor(connectionError("proxyRefused")), "http.noProxy");
    assert.equal(settingFor(new IntermediaryError("a page", "")), "http.proxy");
  });

  it("is never one that turns off the check of certificates", () => {
    for (const link of failedLinks) assert.ok(!/strictSSL/i.test(settingFor(connectionError(link)) ?? ""), link);
    assert.equal(settingFor(connectionError("certificateUnknown")), undefined);
  });

  it("is the base URL where the key may not be sent to it, or what the check itself names", () => {
    assert.equal(settingFor(new OriginError("not OpenRouter", "")), "openrouterAdmin.baseUrl");
    assert.equal(settingFor(new LinkError("settings", "off", { setting: "chat.mcp.access" })), "chat.mcp.access");
    assert.equal(settingFor(new UnauthorizedError("401", "")), undefined);
  });
});
