import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { CACHE_DIR } from "../vscode/host/paths.ts";

const VERSION = "13.1.0";
const [CORE, PRESET] = ["@secretlint/core", "@secretlint/secretlint-rule-preset-recommend"];

interface Source {
  content: string;
  path: string;
  ext: string;
}

/** Its recommended rules know no key of OpenRouter, so it gets the rule that its users would write. */
export const PATTERN_RULE = "pattern";
const pattern = {
  meta: { id: PATTERN_RULE, recommended: false, type: "scanner", supportedContentTypes: ["text"] },
  messages: { found: { en: () => "found" } },
  create: (context: { report(message: object): void; createTranslator(messages: object): (id: string) => string }) => ({
    file({ content }: Source) {
      for (const { index, 0: match } of content.matchAll(/sk-or-v1-[0-9a-f]{64}/g))
        context.report({
          message: context.createTranslator({ found: { en: () => "found" } })("found"),
          range: [index, index + match.length],
        });
    },
  }),
};

/** Loads secretlint, which is installed into a folder of its own when it is needed first; undefined if it can't be. */
export async function loadSecretlint() {
  const folder = join(CACHE_DIR, "secretlint");
  const packages = [CORE, PRESET].map((name) => `${name}@${VERSION}`);
  const install = ["install", "--prefix", folder, "--no-save", "--ignore-scripts", "--silent", ...packages];
  try {
    if (!existsSync(join(folder, "node_modules", CORE!))) execFileSync("npm", install, { stdio: "ignore" });
    const load = (name: string) => import(pathToFileURL(join(folder, "node_modules", name, "module/index.js")).href);
    const [{ lintSource }, { creator }] = [await load(CORE!), await load(PRESET!)];
    const rules = [
      { id: PRESET, rule: creator },
      { id: PATTERN_RULE, rule: pattern },
    ];
    return {
      name: `secretlint ${VERSION} and a pattern`,
      /** Returns the rules that report something in a file. */
      async rulesThatReport({ path, ...source }: Source): Promise<string[]> {
        const input = { ...source, filePath: path, contentType: "text" };
        const { messages } = await lintSource({ source: input, options: { config: { rules } } });
        return messages.map(({ ruleId }: { ruleId: string }) => ruleId);
      },
    };
  } catch {
    return undefined;
  }
}
