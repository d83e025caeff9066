import type { Credits } from "../schemas.ts";
import { dropFloatNoise } from "../text/figures.ts";

/** Returns the remaining credits, USD: `total_credits` minus `total_usage`. */
export function getRemainingCredits({ total_credits, total_usage }: Credits): number {
  return dropFloatNoise(total_credits - total_usage);
}
