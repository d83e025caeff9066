import assert from "node:assert/strict";
import { cell, fieldLines } from "../../src/mcp/text.ts";

describe("cell: links and HTML", () => {
  /** Markdown links, images and HTML, and how they are broken. */
  const LINKS: [text: string, broken: string][] = [
    ["![a](http://x.example/p.png)", "![a] (http://x.example/p.png)"],
    ["[a](https://x.example)", "[a] (https://x.example)"],
    ["[a]( <https://x.example> 't')", "[a] ( < https://x.example> 't')"],
    ["![](//x.example/p)", "![] (//x.example/p)"],
    ["![](\\\\x.example/p)", "![] (\\\\x.example/p)"],
    ["[a](HTTPS://x.example)", "[a] (HTTPS://x.example)"],
    ["[a](javascript:alert(1))", "[a] (javascript:alert(1))"],
    ["![a](data:image/png;base64,AA)", "![a] (data:image/png;base64,AA)"],
    ["[a](command:workbench.action.reload)", "[a] (command:workbench.action.reload)"],
    ["[a](&#104;ttps&#x3a;//x.example)", "[a] (&#104;ttps&#x3a;//x.example)"],
    ["[a](https\\://x.example)", "[a] (https\\://x.example)"],
    ["[a](https&colon;&sol;&sol;x.example)", "[a] (https&colon;&sol;&sol;x.example)"],
    ["[1]: https://x.example", "[1] : https://x.example"],
    ["[1]:  <https://x.example>", "[1] :  < https://x.example>"],
    ["<https://x.example>", "< https://x.example>"],
    ["<img src=x>", "< img src=x>"],
    ["<IMG/src=x>", "< IMG/src=x>"],
    ["a</a><script>", "a< /a>< script>"],
    ["<!-- hidden -->", "< !-- hidden -->"],
    ["[![a](https://x.example/p)](https://x.example)", "[![a] (https://x.example/p)] (https://x.example)"],
  ];
  /** Patterns of content filters, names and other texts that must stay unchanged. */
  const PLAIN = [
    ...[
      "[a-z](https?|ftp)",
      "[0-9](a:b)",
      "[^\\]](\\/\\/)",
      "(?<name>[a-z]+)",
      "(?<a>x)",
      "(?P<img>x)",
      "a < b > c",
      "<your key>",
    ],
    ...[
      "f(x)[1](2)",
      "[a](b)",
      "[x]: y",
      "https://x.example/a_b",
      "[team] prod",
      "a <b@c.example>",
      "list[0]:int",
      "BL-[0-9]{8}",
    ],
  ];

  for (const [text, broken] of LINKS)
    it(`breaks ${text}`, () => {
      assert.equal(cell(text), broken);
      assert.equal(cell(broken), broken);
      assert.equal(fieldLines({ a: text }), `a: ${broken}`);
    });

  it("leaves other text unchanged", () => {
    for (const text of PLAIN) assert.equal(cell(text), text);
  });

  it("handles long hostile texts quickly", () => {
    for (const part of ["](", "]( ", "<", "](&#", "]:", "[a](http://", "](\\", "\x1b]", "\x1b[", "👩\u200d", "<a"])
      assert.ok(cell(part.repeat(1_000_000)).length < 1_000);
  });
});
