import type Mocha from "mocha";
import { RESULTS_VARIABLE } from "./contract.ts";

/** Called by VS Code to run the tests in its extension host. @throws Error if a test fails */
export async function run(): Promise<void> {
  const { default: MochaClass } = (await import("mocha")) as { default: typeof Mocha };
  const output = process.env[RESULTS_VARIABLE];
  const mocha = new MochaClass({
    ...{ ui: "bdd", timeout: 60_000 },
    ...(output ? { reporter: "json", reporterOptions: { output } } : { reporter: "spec" }),
  });
  // Defines the globals `describe` and `it`, as Mocha does when it loads a file.
  mocha.suite.emit("pre-require", globalThis, "inside", mocha);
  await import("./mcp.ts");
  const failures = await new Promise<number>((resolve) => mocha.run(resolve));
  if (failures > 0) throw new Error(`${failures} tests failed in the extension host.`);
}
