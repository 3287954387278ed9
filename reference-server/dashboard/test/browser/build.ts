// Before the browser tests: build what they look at. A real server brings its own dashboard.
import { execFileSync } from "node:child_process";
import { join } from "node:path";

export default function setup(): void {
  if (process.env["STRATUM_DASHBOARD_URL"]) return;
  const root = join(import.meta.dirname, "..", "..");
  const vite = join(root, "node_modules", "vite", "bin", "vite.js");
  execFileSync(process.execPath, [vite, "build", "--logLevel", "warn"], {
    cwd: root,
    stdio: "inherit",
    env: { ...process.env, NODE_ENV: "production" },
  });
}
