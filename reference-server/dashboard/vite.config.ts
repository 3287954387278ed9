// How the dashboard is built and served while developing.
// `npm run dev` answers /v1 from the mock; STRATUM_API=http://127.0.0.1:8080 proxies to a real server instead.
import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin } from "vite";
import { mockHandler } from "./mock/handler.ts";
import type { Scenario } from "./mock/world.ts";

const api = process.env["STRATUM_API"];

function mockApi(scenario: Scenario): Plugin {
  const handle = mockHandler(scenario);
  return {
    name: "stratum-mock-api",
    configureServer(server) {
      server.middlewares.use((request, response, next) => {
        if (request.url?.startsWith("/v1/")) void handle(request, response);
        else next();
      });
    },
  };
}

export default defineConfig(({ command }) => ({
  base: "./",
  plugins: [
    react(),
    ...(command === "serve" && !api
      ? [mockApi((process.env["STRATUM_MOCK"] as Scenario | undefined) ?? "demo")]
      : []),
  ],
  server: { host: "127.0.0.1", ...(api ? { proxy: { "/v1": api } } : {}) },
  build: { target: "es2022", assetsInlineLimit: 0, reportCompressedSize: true },
}));
