/** Nothing was sent: the user refused, or a setting does not allow it. A result rather than an error, so not retried. */
export class RefusedError extends Error {
  override name = "RefusedError";
}
