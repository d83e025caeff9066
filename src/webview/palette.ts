// Fills of bars and swatches: the theme's chart colors, with patterns where hue alone can't distinguish them.
import { type Rgb, shade } from "./color.ts";

/** The theme's chart colors, ordered so that neighbors differ as much as possible. */
const HUES = ["blue", "green", "purple", "yellow", "red", "orange"] as const;

/** Patterns drawn in a color; the first is the plain color. */
const PATTERNS = ["plain", "diagonal", "checks", "vertical", "cross", "horizontal", "grid"] as const;
type Pattern = (typeof PATTERNS)[number];

export interface Theme {
  highContrast: boolean;
  foreground: string;
  muted: string;
  background: string;
  grid: string;
  border: string;
  hover: { background: string; foreground: string; border: string };
  font: string;
  hues: string[];
}

export type Fill = string | CanvasPattern;

/** Reads the current theme colors from the page's CSS variables. */
export function readTheme(): Theme {
  const theme = readColors();
  // In high contrast, lines in the color of borders would be louder than the bars.
  return theme.highContrast ? { ...theme, grid: neutral(theme, GRID_CONTRAST) } : theme;
}

function readColors(): Theme {
  const style = getComputedStyle(document.body);
  const color = (name: string, ...others: string[]): string => {
    for (const each of [name, ...others]) {
      const value = style.getPropertyValue(each).trim();
      if (value) return value.includes("light-dark(") ? resolveLightDark(value) : value;
    }
    return style.color;
  };
  return {
    highContrast: document.body.classList.contains("vscode-high-contrast"),
    foreground: color("--vscode-foreground"),
    muted: color("--vscode-descriptionForeground", "--vscode-foreground"),
    background: color("--vscode-editor-background"),
    grid: color("--vscode-widget-border", "--vscode-contrastBorder", "--vscode-charts-lines"),
    border: color("--vscode-contrastBorder", "--vscode-foreground"),
    hover: {
      background: color("--vscode-editorHoverWidget-background", "--vscode-editor-background"),
      foreground: color("--vscode-editorHoverWidget-foreground", "--vscode-foreground"),
      border: color("--vscode-editorHoverWidget-border", "--vscode-foreground"),
    },
    font: color("--vscode-font-family"),
    hues: HUES.map((hue) => opaque(color(`--vscode-charts-${hue}`))),
  };
}

/** Resolves `light-dark(…)`, which chat hosts use; only CSS can tell which color applies. */
function resolveLightDark(color: string): string {
  const probe = document.createElement("span");
  probe.style.color = color;
  document.body.append(probe);
  const value = getComputedStyle(probe).color;
  probe.remove();
  return value;
}

/** Removes the alpha channel: a theme's translucent color would look faint on bars. */
function opaque(color: string): string {
  const pen = document.createElement("canvas").getContext("2d");
  if (!pen) return color;
  pen.fillStyle = color;
  const channels = /^rgba\((\d+), (\d+), (\d+), [\d.]+\)$/.exec(pen.fillStyle);
  return channels ? `rgb(${channels.slice(1, 4).join(", ")})` : pen.fillStyle;
}

/** Returns the color as drawn over a background. */
function rgbOf(color: string, background = "#000"): Rgb {
  const canvas = document.createElement("canvas");
  canvas.width = 1;
  canvas.height = 1;
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  if (!pen) return [128, 128, 128];
  for (const fill of [background, color]) {
    pen.fillStyle = fill;
    pen.fillRect(0, 0, 1, 1);
  }
  const [red, green, blue] = pen.getImageData(0, 0, 1, 1).data;
  return [red!, green!, blue!];
}

const GRID_CONTRAST = 1.5;
/** Contrasts to the background. Below those of the series' colors, so that what has no name of its own stays quiet. */
const OTHER_CONTRAST = 1.6;
const UNATTRIBUTED_CONTRAST = 3;

/** Returns a faint neutral color with a given contrast to the background. */
function neutral({ muted, background }: Theme, contrast: number): string {
  return `rgb(${shade(rgbOf(muted, background), rgbOf(background), contrast).join(", ")})`;
}

/** Returns the fill of a series by its index. In high contrast themes, series also differ by pattern. */
export function seriesFill(theme: Theme, index: number): Fill {
  const hue = theme.hues[index % HUES.length]!;
  const pattern = theme.highContrast ? index % PATTERNS.length : Math.floor(index / HUES.length) % PATTERNS.length;
  return fillOf(theme, hue, PATTERNS[pattern]!);
}

/** Returns the fill of the series "others". */
export function otherFill(theme: Theme): Fill {
  return neutral(theme, OTHER_CONTRAST);
}

/** Returns the fill of unattributed spend. */
export function unattributedFill(theme: Theme): Fill {
  return fillOf(theme, neutral(theme, UNATTRIBUTED_CONTRAST), "diagonal");
}

/** Returns the fill of gaps in the data. */
export function gapFill(theme: Theme): Fill {
  return pattern(theme, theme.muted, "diagonal", 0.25);
}

/** Returns the fill of the cost of a period. */
export function totalFill(theme: Theme): Fill {
  return theme.hues[HUES.indexOf("blue")]!;
}

/** Returns the fill of what adds to a cost. */
export function riseFill(theme: Theme): Fill {
  return theme.hues[HUES.indexOf("red")]!;
}

/** Returns the fill of what reduces a cost: a pattern, since red and green look the same to some people. */
export function fallFill(theme: Theme): Fill {
  return fillOf(theme, theme.hues[HUES.indexOf("green")]!, "diagonal");
}

function fillOf(theme: Theme, hue: string, name: Pattern): Fill {
  return name === "plain" ? hue : pattern(theme, hue, name, 1);
}

function pattern(theme: Theme, hue: string, name: Pattern, opacity: number): Fill {
  const size = 8;
  const tile = document.createElement("canvas");
  tile.width = size;
  tile.height = size;
  const pen = tile.getContext("2d");
  if (!pen) return hue;
  pen.globalAlpha = opacity;
  // Draws the color over the plain background, so that the pattern keeps the color's contrast.
  pen.fillStyle = theme.background;
  if (opacity === 1) pen.fillRect(0, 0, size, size);
  pen.strokeStyle = hue;
  pen.fillStyle = hue;
  pen.lineWidth = 2;
  pen.beginPath();
  if (name === "diagonal" || name === "cross") lines(pen, [-2, 6, 6, -2], [2, 10, 10, 2], [-2, 10, 10, -2]);
  if (name === "cross") lines(pen, [-2, 2, 6, 10], [2, -2, 10, 6], [-2, -2, 10, 10]);
  if (name === "vertical" || name === "grid") lines(pen, [2, 0, 2, size], [6, 0, 6, size]);
  if (name === "horizontal" || name === "grid") lines(pen, [0, 2, size, 2], [0, 6, size, 6]);
  pen.stroke();
  if (name === "checks")
    for (const [x, y] of [
      [2, 2],
      [6, 6],
    ] as const)
      pen.fillRect(x - 2, y - 2, 4, 4);
  return pen.createPattern(tile, "repeat") ?? hue;
}

function lines(pen: CanvasRenderingContext2D, ...all: [x1: number, y1: number, x2: number, y2: number][]): void {
  for (const [x1, y1, x2, y2] of all) {
    pen.moveTo(x1, y1);
    pen.lineTo(x2, y2);
  }
}
