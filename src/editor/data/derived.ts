import type { Resource } from "./resource.ts";

/** Returns a function that computes a value from a resource's data, again only if the data has changed. */
export function derived<T, R>(resource: Pick<Resource<T>, "current">, compute: (value: T | undefined) => R): () => R {
  let last: { from: unknown; result: R } | undefined;
  return () => {
    const { current } = resource;
    if (!last || last.from !== current) last = { from: current, result: compute(current?.value) };
    return last.result;
  };
}
