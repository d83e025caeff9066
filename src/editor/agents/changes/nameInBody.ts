/** Returns the name in the body of a create request. Pure. */
export function nameInBody(body: unknown): string {
  const { name } = (body ?? {}) as { name?: unknown };
  return typeof name === "string" ? name : "";
}
