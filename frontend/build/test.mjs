// Runs the tests of the islands' pure parts: bundled as the pages are, then by node's own test runner.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "vite";

const here = fileURLToPath(new URL("../tests/", import.meta.url));
const out = mkdtempSync(join(tmpdir(), "islands-"));
try {
  const input = readdirSync(here).filter((name) => name.endsWith(".test.mjs")).map((name) => resolve(here, name));
  await build({
    configFile: false, logLevel: "warn", root: resolve(here, ".."),
    build: { ssr: true, outDir: out, emptyOutDir: false, minify: false, rollupOptions: { input, output: { entryFileNames: "[name].mjs" } } },
  });
  const files = readdirSync(out).filter((name) => name.endsWith(".test.mjs")).map((name) => join(out, name));
  process.exitCode = spawnSync(process.execPath, ["--test", "--test-reporter=tap", ...files], { stdio: "inherit" }).status ?? 1;
} finally {
  rmSync(out, { recursive: true });
}
