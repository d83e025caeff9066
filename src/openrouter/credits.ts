import { trim } from "./figures.ts";
import type { Credits } from "./schemas.ts";

/** Credits left, USD: `total_credits` less `total_usage`. */
export function remainingCredits({ total_credits, total_usage }: Credits): number {
  return trim(total_credits - total_usage);
}
