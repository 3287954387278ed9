// The unit tests: pure functions, texts, and the mock's answers. No browser.
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: { include: ["src/**/*.test.ts", "mock/**/*.test.ts"], environment: "node" },
});
