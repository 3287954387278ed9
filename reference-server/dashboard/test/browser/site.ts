// What the browser tests look at: the built dashboard over one mock scenario, or a real server's address.
import { readFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join, normalize } from "node:path";
import { mockHandler } from "../../mock/handler.ts";
import type { Scenario } from "../../mock/world.ts";

export const ROOT = join(import.meta.dirname, "..", "..");
export const REAL = process.env["STRATUM_DASHBOARD_URL"] ?? null;

const TYPES: Record<string, string> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
  ".woff2": "font/woff2",
};

/** The server's own policy: nothing from elsewhere, nothing inline. The tests run under it too. */
const SECURITY_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; " +
  "connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

export type Site = { url: string; close: () => Promise<void> };

export async function serve(scenario: Scenario): Promise<Site> {
  const handle = mockHandler(scenario);
  const server: Server = createServer(async (request, response) => {
    const path = new URL(request.url ?? "/", "http://127.0.0.1").pathname;
    if (path.startsWith("/v1/")) return handle(request, response);
    const file = normalize(join(ROOT, "dist", path === "/" ? "index.html" : path));
    try {
      const bytes = await readFile(file);
      response.writeHead(200, {
        "content-type": TYPES[extname(file)] ?? "text/plain",
        "content-security-policy": SECURITY_POLICY,
      });
      response.end(bytes);
    } catch {
      response.writeHead(404);
      response.end();
    }
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((closed) => {
        server.closeAllConnections();
        server.close(() => closed());
      }),
  };
}
