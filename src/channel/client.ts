// A client for OpenRouter's API that needs no key: a VS Code window sends its requests.
import { NetworkError, type OpenRouterError, UncertainWriteError } from "../openrouter/errors.ts";
import type { Call, Client, Query, RequestOptions } from "../openrouter/http/call.ts";
import { isWrite, parseResponse } from "../openrouter/http/parseResponse.ts";
import { redact } from "../openrouter/text/redact.ts";
import { ChannelError, type WindowConnection } from "./connect.ts";
import { fromFailure } from "./failures.ts";
import type { Caller, ChannelAccount, ChannelAnswer, ChannelRequest } from "./protocol.ts";
import { RefusedError } from "./refusedError.ts";

export interface ChannelClientOptions {
  window: WindowConnection;
  /** The account that all requests are for. */
  account: ChannelAccount;
  caller: Caller;
  /** Finds another window after this one has closed. */
  findOther(): Promise<WindowConnection | undefined>;
}

/**
 * Sends each request through the window. If the window has closed, switches to another one with the same account, unless
 * the request is a write that may already have been sent.
 */
export function createChannelClient({ window, account, caller, findOther }: ChannelClientOptions): Client {
  let current = window;
  let skewMs = 0;

  async function send(call: Call<unknown>, request: ChannelRequest, signal?: AbortSignal): Promise<ChannelAnswer> {
    try {
      return await current.send(request, signal);
    } catch (error) {
      if (signal?.aborted && call.creates)
        throw connectionError(call, new ChannelError("The call was cancelled before the response arrived.", true));
      if (!(error instanceof ChannelError)) throw error;
      const mayHaveBeenSent = error.wasSent && isWrite(call);
      const other = mayHaveBeenSent ? undefined : await findOther();
      const isSame = other?.state.account?.id === account.id && other.state.baseUrl === window.state.baseUrl;
      if (!other || !isSame) throw connectionError(call, error);
      current = other;
      return other.send(request, signal).catch((retryError) => {
        throw retryError instanceof ChannelError ? connectionError(call, retryError) : retryError;
      });
    }
  }

  return {
    baseUrl: window.state.baseUrl ?? "",
    redact: (text) => redact(text),
    now: () => new Date(Date.now() + skewMs),
    async request<T>(call: Call<T>, { signal, fresh }: RequestOptions = {}): Promise<T> {
      const { method, path, body } = call;
      const target = { method, path, query: toJson(call.query), body };
      const request = {
        ...{ ...target, fresh: typeof fresh === "number" || fresh, account: account.id, caller },
        ...(call.cache && { cache: true }),
      };
      const answer = await send(call, request, signal);
      if (answer.kind === "refusal") throw new RefusedError(answer.reason);
      skewMs = Date.parse(answer.now) - Date.now();
      if (answer.kind === "failure") throw fromFailure(answer.failure);
      if (answer.json === undefined && call.whenGone !== undefined) return call.whenGone;
      const text = JSON.stringify(answer.json) ?? "";
      const isOwnKeyIn = () => false; // already checked by the window, which holds the key
      return parseResponse(call, {
        endpoint: `${method} ${path}`,
        status: 200,
        text,
        redact: (message) => redact(message),
        isOwnKeyIn,
      });
    },
  };
}

function toJson(query: Query = {}): ChannelRequest["query"] {
  return JSON.parse(JSON.stringify(query));
}

function connectionError(call: Call<unknown>, error: ChannelError): OpenRouterError {
  const message = `${call.method} ${call.path}: ${error.message}`;
  if (!error.wasSent || !isWrite(call))
    return new NetworkError(message, "Open VS Code, then try again.", { cause: error });
  const effect = call.creates ? `${call.creates} may have been created` : "it may have taken effect";
  const ErrorClass = call.creates ? UncertainWriteError : NetworkError;
  return new ErrorClass(
    `${message} Even so, ${effect}; the request was not sent again.`,
    "Check the current state before you try again.",
    { cause: error },
  );
}
