// `npm run soak`, with the variables CALLS (10,000), SEED (random, printed), LANES (24) and RATE (0.2). A seed repeats the
// random choices, but which request meets which fault also depends on their order.
import { soak } from "./soak.ts";

const setting = (name: string, otherwise: number) => Number(process.env[name] ?? otherwise);
const options = {
  calls: setting("CALLS", 10_000),
  seed: setting("SEED", Math.floor(Math.random() * 2 ** 31)),
  lanes: setting("LANES", 24),
  rate: setting("RATE", 0.2),
};
console.log(`CALLS=${options.calls} SEED=${options.seed} LANES=${options.lanes} RATE=${options.rate}`);
const report = await soak({
  ...options,
  onProgress(done) {
    if (done % 1000 === 0) console.log(`${done} calls`);
  },
});

const { calls, requests, seconds, memory, violations } = report;
console.log(`\n${calls} calls, ${requests} requests, ${seconds.toFixed(0)} s`);
console.log(`Faults: ${[...report.injected].map(([name, count]) => `${name} ${count}`).join(", ")}`);
console.table(Object.fromEntries(report.tools));
const megabytes = memory?.map((value) => value.toFixed(0)).join(", ") ?? "unavailable";
console.log(`VmRSS after each tenth of the calls, MB: ${megabytes}`);
if (report.stderr) console.log(`Stderr: ${report.stderr.slice(0, 2000)}`);
for (const [kind, details] of [...violations].sort(([, a], [, b]) => b.length - a.length))
  console.log(`\n${details.length} × ${kind}\n${details.slice(0, 3).join("\n---\n")}`);
console.log(violations.size ? `\n${violations.size} kinds of violations` : "\nEvery result was true or a clear error.");
process.exitCode = violations.size ? 1 : 0;
