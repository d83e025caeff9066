import type { Locator } from "playwright-core";

/** The parts of the DOM that page functions use; this file is compiled without the DOM types. */
interface PageElement {
  parentElement: PageElement | null;
}
declare function getComputedStyle(
  element: PageElement,
  pseudo?: string,
): { color: string; backgroundColor: string; opacity: string };

/**
 * Returns the contrast of each element's text with its background, as WCAG defines it.
 * @param pseudo measures this pseudo-element's text instead
 */
export function contrastsOf(elements: Locator, pseudo?: string): Promise<number[]> {
  return elements.evaluateAll((found, before) => {
    const channels = (color: string) => (color.match(/[\d.]+/g) ?? []).map(Number);
    const mix = (front: number[], back: number[], alpha: number) =>
      front.slice(0, 3).map((value, i) => value * alpha + (back[i] ?? 0) * (1 - alpha));
    const backgroundOf = (element: PageElement | null): number[] => {
      if (!element) return [255, 255, 255];
      const color = channels(getComputedStyle(element).backgroundColor);
      const alpha = color[3] ?? 1;
      return alpha === 1 ? color : mix(color, backgroundOf(element.parentElement), alpha);
    };
    const opacityOf = (element: PageElement | null): number =>
      element ? Number(getComputedStyle(element).opacity) * opacityOf(element.parentElement) : 1;
    const luminance = (rgb: number[]) => {
      const [r = 0, g = 0, b = 0] = rgb.map((value) => {
        const part = value / 255;
        return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
      });
      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    return (found as unknown as PageElement[]).map((element) => {
      const back = backgroundOf(element);
      const color = channels(getComputedStyle(element, before).color);
      const front = mix(color, back, (color[3] ?? 1) * opacityOf(element));
      const [light = 0, dark = 0] = [luminance(front), luminance(back)].sort((x, y) => y - x);
      return (light + 0.05) / (dark + 0.05);
    });
  }, pseudo);
}
