// A client of OpenRouter's API without a key: a window of VS Code carries its requests out.
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
  /** The account that all requests are meant for. */
  account: ChannelAccount;
  caller: Caller;
  /** Another window with the same account, once this one is gone. */
  findOther(): Promise<WindowConnection | undefined>;
}

/** Sends each request through the window, or, where that is gone, reads through another one. */
export function createChannelClient({ window, account, caller, findOther }: ChannelClientOptions): Client {
  let current = window;
  let skewMs = 0;

  async function send(call: Call<unknown>, request: ChannelRequest, signal?: AbortSignal): Promise<ChannelAnswer> {
    try {
      return await current.send(request, signal);
    } catch (error) {
      if (signal?.aborted && call.creates)
        throw connectionError(call, new ChannelError("It was given up before the answer came.", true));
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
      const request = { method, path, query: toJson(call.query), body, fresh, account: account.id, caller };
      const answer = await send(call, request, signal);
      if (answer.kind === "refusal") throw new RefusedError(answer.reason);
      skewMs = Date.parse(answer.now) - Date.now();
      if (answer.kind === "failure") throw fromFailure(answer.failure);
      if (answer.json === undefined && call.whenGone !== undefined) return call.whenGone;
      const text = JSON.stringify(answer.json) ?? "";
      const isOwnKeyIn = () => false; // the window has looked, and holds the key
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
  const words = `${call.method} ${call.path}: ${error.message}`;
  if (!error.wasSent || !isWrite(call))
    return new NetworkError(words, "Open a window of VS Code, then try again.", { cause: error });
  const what = call.creates ? `${call.creates} may have been created` : "it may have taken effect";
  const ErrorClass = call.creates ? UncertainWriteError : NetworkError;
  return new ErrorClass(
    `${words} All the same, ${what}; it was not sent again.`,
    "Look at what there is now before you send it again.",
    {
      cause: error,
    },
  );
}
