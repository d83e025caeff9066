// Splits the change of a product into the contributions of its factors. Pure.

/**
 * Returns what each factor contributes to the change of their product; no factor may be negative. The contributions add up to
 * the change, don't depend on the order of the factors, flip their signs with the periods, and are 0 for a factor that didn't
 * change.
 *
 * This is the logarithmic mean Divisia index, LMDI-I: the contributions if all factors change at the same time, each at a
 * steady rate (B. W. Ang, "Decomposition analysis for policymaking in energy", 2004). The Shapley value (J. W. Sun, 1998) has
 * the same properties, but answers with contributions of thousands that cancel out where a key used twice at $2 is used
 * 5,000 times at $0.02. What appears or disappears is due to the factors that were 0 or became 0, in equal parts: the limit
 * for factors near 0 (B. W. Ang and N. Liu, "Handling zero values in the LMDI approach", 2007).
 */
export function splitProduct(before: readonly number[], after: readonly number[]): number[] {
  const [from, to] = [productOf(before), productOf(after)];
  if (from > 0 && to > 0) {
    const mean = logarithmicMean(from, to);
    return before.map((factor, i) => (factor === after[i] ? 0 : mean * Math.log(after[i]! / factor)));
  }
  const isZero = before.map((factor, i) => (factor === 0) !== (after[i] === 0));
  const zeros = isZero.filter(Boolean).length;
  return isZero.map((zero) => (zero ? (to - from) / zeros : 0));
}

const productOf = (factors: readonly number[]): number => factors.reduce((product, factor) => product * factor, 1);

/** (b − a) / ln(b / a), which is a if both are equal. */
function logarithmicMean(a: number, b: number): number {
  const growth = (b - a) / a;
  if (growth === 0) return a;
  // Precise for small and for large changes.
  return (b - a) / (Math.abs(growth) < 0.5 ? Math.log1p(growth) : Math.log(b / a));
}
