import { NetworkError } from "../errors.ts";
import type { ConnectionFailure, FailedLink } from "./failedLink.ts";

const PROXY_ADDRESS = "http.proxy in VS Code's settings, or HTTPS_PROXY in the environment";

/** The problem and the next step. `{host}` and `{reason}` are replaced. */
const texts: Readonly<Record<FailedLink, readonly [problem: string, nextStep: string]>> = {
  proxyNotFound: ["the proxy {host} was not found ({reason}).", `Correct the proxy's address: ${PROXY_ADDRESS}.`],
  proxyUnreachable: [
    "no connection to the proxy {host} ({reason}).",
    `Check that the proxy is running, and its address: ${PROXY_ADDRESS}.`,
  ],
  proxyCredentials: [
    "the proxy requires a user name and password ({reason}); nothing was sent to OpenRouter.",
    `Add them to the proxy's address, http://user:password@host:port: ${PROXY_ADDRESS}.`,
  ],
  proxyRefused: [
    "the proxy refused to connect to {host} ({reason}).",
    "Ask its administrator to allow openrouter.ai. If this network doesn't need the proxy, add openrouter.ai to http.noProxy in VS Code's settings, or to NO_PROXY.",
  ],
  proxyProtocol: [
    "the server that responded on the way to {host} isn't an HTTP proxy ({reason}).",
    `If a proxy is set, check its port and whether its address starts with http:// or https://: ${PROXY_ADDRESS}.`,
  ],
  certificateUnknown: [
    "the certificate for {host} is from an issuer that this computer doesn't trust ({reason}); nothing was sent.",
    "If your network inspects connections, install its CA certificate in the system's certificate store, or set NODE_EXTRA_CA_CERTS to its PEM file. Then restart VS Code or the MCP client.",
  ],
  certificateExpired: [
    "the certificate for {host} has expired or isn't valid yet ({reason}); nothing was sent.",
    "Check this computer's clock. If it is right, tell the network's administrator.",
  ],
  certificateHost: [
    "the certificate isn't for {host} ({reason}); nothing was sent.",
    "Something intercepts the connection. Sign in to the network if required, and check the proxy and DNS.",
  ],
  tls: [
    "a secure connection to {host} couldn't be established ({reason}).",
    "Check the proxy's address and whether it starts with http:// or https://, and whether a firewall intercepts connections.",
  ],
  notFound: [
    "{host} was not found ({reason}).",
    `Check the network connection and DNS. If this network needs a proxy, set it: ${PROXY_ADDRESS}.`,
  ],
  unreachable: [
    "no connection to {host} ({reason}).",
    `Check the network connection. If this network needs a proxy, set it: ${PROXY_ADDRESS}.`,
  ],
  closed: [
    "no connection to {host}: it was closed before a response arrived ({reason}).",
    "Try again. If it keeps failing, check the proxy, firewall or VPN.",
  ],
};

/** Creates the error for a failed link of the connection. */
export function connectionError(
  endpoint: string,
  connection: ConnectionFailure,
  redact: (text: string) => string,
): NetworkError {
  const { link, host, reason } = connection;
  const [problem, nextStep] = texts[link];
  const message = problem.replace("{host}", () => host).replace("{reason}", () => reason);
  return new NetworkError(redact(`${endpoint}: ${message}`), nextStep, { connection });
}
