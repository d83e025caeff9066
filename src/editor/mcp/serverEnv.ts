import { isLoopback } from "../../openrouter/http/origin.ts";
import { unsafeVariables } from "../../openrouter/http/unsafeEnvironment.ts";
import { bypasses, findServerProxy, type NetworkSettings, type ServerProxy } from "./serverProxy.ts";

export interface ServerAccess {
  key: string;
  baseUrl: string;
}

/** The sample account and local test servers must be reached without a proxy. */
const LOOPBACK = ["127.0.0.1", "localhost", "::1", "[::1]"];

export type Env = Record<string, string | null>;

/**
 * Returns the server's environment. `null` removes an inherited variable.
 * @param given undefined if the key must not be in the environment: the server then sends all requests through the
 *   window, which applies its proxy and certificates. It is also left out if only the window can use the proxy
 * @param nodeVersion the version of Node that runs the server
 */
export function serverEnv(
  given: ServerAccess | undefined,
  network: NetworkSettings,
  inherited: NodeJS.ProcessEnv,
  nodeVersion: string = process.versions.node,
): Env {
  const host = given && URL.canParse(given.baseUrl) ? new URL(given.baseUrl).hostname : "";
  const proxy: ServerProxy = isLoopback(host)
    ? { way: "direct" }
    : findServerProxy(host, network, inherited, nodeVersion);
  const access = proxy.way === "window" ? undefined : given;
  return {
    // Removes inherited variables that inject code into the server or turn off the verification of certificates.
    ...Object.fromEntries(unsafeVariables.map((name) => [name, null])),
    ELECTRON_RUN_AS_NODE: "1",
    OPENROUTER_ADMIN_CHANNEL: "1",
    // Inherited values may belong to another account, and must not allow writes.
    OPENROUTER_PROVISIONING_KEY: access?.key ?? null,
    OPENROUTER_BASE_URL: access?.baseUrl ?? null,
    OPENROUTER_ADMIN_ALLOW_WRITE: null,
    // The server gets the setting from the window instead.
    OPENROUTER_ADMIN_TOOLS: null,
    // Node ends at once if it is set and a variable isn't a URL.
    NODE_USE_ENV_PROXY: null,
    ...withoutProxies(inherited),
    ...(access && {
      ...(proxy.way === "proxy" && proxyEnv(proxy.url, host, network, inherited)),
      NODE_USE_SYSTEM_CA: network.systemCertificates === false ? null : "1",
    }),
  };
}

/** Removes inherited proxies, whose addresses may contain a password and may not be those that VS Code uses. */
function withoutProxies(inherited: NodeJS.ProcessEnv): Env {
  const others = Object.keys(inherited).filter((name) => /proxy$/i.test(name) && !/^no_?proxy$/i.test(name));
  return {
    ...Object.fromEntries(others.map((name) => [name, null])),
    ...bothCases("HTTP_PROXY", null),
    ...bothCases("HTTPS_PROXY", null),
    ...bothCases("ALL_PROXY", null),
  };
}

function proxyEnv(url: string, host: string, network: NetworkSettings, inherited: NodeJS.ProcessEnv): Env {
  const entries = [...(network.noProxy ?? []), inherited.NO_PROXY ?? inherited.no_proxy ?? ""];
  // Node reads wildcards in another way than VS Code, and could take one for OpenRouter.
  const others = entries
    .flatMap((entry) => entry.split(/[\s,]+/))
    .filter((entry) => !entry.includes("*") && !bypasses([entry], host));
  return {
    NODE_USE_ENV_PROXY: "1",
    ...bothCases("NO_PROXY", [...new Set([...others, ...LOOPBACK])].filter(Boolean).join(",")),
    ...bothCases("HTTP_PROXY", url),
    ...bothCases("HTTPS_PROXY", url),
  };
}

/** Sets both spellings: Node prefers the lower-case name, so an inherited one would win. */
function bothCases(name: string, value: string | null): Env {
  return { [name]: value, [name.toLowerCase()]: value };
}
