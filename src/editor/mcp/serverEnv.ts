import { unsafeVariables } from "../../openrouter/http/unsafeEnvironment.ts";

/** What the editor's settings say about the network. */
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

/** The sample account and local test servers are never behind a proxy. */
const LOOPBACK = ["127.0.0.1", "localhost", "::1", "[::1]"];

export type Env = Record<string, string | null>;

/**
 * The server's environment. `null` removes what would be inherited.
 * @param access undefined where the key is to be in no environment: all requests of the server then go through the window,
 *   with its proxy and its certificates
 */
export function serverEnv(
  access: ServerAccess | undefined,
  network: NetworkSettings,
  inherited: NodeJS.ProcessEnv,
): Env {
  return {
    // Whatever was set around the editor: nothing is loaded into the server, and certificates are always verified.
    ...Object.fromEntries(unsafeVariables.map((name) => [name, null])),
    ELECTRON_RUN_AS_NODE: "1",
    OPENROUTER_ADMIN_CHANNEL: "1",
    // What was inherited is not the account's, and no leave to write.
    OPENROUTER_PROVISIONING_KEY: access?.key ?? null,
    OPENROUTER_BASE_URL: access?.baseUrl ?? null,
    OPENROUTER_ADMIN_ALLOW_WRITE: null,
    ...(access && {
      ...proxyEnv(network, inherited),
      NODE_USE_SYSTEM_CA: network.systemCertificates === false ? null : "1",
    }),
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
