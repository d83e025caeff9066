import assert from "node:assert/strict";
import fc from "fast-check";
import { contrast, mix, type Rgb, shade } from "../../src/webview/color.ts";

const WHITE: Rgb = [255, 255, 255];
const BLACK: Rgb = [0, 0, 0];

describe("colors of the chart", () => {
  it("have the contrast that WCAG defines", () => {
    assert.equal(contrast(WHITE, BLACK), 21);
    assert.equal(contrast(BLACK, BLACK), 1);
    assert.equal(contrast([0x76, 0x76, 0x76], WHITE).toFixed(2), "4.54");
  });

  /** The theme's muted text and background. */
  const themes: Record<string, [muted: Rgb, background: Rgb, hues: Rgb[]]> = {
    "Dark Modern": [
      [0x9d, 0x9d, 0x9d],
      [0x1f, 0x1f, 0x1f],
      [
        [0x59, 0xa4, 0xf9],
        [0xb1, 0x80, 0xd7],
        [0xf1, 0x4c, 0x4c],
      ],
    ],
    "Light Modern": [
      [0x3b, 0x3b, 0x3b],
      WHITE,
      [
        [0xd1, 0x86, 0x16],
        [0xbf, 0x88, 0x03],
        [0x38, 0x8a, 0x34],
      ],
    ],
    "Dark High Contrast": [
      WHITE,
      BLACK,
      [
        [0x65, 0x2d, 0x90],
        [0xf1, 0x4c, 0x4c],
      ],
    ],
    "Light High Contrast": [
      [0x29, 0x29, 0x29],
      WHITE,
      [
        [0xea, 0x5c, 0x00],
        [0x38, 0x8a, 0x34],
      ],
    ],
  };
  for (const [theme, [muted, background, hues]] of Object.entries(themes))
    it(`leave the others fainter than any series in ${theme}, and visible`, () => {
      const others = contrast(shade(muted, background, 1.6), background);
      assert.ok(others >= 1.6 && others < 2, `${others}`);
      for (const hue of hues) assert.ok(contrast(hue, background) > others, `${hue}`);
    });

  it("reach the target, or are the color itself", () => {
    const channel = fc.nat(255);
    const rgb: fc.Arbitrary<Rgb> = fc.tuple(channel, channel, channel);
    fc.assert(
      fc.property(rgb, rgb, fc.double({ min: 1, max: 21, noNaN: true }), (color, background, target) => {
        const shaded = shade(color, background, target);
        // A mix may have more contrast than the color, if one is lighter in one channel and darker in another.
        if (contrast(shaded, background) < target) assert.deepEqual(shaded, color);
        assert.deepEqual(mix(color, background, 1), color);
        assert.deepEqual(mix(color, background, 0), background);
      }),
    );
  });
});
