/** Returns the message of an error that isn't about a request; `errorText` words those. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
