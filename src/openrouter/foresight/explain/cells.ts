// Usage by model × key. Pure.
import { dropFloatNoise } from "../../text/figures.ts";
import type { UsageCell } from "./model.ts";

/** Adds up usage: a year has half a million cells. A figure is unknown if it is unknown in any cell. */
export class UsageSum {
  // NaN is unknown.
  #cost = 0;
  #requests = 0;
  #prompt = 0;
  #completion = 0;
  #reasoning = 0;
  #cached = 0;
  #surcharges = 0;

  add(cell: UsageCell): void {
    this.#cost += cell.cost;
    this.#requests += cell.requests ?? Number.NaN;
    this.#prompt += cell.prompt_tokens ?? Number.NaN;
    this.#completion += cell.completion_tokens ?? Number.NaN;
    this.#reasoning += cell.reasoning_tokens ?? Number.NaN;
    this.#cached += cell.cached_tokens ?? Number.NaN;
    this.#surcharges += cell.surcharges ?? Number.NaN;
  }

  cellOf({ model, key }: Pick<UsageCell, "model" | "key">): UsageCell {
    const known = (sum: number) => (Number.isNaN(sum) ? undefined : dropFloatNoise(sum));
    return {
      ...{ model, key, cost: dropFloatNoise(this.#cost), requests: known(this.#requests) },
      ...{ prompt_tokens: known(this.#prompt), completion_tokens: known(this.#completion) },
      ...{ reasoning_tokens: known(this.#reasoning), cached_tokens: known(this.#cached) },
      surcharges: known(this.#surcharges),
    };
  }
}
