import type { Credits } from "../schemas.ts";
import { trim } from "../text/figures.ts";

/** Credits left, USD: `total_credits` less `total_usage`. */
export function remainingCredits({ total_credits, total_usage }: Credits): number {
  return trim(total_credits - total_usage);
}
