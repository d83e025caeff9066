import * as vscode from "vscode";
import { baseUrlSetting, injectsKey } from "../platform/settings.ts";
import { serverEnv } from "./serverEnv.ts";
import type { NetworkSettings } from "./serverProxy.ts";

/** Returns VS Code's network settings. */
export function networkSettings(): NetworkSettings {
  const http = vscode.workspace.getConfiguration("http");
  return {
    proxy: http.get("proxy"),
    proxyAuthorization: http.get("proxyAuthorization"),
    proxyKerberosServicePrincipal: http.get("proxyKerberosServicePrincipal"),
    proxySupport: http.get("proxySupport"),
    noProxy: http.get("noProxy"),
    systemCertificates: http.get("systemCertificates"),
  };
}

/** True if a server that VS Code starts gets the key: it is allowed to, and can use the proxy by itself. */
export function serverGetsKey(): boolean {
  if (!injectsKey()) return false;
  const env = serverEnv({ key: "key", baseUrl: baseUrlSetting() }, networkSettings(), process.env);
  return env.OPENROUTER_PROVISIONING_KEY !== null;
}
