// Replaces `node:timers/promises` in the web bundle.

export function setTimeout<T>(ms: number, value?: T): Promise<T | undefined> {
  return new Promise((resolve) => void globalThis.setTimeout(() => resolve(value), ms));
}
