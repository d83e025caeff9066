import assert from "node:assert/strict";
import {
  BadRequestError,
  ForbiddenError,
  IntermediaryError,
  NetworkError,
  NotFoundError,
  type OpenRouterError,
  RateLimitError,
  RedirectError,
  SchemaError,
  ServerError,
  TimeoutError,
  UnauthorizedError,
} from "../../src/openrouter/errors.ts";
import type { ConnectionFailure, FailedLink } from "../../src/openrouter/http/failedLink.ts";
import {
  backoffMs,
  type FailedAttempt,
  isWorthRetrying,
  mayHaveTakenEffect,
  surelyHadNoEffect,
} from "../../src/openrouter/http/retryPolicy.ts";

const failed = (link: FailedLink, beforeRequest = true, reason = ""): ConnectionFailure => ({
  ...{ link, host: "openrouter.ai:443", reason, beforeRequest },
});
const deadline = Date.UTC(2026, 7, 3, 12, 0, 29);
const at = (seconds: number) => new Date(deadline + seconds * 1000);

describe("retry policy", () => {
  it("doubles the delay with each attempt", () => assert.deepEqual([1, 2, 3].map(backoffMs), [300, 600, 1200]));

  const tries: [what: string, failed: FailedAttempt, worthRetrying: boolean, noEffect: boolean][] = [
    ["no response", {}, true, false],
    ["a dropped connection", { connection: failed("closed", false) }, true, false],
    ["a refused connection", { connection: failed("unreachable") }, true, true],
    ["a proxy that is down", { connection: failed("proxyUnreachable") }, true, true],
    ["a proxy that wants credentials", { connection: failed("proxyCredentials", true, "407") }, false, true],
    ["a proxy that refuses the host", { connection: failed("proxyRefused", true, "403") }, false, true],
    ["a proxy that can't reach the host", { connection: failed("proxyRefused", true, "502") }, true, true],
    ["an untrusted certificate", { connection: failed("certificateUnknown") }, false, true],
    ["400", { status: 400, isApiError: true }, false, false],
    ["401", { status: 401, isApiError: true }, false, false],
    ["402", { status: 402, isApiError: true }, false, false],
    ["403", { status: 403, isApiError: true }, false, false],
    ["404", { status: 404, isApiError: true }, false, false],
    ["407 of a proxy", { status: 407 }, false, false],
    ["408", { status: 408, isApiError: true }, true, false],
    ["409", { status: 409, isApiError: true }, false, false],
    ["413", { status: 413, isApiError: true }, false, false],
    ["429", { status: 429, isApiError: true }, true, true],
    ["429 before the deadline", { status: 429, isApiError: true, retryAt: at(-10) }, true, true],
    ["429 at the deadline", { status: 429, isApiError: true, retryAt: at(0) }, true, true],
    ["429 after the deadline", { status: 429, isApiError: true, retryAt: at(0.001) }, false, true],
    ["429 of a gateway", { status: 429 }, true, false],
    ["500", { status: 500, isApiError: true }, true, false],
    ["501", { status: 501, isApiError: true }, false, false],
    ["502", { status: 502, isApiError: true }, true, false],
    ["503", { status: 503, isApiError: true }, true, true],
    ["503 after the deadline", { status: 503, isApiError: true, retryAt: at(60) }, false, true],
    ["503 of a gateway", { status: 503, isApiError: false }, true, false],
    ["504", { status: 504, isApiError: true }, true, false],
    ["505", { status: 505, isApiError: true }, false, false],
    ...[520, 521, 522, 523, 524].map((status): (typeof tries)[number] => [
      `${status} of Cloudflare`,
      { status },
      true,
      false,
    ]),
    ["525", { status: 525 }, false, false],
    ["a redirect", { status: 302 }, false, false],
  ];
  for (const [what, failed, worthRetrying, noEffect] of tries)
    it(`${worthRetrying ? "retries" : "doesn't retry"} ${what}${noEffect ? ", which had no effect" : ""}`, () => {
      assert.equal(isWorthRetrying(failed, deadline), worthRetrying);
      assert.equal(surelyHadNoEffect(failed), noEffect);
    });

  it("retries a connection that timed out only if another attempt can end in time", () => {
    const timedOut = { connection: failed("unreachable", true, "UND_ERR_CONNECT_TIMEOUT") };
    assert.equal(isWorthRetrying(timedOut, deadline, deadline - 11_000), true);
    assert.equal(isWorthRetrying(timedOut, deadline, deadline - 10_999), false);
  });

  type Kind = new (
    message: string,
    nextStep: string,
    details?: { status?: number; connection?: ConnectionFailure },
  ) => OpenRouterError;
  const failures: [kind: Kind, status: number | undefined, connection: ConnectionFailure | undefined, may: boolean][] =
    [
      [NetworkError, undefined, undefined, true],
      [NetworkError, undefined, failed("closed", false), true],
      [NetworkError, undefined, failed("closed"), false],
      [NetworkError, undefined, failed("proxyRefused"), false],
      [TimeoutError, undefined, undefined, true],
      [TimeoutError, 408, undefined, true],
      [ServerError, 500, undefined, true],
      [ServerError, 503, undefined, true],
      [IntermediaryError, 200, undefined, true],
      [IntermediaryError, 404, undefined, true],
      [IntermediaryError, 502, undefined, true],
      [IntermediaryError, 407, failed("proxyCredentials"), false],
      [BadRequestError, 400, undefined, false],
      [UnauthorizedError, 401, undefined, false],
      [ForbiddenError, 403, undefined, false],
      [NotFoundError, 404, undefined, false],
      [RateLimitError, 429, undefined, false],
      [RedirectError, 302, undefined, false],
      [SchemaError, 200, undefined, false],
    ];
  for (const [kind, status, connection, may] of failures)
    it(`a write that failed with ${kind.name} ${status ?? connection?.link ?? "without a response"} ${may ? "may have" : "has not"} taken effect`, () => {
      assert.equal(mayHaveTakenEffect(new kind("", "", { status, connection })), may);
    });
});
