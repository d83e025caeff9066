// Reads the chain of causes of a fetch error, whose own message is only "fetch failed".

/** The fields of Node's and undici's errors. */
export interface ErrorFields extends NodeJS.ErrnoException {
  address?: string;
  port?: number;
  hostname?: string;
  host?: string;
  /** The failed attempts of a connection to a host with several addresses. */
  errors?: ErrorFields[];
}

/** Returns the first error in the chain of causes that matches. */
export function findCause(error: unknown, matches: (cause: ErrorFields) => boolean): ErrorFields | undefined {
  for (let e = error; e instanceof Error; e = e.cause) if (matches(e)) return e;
  return undefined;
}

/** Returns the first error code in the chain of causes, such as ECONNREFUSED. */
export function causeCode(error: unknown): string | undefined {
  return findCause(error, ({ code }) => typeof code === "string")?.code;
}

/** Returns the message of the innermost cause. */
export function deepestMessage(error: unknown): string {
  let deepest = error;
  while (deepest instanceof Error && deepest.cause instanceof Error) deepest = deepest.cause;
  return deepest instanceof Error ? deepest.message : String(deepest);
}
