import * as vscode from "vscode";
import { IntermediaryError, OpenRouterError, TimeoutError } from "../../openrouter/errors.ts";
import type { ConnectionFailure, FailedLink } from "../../openrouter/http/failedLink.ts";

/** The failed link between this computer and an answer of OpenRouter, localized. */
export interface ConnectionProblem {
  link: FailedLink | "page" | "timeout";
  /** What failed, with the host or proxy it failed at. */
  problem: string;
  /** How to fix it: which setting, which variable. */
  cure: string;
}

/** @returns undefined if an error is not about the connection */
export function connectionProblem(error: unknown): ConnectionProblem | undefined {
  const t = vscode.l10n.t;
  if (!(error instanceof OpenRouterError)) return undefined;
  if (error.connection) return linkProblem(error.connection);
  if (error instanceof IntermediaryError)
    return {
      link: "page",
      problem: t("A proxy, a firewall or a sign-in page responded instead of OpenRouter."),
      cure: t("Check the network and the proxy, then try again."),
    };
  if (error instanceof TimeoutError)
    return {
      link: "timeout",
      problem: t("OpenRouter didn't respond in time."),
      cure: t("Try again. If it keeps failing, check the network and the proxy."),
    };
  return undefined;
}

function linkProblem({ link, host, reason }: ConnectionFailure): ConnectionProblem {
  const t = vscode.l10n.t;
  const proxyAddress = t("Check the proxy's address in the setting http.proxy or in the variable HTTPS_PROXY.");
  const restart = t(
    "If your network inspects connections, install its CA certificate in the system's certificate store, or set NODE_EXTRA_CA_CERTS to its PEM file, then restart VS Code.",
  );
  const network = t("Check the network and the base URL. If this network needs a proxy, set http.proxy.");
  const texts: Record<FailedLink, readonly [problem: string, cure: string]> = {
    proxyNotFound: [t("The proxy {0} was not found.", host), proxyAddress],
    proxyUnreachable: [t("The connection to the proxy {0} failed.", host), proxyAddress],
    proxyCredentials: [
      t("The proxy requires a user name and password, or rejects those that are set."),
      t("Add them to the proxy's address in the setting http.proxy: http://user:password@host:port."),
    ],
    proxyRefused: [
      t("The proxy refused to connect to {0} ({1}).", host, reason),
      t(
        "Ask its administrator to allow openrouter.ai. If this network doesn't need the proxy, add openrouter.ai to http.noProxy.",
      ),
    ],
    proxyProtocol: [t("The server that responded on the way to {0} isn't an HTTP proxy.", host), proxyAddress],
    certificateUnknown: [
      t("The certificate for {0} is from an issuer that this computer doesn't trust.", host),
      restart,
    ],
    certificateExpired: [
      t("The certificate for {0} has expired or isn't valid yet.", host),
      t("Check this computer's clock. If it is right, tell the network's administrator."),
    ],
    certificateHost: [
      t("The certificate isn't for {0}: something intercepts the connection.", host),
      t("Sign in to the network if required, and check the proxy and DNS."),
    ],
    tls: [
      t("A secure connection to {0} couldn't be established.", host),
      t(
        "Check whether the proxy's address starts with http:// or https://, and whether a firewall intercepts connections.",
      ),
    ],
    notFound: [t("{0} was not found.", host), network],
    unreachable: [t("The connection to {0} failed.", host), network],
    closed: [
      t("The connection to {0} was closed before OpenRouter responded.", host),
      t("Try again. If it keeps failing, check the proxy, firewall or VPN."),
    ],
  };
  const [problem, cure] = texts[link];
  return { link, problem, cure };
}
