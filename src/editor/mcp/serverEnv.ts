import { injectingVariables } from "../../openrouter/http/inherited.ts";

/** What the editor's settings say about the network. */
export interface NetworkSettings {
  proxy?: string;
  proxySupport?: string;
  noProxy?: string[];
  systemCertificates?: boolean;
}

export interface ServerAccess {
  /** Undefined where the key is to be in no environment. */
  key: string | undefined;
  baseUrl: string;
}

/** The sample account and local test servers are never behind a proxy. */
const LOOPBACK = ["127.0.0.1", "localhost", "::1", "[::1]"];

type Env = Record<string, string | null>;

/** The server's environment: the account, and the editor's proxy and certificates. `null` removes what would be inherited. */
export function serverEnv(access: ServerAccess, network: NetworkSettings, inherited: NodeJS.ProcessEnv): Env {
  return {
    // Whatever was set around the editor: nothing is loaded into the server, and certificates are always verified.
    ...Object.fromEntries(injectingVariables.map((name) => [name, null])),
    ELECTRON_RUN_AS_NODE: "1",
    OPENROUTER_ADMIN_CHANNEL: "1",
    // One that was inherited is not the account's.
    OPENROUTER_PROVISIONING_KEY: access.key ?? null,
    OPENROUTER_BASE_URL: access.baseUrl,
    OPENROUTER_ADMIN_ALLOW_WRITE: null,
    ...proxyEnv(network, inherited),
    NODE_USE_SYSTEM_CA: network.systemCertificates === false ? null : "1",
  };
}

function proxyEnv(network: NetworkSettings, inherited: NodeJS.ProcessEnv): Env {
  if (network.proxySupport === "off") return { NODE_USE_ENV_PROXY: null };
  const around = (inherited.NO_PROXY ?? inherited.no_proxy ?? "").split(/[\s,]+/);
  const direct = new Set([...(network.noProxy ?? []), ...around, ...LOOPBACK]);
  const proxy = network.proxy?.trim();
  return {
    NODE_USE_ENV_PROXY: "1",
    ...bothCases("NO_PROXY", [...direct].filter(Boolean).join(",")),
    ...(proxy ? { ...bothCases("HTTP_PROXY", proxy), ...bothCases("HTTPS_PROXY", proxy) } : {}),
  };
}

/** Node reads the lower-case name first, so that an inherited one would win. */
function bothCases(name: string, value: string): Env {
  return { [name]: value, [name.toLowerCase()]: value };
}
