// Series of daily spend as accounts have them, made by seeds.
import { seededRandom } from "../../src/openrouter/foresight/forecast/random.ts";

interface Dice {
  uniform(): number;
  /** Standard normal. */
  normal(): number;
  /** A factor around 1, whose logarithm has this deviation. */
  factor(deviation: number): number;
  between(low: number, high: number): number;
}

function dice(seed: string): Dice {
  const uniform = seededRandom(seed);
  const normal = () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
  return {
    uniform,
    normal,
    factor: (deviation) => Math.exp(deviation * normal()),
    between: (low, high) => low + (high - low) * uniform(),
  };
}

/** Spend of each weekday in proportion to the average. */
const officeWeek = [1.35, 1.4, 1.3, 1.25, 1.1, 0.35, 0.25];
const office = (day: number) => officeWeek[day % 7]!;
const series = (days: number, usd: (day: number) => number) => Array.from({ length: days }, (_, day) => usd(day));

export const kinds = {
  flat: (days, { factor }) => series(days, () => 40 * factor(0.2)),
  weekly: (days, { factor }) => series(days, (day) => 40 * office(day) * factor(0.25)),
  growing: (days, { factor, between }) => {
    const rate = between(0.004, 0.01);
    return series(days, (day) => 5 * Math.exp(rate * day) * office(day) * factor(0.25));
  },
  /** Agents run for some days, then nobody starts them. */
  bursty: (days, { factor, uniform }) => {
    let bursts = false;
    return series(days, () => {
      bursts = bursts ? uniform() < 0.75 : uniform() < 0.12;
      return (bursts ? 60 : 8) * factor(0.4);
    });
  },
  /** A third of the days have spend. */
  sparse: (days, { factor, uniform }) => series(days, () => (uniform() < 0.35 ? 12 * factor(0.7) : 0)),
  levelShift: (days, { factor, between, uniform }) => {
    const at = Math.floor(between(0.2, 0.8) * days);
    const ratio = uniform() < 0.5 ? between(2, 4) : between(0.25, 0.5);
    return series(days, (day) => 40 * (day < at ? 1 : ratio) * office(day) * factor(0.25));
  },
  /** One day in 30 costs many times the usual. */
  spike: (days, { factor, uniform, between }) =>
    series(days, (day) => 30 * office(day) * factor(0.25) * (uniform() < 1 / 30 ? between(5, 15) : 1)),
  /** Ten quiet days, twice a year. */
  holiday: (days, { factor, between }) => {
    const first = Math.floor(between(0, 182));
    const quiet = (day: number) => (day + 182 - first) % 182 < 10;
    return series(days, (day) => 40 * office(day) * factor(0.25) * (quiet(day) ? 0.15 : 1));
  },
  /** Whole weeks without any spend. */
  zeroWeeks: (days, { factor, uniform }) => {
    let idle = false;
    return series(days, (day) => {
      if (day % 7 === 0) idle = uniform() < 0.2;
      return idle ? 0 : 40 * office(day) * factor(0.25);
    });
  },
} satisfies Record<string, (days: number, dice: Dice) => number[]>;

export type Kind = keyof typeof kinds;

export function spendSeries(kind: Kind, days: number, seed: number): number[] {
  return kinds[kind](days, dice(`${kind} ${seed}`));
}
