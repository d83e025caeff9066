/** The name that a body gives to what it creates. Pure. */
export function nameInBody(body: unknown): string {
  const { name } = (body ?? {}) as { name?: unknown };
  return typeof name === "string" ? name : "";
}
