"""Ten purchases through RudderStack's client for Python, unmodified; it compresses what it sends."""

import sys

import rudderstack.analytics as analytics

url, key = sys.argv[1], sys.argv[2]
failed = []
analytics.write_key = key
analytics.dataPlaneUrl = url
analytics.on_error = lambda error, items: failed.append(error)

for number in range(10):
    analytics.track(
        "u-2", "Order Completed", {"order_id": f"rudder-{number}", "revenue": 19.9, "currency": "EUR", "phone": "+4917012345678"}
    )
analytics.identify("u-2", {"email": "ben@example.com"})
analytics.flush()
analytics.shutdown()
sys.exit(f"refused: {failed}" if failed else 0)
