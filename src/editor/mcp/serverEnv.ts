import { unsafeVariables } from "../../openrouter/http/unsafeEnvironment.ts";

/** VS Code's network settings (`http.*`). */
export interface NetworkSettings {
  proxy?: string;
  proxySupport?: string;
  noProxy?: string[];
  systemCertificates?: boolean;
}

export interface ServerAccess {
  key: string;
  baseUrl: string;
}

/** The sample account and local test servers must be reached without a proxy. */
const LOOPBACK = ["127.0.0.1", "localhost", "::1", "[::1]"];

export type Env = Record<string, string | null>;

/**
 * Returns the server's environment. `null` removes an inherited variable.
 * @param access undefined if the key must not be in the environment: the server then sends all requests through the
 *   window, which applies its proxy and certificates
 */
export function serverEnv(
  access: ServerAccess | undefined,
  network: NetworkSettings,
  inherited: NodeJS.ProcessEnv,
): Env {
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
    ...(access && {
      ...proxyEnv(network, inherited),
      NODE_USE_SYSTEM_CA: network.systemCertificates === false ? null : "1",
    }),
  };
}

function proxyEnv(network: NetworkSettings, inherited: NodeJS.ProcessEnv): Env {
  if (network.proxySupport === "off") return { NODE_USE_ENV_PROXY: null };
  const inheritedNoProxy = (inherited.NO_PROXY ?? inherited.no_proxy ?? "").split(/[\s,]+/);
  const direct = new Set([...(network.noProxy ?? []), ...inheritedNoProxy, ...LOOPBACK]);
  const proxy = network.proxy?.trim();
  return {
    NODE_USE_ENV_PROXY: "1",
    ...bothCases("NO_PROXY", [...direct].filter(Boolean).join(",")),
    ...(proxy ? { ...bothCases("HTTP_PROXY", proxy), ...bothCases("HTTPS_PROXY", proxy) } : {}),
  };
}

/** Sets both spellings: Node prefers the lower-case name, so an inherited one would win. */
function bothCases(name: string, value: string): Env {
  return { [name]: value, [name.toLowerCase()]: value };
}
