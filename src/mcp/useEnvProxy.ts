// Makes Node use the proxy of HTTPS_PROXY, as other programs do. By itself it does so only with NODE_USE_ENV_PROXY=1.
import { existsSync } from "node:fs";

type Env = Record<string, string | undefined>;

/** A base URL on this computer is never reached through a proxy: the key would pass it unencrypted. */
const LOOPBACK = "127.0.0.1,localhost,::1,[::1]";

/**
 * Uses the proxy of the environment for all requests; call it before the first one. Older versions of Node start again, in
 * the same process.
 * @returns a warning if the proxy can't be used
 */
export async function useEnvProxy(env: Env): Promise<string | undefined> {
  const given = env.https_proxy || env.HTTPS_PROXY || env.http_proxy || env.HTTP_PROXY;
  if (!given?.trim() || env.NODE_USE_ENV_PROXY === "1") return undefined;
  const url = proxyUrl(given.trim());
  if (!url)
    return "The proxy in HTTPS_PROXY isn't used: it must be like http://host:port or http://user:password@host:port.";
  const direct = [env.no_proxy || env.NO_PROXY, LOOPBACK].filter(Boolean).join(",");
  const proxies = {
    ...{ http_proxy: url, HTTP_PROXY: url, https_proxy: url, HTTPS_PROXY: url },
    ...{ no_proxy: direct, NO_PROXY: direct },
  };
  // Loaded only if there is a proxy.
  const { setGlobalProxyFromEnv } = (await import("node:http")) as { setGlobalProxyFromEnv?(env: Env): void };
  if (setGlobalProxyFromEnv) {
    setGlobalProxyFromEnv({ ...env, ...proxies });
    return undefined;
  }
  const { execve, execPath, execArgv, argv, allowedNodeEnvironmentFlags } = process;
  const canRestart = execve && process.platform !== "win32" && allowedNodeEnvironmentFlags.has("--use-env-proxy");
  // Without the executable, as after an update, `execve` would end the process.
  if (canRestart && existsSync(execPath))
    execve(execPath, [execPath, ...execArgv, ...argv.slice(1)], {
      ...env,
      ...proxies,
      NODE_USE_ENV_PROXY: "1",
    } as never);
  return "The proxy in HTTPS_PROXY isn't used: set NODE_USE_ENV_PROXY=1, too. This needs Node 22.21 or newer.";
}

/** Returns the proxy's address in a form that Node accepts; undefined if there is none. */
function proxyUrl(given: string): string | undefined {
  const text = given.includes("://") ? given : `http://${given}`;
  if (!URL.canParse(text)) return undefined;
  const { protocol, username, password, host } = new URL(text);
  if (!/^https?:$/.test(protocol) || !canDecode(username) || !canDecode(password)) return undefined;
  const credentials = username || password ? `${username}${password && `:${password}`}@` : "";
  return `${protocol}//${credentials}${host}`;
}

function canDecode(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}
