"""Ten purchases, half of them from the browser's side too, through Segment's client for Python, unmodified."""

import sys

import segment.analytics as analytics

url, key = sys.argv[1], sys.argv[2]
failed = []
client = analytics.Client(key, host=url, gzip="gzip" in sys.argv, on_error=lambda error, items: failed.append(error))

client.identify("u-1", {"email": "ana@example.com", "firstName": "Ana"})
for number in range(10):
    properties = {"order_id": f"py-{number}", "revenue": 49.9, "currency": "EUR", "email": "ana@example.com", "coupon": None}
    client.track("u-1", "Order Completed", properties)
    if number % 2 == 0:
        client.track("u-1", "Order Completed", properties, context={"channel": "browser", "ip": "203.0.113.7"})
client.page("u-1", "Shop", "Thanks", {"url": "https://shop.example/thanks?fbclid=IwAR2F4dbP0l7Mn1IawQQGCINEz7"})
client.group("u-1", "g-1", {"name": "Northern"})
client.alias("a-1", "u-1")
client.flush()
client.shutdown()
sys.exit(f"refused: {failed}" if failed else 0)
