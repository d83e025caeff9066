import { ChannelError } from "../../channel/connect.ts";
import { UnsafeFolderError } from "../../channel/entries.ts";
import {
  ForbiddenError,
  IntermediaryError,
  NetworkError,
  OpenRouterError,
  OriginError,
  RedirectError,
  ResponseTooLargeError,
  TimeoutError,
  UnauthorizedError,
} from "../../openrouter/errors.ts";

import { settingToCorrect } from "../platform/settingToCorrect.ts";

/** A link between an agent and OpenRouter, in the order in which they are checked. */
export type Link =
  /** VS Code's or our settings. */
  | "settings"
  /** The socket and the entry file of this window. */
  | "window"
  /** The account in use and its key. */
  | "account"
  /** The connection to OpenRouter. */
  | "network"
  /** OpenRouter itself. */
  | "openrouter"
  /** The process of the MCP server. */
  | "server";

/** A check that failed at a link; its message says how to fix it. */
export class LinkError extends Error {
  override name = "LinkError";
  readonly link: Link;
  /** The setting to change. */
  readonly setting?: string;

  constructor(link: Link, message: string, options: { setting?: string; cause?: unknown } = {}) {
    super(message, { cause: options.cause });
    this.link = link;
    this.setting = options.setting;
  }
}

/** Returns the link at which a request failed that went through this window to OpenRouter. */
export function failedLinkOf(error: unknown): Link {
  if (error instanceof LinkError) return error.link;
  if (error instanceof UnsafeFolderError || error instanceof ChannelError) return "window";
  // A connection to the window failed, not one to OpenRouter.
  if (error instanceof Error && error.cause instanceof ChannelError) return "window";
  if (error instanceof OriginError) return "settings";
  if (error instanceof UnauthorizedError || error instanceof ForbiddenError) return "account";
  const network = [NetworkError, TimeoutError, IntermediaryError, RedirectError, ResponseTooLargeError];
  if (network.some((type) => error instanceof type)) return "network";
  return isSystemError(error) ? "window" : "openrouter";
}

/** Returns the setting that may fix a failed request; undefined if none does. */
export function settingFor(error: unknown): string | undefined {
  if (error instanceof LinkError) return error.setting;
  const setting = settingToCorrect(error);
  if (setting) return setting;
  const link = error instanceof OpenRouterError ? error.connection?.link : undefined;
  // A network that can't be reached directly may need a proxy.
  const mayNeedProxy = error instanceof IntermediaryError || link === "notFound" || link === "unreachable";
  return mayNeedProxy ? "http.proxy" : undefined;
}

/** True for an error of the file system, such as a full disk: the window could not write its entry. */
function isSystemError(error: unknown): boolean {
  return error instanceof Error && "syscall" in error;
}

/** The result of checking a link, and those before it. */
export type CheckResult<T> = { works: T } | { fails: string; link: Link; setting?: string };
