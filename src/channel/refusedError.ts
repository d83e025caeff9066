/** Nothing was sent: the user refused, or a setting does not allow it. Tools return this as a result, not an error. */
export class RefusedError extends Error {
  override name = "RefusedError";
}
