// Finds out which link of the connection to OpenRouter failed: the proxy, a certificate, DNS or the network. Pure.
import { deepestMessage, type ErrorFields, findCause } from "./causes.ts";

/** The link of a connection that failed. */
export type FailedLink =
  /** The proxy's host name is unknown. */
  | "proxyNotFound"
  /** No connection to the proxy. */
  | "proxyUnreachable"
  /** 407: the proxy requires credentials, or rejects those that were sent. */
  | "proxyCredentials"
  /** The proxy doesn't connect to OpenRouter: any other status than 2xx. */
  | "proxyRefused"
  /** The server at the proxy's address isn't an HTTP proxy, or needs another scheme. */
  | "proxyProtocol"
  /** The issuer of the certificate is unknown, or it issued itself. */
  | "certificateUnknown"
  /** The certificate has expired or is not valid yet. */
  | "certificateExpired"
  /** The certificate is for another host. */
  | "certificateHost"
  /** TLS failed for another reason. */
  | "tls"
  /** OpenRouter's host name is unknown. */
  | "notFound"
  /** No connection to OpenRouter. */
  | "unreachable"
  /** The connection was closed before a response arrived. */
  | "closed";

/** A failed link, and the host that it leads to. */
export interface ConnectionFailure {
  link: FailedLink;
  /** `host:port` or host of the proxy, or OpenRouter's; never with credentials. */
  host: string;
  /** The system's error code, or the proxy's status. */
  reason: string;
  /** True if no request can have been sent. */
  beforeRequest: boolean;
}

const UNKNOWN_ISSUER = [
  "SELF_SIGNED_CERT_IN_CHAIN",
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
  "UNABLE_TO_GET_ISSUER_CERT",
  "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
  "CERT_UNTRUSTED",
  "CERT_REJECTED",
  "CERT_REVOKED",
  "INVALID_CA",
  "CERT_SIGNATURE_FAILURE",
  "INVALID_PURPOSE",
  "PATH_LENGTH_EXCEEDED",
];
const NOT_VALID_NOW = ["CERT_HAS_EXPIRED", "CERT_NOT_YET_VALID"];
const NOT_FOUND = ["ENOTFOUND", "EAI_AGAIN", "EAI_FAIL", "EAI_NODATA", "EAI_NONAME"];
const UNREACHABLE = [
  "ECONNREFUSED",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "EHOSTDOWN",
  "ENETDOWN",
  "EADDRNOTAVAIL",
  "EACCES",
  "EPERM",
  "UND_ERR_CONNECT_TIMEOUT",
];
/** Codes of TLS that only occur before a connection is established. */
const HANDSHAKE =
  /^ERR_SSL_(WRONG_VERSION_NUMBER|UNSUPPORTED_PROTOCOL|NO_PROTOCOLS_AVAILABLE|[\w/]+_ALERT_(HANDSHAKE_FAILURE|PROTOCOL_VERSION)|TLSV1_UNRECOGNIZED_NAME)$/;
const CLOSED = ["ECONNRESET", "EPIPE", "ETIMEDOUT", "ECONNABORTED", "UND_ERR_SOCKET", "UND_ERR_CLOSED"];

/**
 * The errors of Chromium's network, which VS Code's `fetch` uses with the setting http.electronFetch. Those of certificates are
 * many; the two named *_CHANGED also end connections that have sent a request, as TIMED_OUT and NETWORK_CHANGED do.
 */
const chromiumErrors: readonly [RegExp, FailedLink][] = [
  [/^NAME_/, "notFound"],
  [
    /^(CONNECTION_(REFUSED|FAILED|TIMED_OUT)|ADDRESS_\w+|INTERNET_DISCONNECTED|UNSAFE_PORT|NETWORK_ACCESS_DENIED|BLOCKED_BY_(CLIENT|ADMINISTRATOR))$/,
    "unreachable",
  ],
  [/^PROXY_CONNECTION/, "proxyUnreachable"],
  [/^TUNNEL_/, "proxyRefused"],
  [/^CERT_DATE_/, "certificateExpired"],
  [/^CERT_(COMMON_NAME|NAME_CONSTRAINT)/, "certificateHost"],
  [/^(PROXY_)?CERT(?!\w*_CHANGED)/, "certificateUnknown"],
  [/^SSL_(PROTOCOL|VERSION)/, "tls"],
  [/^(CONNECTION_(RESET|CLOSED)|EMPTY_RESPONSE)$/, "closed"],
];

/** Those of them that established connections have, too: they lose their route, time out or are closed. */
const CHROMIUM_ANYTIME = /^(ADDRESS_UNREACHABLE|INTERNET|CONNECTION_(TIMED|RESET|CLOSED)|SSL_PROTOCOL|EMPTY)/;

/** Returns the status of a proxy that refused a CONNECT request, as `fetch` reports it: within an error's message. */
function tunnelStatus(error: unknown): string | undefined {
  return /Proxy response \((\d{3})\)/.exec(deepestMessage(error))?.[1];
}

/**
 * Describes a failed connection.
 * @param error what `fetch` threw
 * @param url the URL of the request
 * @returns undefined for an error that isn't about the connection
 */
export function findFailedLink(error: unknown, url: string): ConnectionFailure | undefined {
  const target = new URL(url);
  const targetPort = target.port || (target.protocol === "https:" ? "443" : "80");
  const targetHost = `${target.hostname}:${targetPort}`;
  const failure = (link: FailedLink, reason: string, host = targetHost, beforeRequest = true): ConnectionFailure => ({
    ...{ link, host, reason, beforeRequest },
  });

  const status = tunnelStatus(error);
  if (status !== undefined) return failure(status === "407" ? "proxyCredentials" : "proxyRefused", status);
  // The fetch standard blocks some ports, so nothing is sent.
  if (deepestMessage(error) === "bad port") return failure("unreachable", "blocked port");
  const chromium = /net::ERR_(\w+)/.exec(deepestMessage(error))?.[1] ?? "";
  const chromiumLink = chromiumErrors.find(([pattern]) => pattern.test(chromium))?.[1];
  if (chromiumLink) return failure(chromiumLink, chromium, targetHost, !CHROMIUM_ANYTIME.test(chromium));
  const peer = findPeer(error);
  const isProxy = peer !== undefined && !isTarget(peer, target.hostname, targetPort);
  if (findCause(error, ({ name }) => name === "HTTPParserError"))
    return failure("proxyProtocol", "not HTTP", targetHost, false);
  const code = findCause(
    error,
    (cause) => typeof cause.code === "string" && cause.name !== "SecureProxyConnectionError",
  )?.code;
  if (code === undefined) return undefined;
  if (UNKNOWN_ISSUER.includes(code)) return failure("certificateUnknown", code);
  if (NOT_VALID_NOW.includes(code)) return failure("certificateExpired", code);
  if (code === "ERR_TLS_CERT_ALTNAME_INVALID")
    return failure("certificateHost", code, findCause(error, ({ host }) => host !== undefined)?.host);
  if (/^(ERR_SSL|ERR_TLS|EPROTO)/.test(code)) return failure("tls", code, targetHost, HANDSHAKE.test(code));
  if (code.startsWith("UND_ERR_SOCKS5")) return failure("proxyProtocol", code);
  // Anything that fails in these two system calls fails before a request is sent.
  const failed = findCause(error, (cause) => syscallOf(cause) !== undefined);
  const during = failed && syscallOf(failed);
  if (NOT_FOUND.includes(code) || during === "getaddrinfo")
    return failure(isProxy ? "proxyNotFound" : "notFound", code, isProxy ? hostOf(peer) : target.hostname);
  // An established connection can lose its route, too.
  if ((UNREACHABLE.includes(code) && during !== "read" && during !== "write") || during === "connect")
    return failure(isProxy ? "proxyUnreachable" : "unreachable", code, isProxy ? hostOf(peer) : targetHost);
  if (UNREACHABLE.includes(code)) return failure("closed", code, targetHost, false);
  if (CLOSED.includes(code)) return failure("closed", code, targetHost, isBeforeTls(error));
  return undefined;
}

/** The address that a connection failed at. */
interface Peer {
  host: string;
  /** Undefined if its name was not found. */
  port?: string;
}

const hostOf = ({ host, port }: Peer) => (port ? `${host.includes(":") ? `[${host}]` : host}:${port}` : host);

function findPeer(error: unknown): Peer | undefined {
  const failed = findCause(error, ({ address, hostname, errors }) => Boolean(address ?? hostname ?? errors?.length));
  const { address, port, hostname } = failed?.errors?.[0] ?? failed ?? {};
  const host = address ?? hostname;
  if (host !== undefined) return { host, port: port === undefined ? undefined : String(port) };
  const timeout = findCause(error, ({ code }) => code === "UND_ERR_CONNECT_TIMEOUT")?.message ?? "";
  const [, name, timedOutPort] = /attempted address(?:es)?: \[?([^\s,\]]+?)\]?:(\d+)/.exec(timeout) ?? [];
  return name === undefined ? undefined : { host: name, port: timedOutPort };
}

/** True if a connection to OpenRouter itself failed. A proxy has another port, or another name. */
function isTarget({ host, port }: Peer, targetName: string, targetPort: string): boolean {
  return port === undefined ? host === targetName : port === targetPort;
}

/** The system call that failed, also if it failed at several addresses. */
const syscallOf = ({ syscall, errors }: ErrorFields): string | undefined => syscall ?? errors?.[0]?.syscall;

/** True if the connection was lost before TLS was established, so before the request could be sent. */
function isBeforeTls(error: unknown): boolean {
  return (
    findCause(error, ({ message }) => message.includes("before secure TLS connection was established")) !== undefined
  );
}
