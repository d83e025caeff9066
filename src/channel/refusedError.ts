/** Nothing was sent: a person, or a setting, said no. It is a result, and no failure to try again. */
export class RefusedError extends Error {
  override name = "RefusedError";
}
