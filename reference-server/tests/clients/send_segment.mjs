// Ten purchases through Segment's client for Node, unmodified.
import { createRequire } from "node:module";
import process from "node:process";

const [modules, url, key] = process.argv.slice(2);
const { Analytics } = createRequire(`${modules}/`)("@segment/analytics-node");

const failed = [];
const client = new Analytics({ writeKey: key, host: url, path: "/v1/batch" });
client.on("error", (error) => failed.push(error));

client.identify({ userId: "u-3", traits: { email: "cleo@example.com" } });
for (let number = 0; number < 10; number += 1) {
  client.track({
    userId: "u-3",
    event: "Order Completed",
    properties: { order_id: `node-${number}`, value: 9.5, currency: "EUR", gclid: "CjwKCAiA9bq6BhAKEiwAH6bqo" },
  });
}
client.screen({ anonymousId: "a-3", name: "Thanks", properties: null });
await client.closeAndFlush({ timeout: 20000 });
if (failed.length > 0) {
  console.error(failed);
  process.exit(1);
}
