import type { Credits } from "../schemas.ts";
import { dropFloatNoise } from "../text/figures.ts";

/** Credits left, USD: `total_credits` less `total_usage`. */
export function getRemainingCredits({ total_credits, total_usage }: Credits): number {
  return dropFloatNoise(total_credits - total_usage);
}
