// Decides how a server that VS Code starts reaches OpenRouter, so that it takes the way that the window takes. Pure.

/** VS Code's network settings (`http.*`). */
export interface NetworkSettings {
  proxy?: string;
  proxyAuthorization?: string | null;
  proxyKerberosServicePrincipal?: string;
  proxySupport?: string;
  noProxy?: string[];
  systemCertificates?: boolean;
}

/** `window` if only the window can use the proxy, so that the server sends its requests through the window. */
export type ServerProxy = { way: "direct" | "window" } | { way: "proxy"; url: string };

type Inherited = Readonly<Record<string, string | undefined>>;

/**
 * Finds the proxy for a host as VS Code does. A proxy's credentials must not get into environments.
 * @param nodeVersion the version of Node that runs the server
 */
export function findServerProxy(
  host: string,
  settings: NetworkSettings,
  inherited: Inherited,
  nodeVersion: string,
): ServerProxy {
  if (settings.proxySupport === "off" || bypasses(noProxyOf(settings, inherited), host)) return { way: "direct" };
  const { https_proxy, HTTPS_PROXY, http_proxy, HTTP_PROXY } = inherited;
  // VS Code ignores an address without a scheme.
  const url = [settings.proxy, https_proxy || HTTPS_PROXY || http_proxy || HTTP_PROXY]
    .map((address) => address?.trim() ?? "")
    .find((address) => address.includes("://"));
  if (!url) return { way: "direct" };
  const { protocol = "", username, password } = URL.canParse(url) ? new URL(url) : {};
  const needsWindow =
    !["http:", "https:"].includes(protocol) ||
    Boolean(username || password || settings.proxyAuthorization || settings.proxyKerberosServicePrincipal) ||
    !supportsProxies(nodeVersion);
  return needsWindow ? { way: "window" } : { way: "proxy", url };
}

/** Returns the hosts to reach without a proxy: with the setting, VS Code ignores the variables. */
function noProxyOf({ noProxy = [] }: NetworkSettings, { no_proxy, NO_PROXY }: Inherited): string[] {
  return noProxy.length > 0 ? noProxy.map((entry) => entry.trim()) : (no_proxy || NO_PROXY || "").trim().split(",");
}

/**
 * True if a list contains a host or a domain above it, or is for all hosts: only an entry that is exactly `*` is. As in
 * VS Code (`shouldBypassProxy` in @vscode/proxy-agent), other wildcards and ranges of addresses match nothing.
 */
export function bypasses(list: readonly string[], host: string): boolean {
  return list.some((entry) => {
    if (entry === "*") return true;
    const [name = "", port] = entry.trim().toLowerCase().split(":", 2);
    return name !== "" && `.${host}`.endsWith(name.startsWith(".") ? name : `.${name}`) && (!port || port === "443");
  });
}

/** True if this version of Node has NODE_USE_ENV_PROXY: 22.21, or 24 and later. */
function supportsProxies(version: string): boolean {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return major >= 24 || (major === 22 && minor >= 21);
}
