// Makes Node use the proxy of HTTPS_PROXY, as other programs do. By itself it does so only with NODE_USE_ENV_PROXY=1.
import * as http from "node:http";

type Env = Record<string, string | undefined>;

/**
 * Uses the proxy of the environment for all requests; call it before the first one. Older versions of Node start again, in
 * the same process.
 * @returns a warning if the proxy can't be used
 */
export function useEnvProxy(env: Env): string | undefined {
  const given = env.https_proxy || env.HTTPS_PROXY || env.http_proxy || env.HTTP_PROXY;
  if (!given?.trim() || env.NODE_USE_ENV_PROXY === "1") return undefined;
  const url = given.includes("://") ? given.trim() : `http://${given.trim()}`;
  if (!/^https?:$/.test(URL.canParse(url) ? new URL(url).protocol : ""))
    return "The proxy in HTTPS_PROXY isn't used: it must start with http:// or https://.";
  const { setGlobalProxyFromEnv } = http as { setGlobalProxyFromEnv?(env: Env): void };
  const proxies = { http_proxy: url, HTTP_PROXY: url, https_proxy: url, HTTPS_PROXY: url };
  if (setGlobalProxyFromEnv) {
    setGlobalProxyFromEnv({ ...env, ...proxies });
    return undefined;
  }
  const { execve, execPath, execArgv, argv, allowedNodeEnvironmentFlags } = process;
  if (execve && process.platform !== "win32" && allowedNodeEnvironmentFlags.has("--use-env-proxy"))
    execve(execPath, [execPath, ...execArgv, ...argv.slice(1)], {
      ...env,
      ...proxies,
      NODE_USE_ENV_PROXY: "1",
    } as never);
  return "The proxy in HTTPS_PROXY isn't used: set NODE_USE_ENV_PROXY=1, too. This needs Node 22.21 or newer.";
}
