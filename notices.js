// Collects the licenses of bundled packages, since most require their text to be distributed with the code.
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

const INTRODUCTION = `THIRD-PARTY NOTICES

OpenRouter Admin contains code of the packages below, each under its own license.
`;
const RULE = "-".repeat(80);

/**
 * Returns the license texts of all bundled packages, sorted by name and version.
 * @param metafiles esbuild's metafile of each bundle
 */
export async function thirdPartyNotices(metafiles) {
  const packages = new Map();
  for (const folder of bundledFolders(metafiles)) {
    const { name, version, license, author, repository } = JSON.parse(
      await readFile(join(folder, "package.json"), "utf8"),
    );
    const heading = `${name} ${version} (${license})`;
    packages.set(
      heading,
      [RULE, heading, repositoryUrl(repository), "", await licenseText(folder, name, license, author)].join("\n"),
    );
  }
  const sorted = [...packages].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, notice]) => notice);
  return `${[INTRODUCTION, ...sorted].join("\n\n").replace(/\r\n?/g, "\n").trimEnd()}\n`;
}

/** Returns the folders of all packages that esbuild read, even if tree shaking removed their code. */
function bundledFolders(metafiles) {
  const files = metafiles.flatMap(({ inputs }) => Object.keys(inputs));
  const folders = files.map((file) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0]);
  return new Set(folders.filter((folder) => folder !== undefined));
}

function repositoryUrl(repository) {
  const url = typeof repository === "string" ? repository : (repository?.url ?? "");
  return url
    .replace(/^git\+/, "")
    .replace(/^github:/, "https://github.com/")
    .replace(/\.git$/, "");
}

/** Returns the package's license files, or the MIT text if it only names that license. @throws Error without either */
async function licenseText(folder, name, license, author) {
  const files = (await readdir(folder)).filter((file) => /^(licen[cs]e|copying|notice)([.-]|$)/i.test(file)).sort();
  if (files.length > 0)
    return (await Promise.all(files.map((file) => readFile(join(folder, file), "utf8"))))
      .map((text) => text.trim())
      .join("\n\n");
  const holder = author?.name ?? author;
  if (license === "MIT" && holder) return `Copyright (c) ${holder}\n\n${await mitPermission()}`;
  throw new Error(`${name} (${license}) has no license text.`);
}

/** Returns the MIT license text without the copyright line, read from our LICENSE. */
async function mitPermission() {
  const own = await readFile(new URL("LICENSE", import.meta.url), "utf8");
  return own.slice(own.indexOf("Permission is hereby granted")).trim();
}
