// Colors as red, green and blue from 0 to 255. Pure.

export type Rgb = readonly [red: number, green: number, blue: number];

/** Mixes a color into a background; `share` is the color's opacity. */
export function mix(color: Rgb, background: Rgb, share: number): Rgb {
  return color.map((value, i) => Math.round(value * share + background[i]! * (1 - share))) as unknown as Rgb;
}

/** Returns the contrast of two colors, 1 to 21, as WCAG defines it. */
export function contrast(one: Rgb, other: Rgb): number {
  const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light! + 0.05) / (dark! + 0.05);
}

/** Returns the faintest mix of a color with a background that still has this contrast, or the color itself. */
export function shade(color: Rgb, background: Rgb, target: number): Rgb {
  for (let share = 0.05; share < 1; share += 0.05) {
    const mixed = mix(color, background, share);
    if (contrast(mixed, background) >= target) return mixed;
  }
  return color;
}

function luminance(rgb: Rgb): number {
  const [red, green, blue] = rgb.map((value) => {
    const part = value / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!;
}
