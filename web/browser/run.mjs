/**
 * Run the browser tests against a server: the one at GLOBO_URL, or `globo serve` started here.
 *
 * Pictures of every view are left in test-results/.
 */

import { spawn } from "node:child_process";
import { readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const HERE = dirname(fileURLToPath(import.meta.url));
const ROOT = join(HERE, "..", "..");
const START_MS = 120_000;

/** Start `globo serve` on a free port; resolves with its address and how to end it. */
export async function served() {
  if (process.env.GLOBO_URL) return { url: process.env.GLOBO_URL, end: () => {} };
  const globo = join(ROOT, ".venv", "bin", "globo");
  const server = spawn(globo, ["serve", "--port", "0", "--no-browser"], { cwd: ROOT, stdio: ["ignore", "pipe", "inherit"] });
  const url = await new Promise((done, fail) => {
    const timer = setTimeout(() => fail(new Error("globo serve did not start")), START_MS);
    let said = "";
    server.stdout.on("data", (data) => {
      said += data;
      const found = /globo: (http\S+)/.exec(said);
      if (found) (clearTimeout(timer), done(found[1]));
    });
    server.on("exit", (code) => fail(new Error(`globo serve ended with code ${code}`)));
  });
  return { url, end: () => server.kill("SIGINT") };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { url, end } = await served();
  const files = readdirSync(HERE).filter((f) => f.endsWith(".test.mjs")).map((f) => join(HERE, f));
  const options = ["--test", "--test-concurrency=1", "--test-reporter=spec", "--test-timeout=900000", ...files];
  const tests = spawn(process.execPath, options, { stdio: "inherit", env: { ...process.env, GLOBO_URL: url } });
  tests.on("exit", (code) => {
    end();
    process.exitCode = code ?? 1;
  });
}
