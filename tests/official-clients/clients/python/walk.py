"""What a shop does with Midtrans' own Python package, against the simulator. Prints one line per step that held.

The package has no setting for the address, only for sandbox or production. Its two addresses are plain attributes of
a class, so they are set before the first call; nothing of the package is changed on disk. A proxy would not do: the
package's notification helper does not use the proxies it was given.
"""

import hashlib
import json
import os
import re
import threading
import urllib.error
import urllib.parse
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from midtransclient import CoreApi
from midtransclient.config import ApiConfig
from midtransclient.error_midtrans import MidtransAPIError

SERVER_KEY = os.environ["SERVER_KEY"]
FINISH_URL = os.environ["FINISH_URL"]
ApiConfig.CORE_SANDBOX_BASE_URL = os.environ["SIMULATOR_URL"]


def equal(found, expected):
    """Says both values when they differ, and also holds where Python leaves `assert` out."""
    if found != expected:
        raise AssertionError(f"{found!r} is not {expected!r}")


def refused(code, call, *arguments):
    """A call that the gateway refuses: the package raises with the body. Many refusals come under HTTP 200."""
    try:
        answer = call(*arguments)
    except MidtransAPIError as error:
        equal(error.api_response_dict["status_code"], str(code))
        return error
    raise AssertionError(f"answered {answer}")


def order(payment_type, order_id):
    customer = {"first_name": "Siti", "last_name": "Rahayu", "email": "siti@shop.example", "phone": "081234567890"}
    address = {"first_name": "Siti", "last_name": "Rahayu", "address": "Jalan Melati 1", "city": "Jakarta",
               "postal_code": "12190", "phone": "081234567890", "country_code": "IDN"}
    charge = {
        "payment_type": payment_type,
        "transaction_details": {"order_id": order_id, "gross_amount": 150000},
        "item_details": [
            {"id": "kettle", "price": 60000, "quantity": 2, "name": "Kettle"},
            {"id": "sending", "price": 30000, "quantity": 1, "name": "Sending"},
        ],
        "customer_details": {**customer, "billing_address": address, "shipping_address": address},
    }
    if payment_type == "kredivo":
        for item in charge["item_details"]:
            item.update(category="Home", url="https://shop.example")
        charge["seller_details"] = [{"id": "seller-1", "name": "Shop", "email": "shop@shop.example",
                                     "url": "https://shop.example", "address": address}]
        charge["custom_expiry"] = {"expiry_duration": 60, "unit": "minute"}
        charge["custom_field1"] = "from the walk"
        charge["metadata"] = {"cart": "42"}
    return charge


class Webhook:
    """The shop's webhook: it keeps notifications until a test waits for an order's status."""

    def __init__(self):
        came = self.came = []
        changed = self.changed = threading.Condition()

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = json.loads(self.rfile.read(int(self.headers["content-length"])))
                self.send_response(200)
                self.send_header("content-length", "0")
                self.end_headers()
                with changed:
                    came.append(body)
                    changed.notify_all()

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/notify"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def until(self, order_id, status):
        def found():
            return [it for it in self.came if it["order_id"] == order_id and it["transaction_status"] == status]

        with self.changed:
            if not self.changed.wait_for(found, timeout=60):
                raise AssertionError(f"no notification of {order_id} {status}")
            return found()[0]


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


def pay(payment_type, charged):
    form = urllib.parse.urlencode({"choice": "approve"}).encode()
    opener = urllib.request.build_opener(NoRedirect, urllib.request.ProxyHandler({}))
    try:
        with opener.open(charged["redirect_url"], form) as page:
            status, location, text = page.status, "", page.read().decode()
    except urllib.error.HTTPError as redirect:
        status, location, text = redirect.code, redirect.headers["location"], ""
    if payment_type == "kredivo":
        equal(status, 303)
        equal(location.startswith(FINISH_URL), True)
    else:
        equal(status, 200)
        equal(f'action="{FINISH_URL}"' in text, True)


def walk(payment_type, core, webhook):
    transactions = core.transactions
    order_id = f"python-{payment_type}"

    def step(name):
        print(f"step {payment_type} {name}", flush=True)

    charged = core.charge(order(payment_type, order_id))
    equal(charged["status_code"], "201")
    equal(charged["gross_amount"], "150000.00")
    equal(charged["payment_type"], payment_type)
    equal(charged["transaction_status"], "pending")
    equal(bool(re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", charged["transaction_time"])), True)
    step("charge")

    by_order = transactions.status(order_id)
    equal(by_order["transaction_id"], charged["transaction_id"])
    equal(by_order["transaction_status"], "pending")
    step("status by order id")
    equal(transactions.status(charged["transaction_id"]), by_order)
    step("status by transaction id")

    refused(404, transactions.statusb2b, order_id)
    step("status b2b")

    refused(406, core.charge, order(payment_type, order_id))
    step("duplicate order")
    refused(412, transactions.approve, order_id)
    step("approve")
    refused(412, transactions.deny, order_id)
    step("deny")

    pay(payment_type, charged)
    step("pay")

    body = webhook.until(order_id, "settlement")
    signed = body["order_id"] + body["status_code"] + body["gross_amount"] + SERVER_KEY
    equal(body["signature_key"], hashlib.sha512(signed.encode()).hexdigest())
    asked = transactions.notification(body)
    equal(asked["order_id"], order_id)
    equal(asked["transaction_status"], "settlement")
    equal(asked["signature_key"], body["signature_key"])
    step("notification")

    refused(412, transactions.cancel, order_id)
    step("cancel of a paid order")

    part = transactions.refund(order_id, {"refund_key": "first", "amount": 50000, "reason": "One came broken"})
    equal(part["status_code"], "200")
    equal(part["transaction_status"], "partial_refund")
    equal(part["refund_amount"], "50000.00")
    equal(part["refund_key"], "first")
    step("partial refund")
    refused(406, transactions.refund, order_id, {"refund_key": "first", "amount": 50000, "reason": "again"})
    step("repeated refund key")
    refused(414, transactions.refundDirect, order_id, {"refund_key": "much", "amount": 100001, "reason": "too much"})
    step("refund over the amount")
    rest = transactions.refundDirect(order_id, {"refund_key": "rest", "amount": 100000, "reason": "Came back"})
    equal(rest["status_code"], "200")
    equal(rest["transaction_status"], "refund")
    step("direct refund of the rest")

    pay(payment_type, core.charge(order(payment_type, f"{order_id}-full")))
    full = transactions.refund(f"{order_id}-full", {"refund_key": "full", "reason": "Sold out"})
    equal(full["transaction_status"], "refund")
    equal(full["refund_amount"], "150000.00")
    step("full refund")

    core.charge(order(payment_type, f"{order_id}-cancel"))
    cancelled = transactions.cancel(f"{order_id}-cancel")
    equal(cancelled["status_code"], "200")
    equal(cancelled["transaction_status"], "cancel")
    step("cancel")

    core.charge(order(payment_type, f"{order_id}-expire"))
    # 407 means success here, and the package returns it.
    expired = transactions.expire(f"{order_id}-expire")
    equal(expired["status_code"], "407")
    equal(expired["transaction_status"], "expire")
    step("expire")

    wrong = order(payment_type, f"{order_id}-wrong")
    wrong["transaction_details"]["gross_amount"] = 149999
    invalid = refused(400, core.charge, wrong)
    equal(invalid.http_status_code, 400)
    equal(len(invalid.api_response_dict["validation_messages"]), 1)
    step("validation error")

    refused(404, transactions.status, f"{order_id}-missing")
    step("unknown order")
    stranger = CoreApi(is_production=False, server_key="SB-Mid-server-wrong", client_key="")
    equal(refused(401, stranger.transactions.status, order_id).http_status_code, 401)
    step("wrong key")


def main():
    webhook = Webhook()
    headers = {"X-Override-Notification": webhook.url}
    core = CoreApi(is_production=False, server_key=SERVER_KEY, client_key="", custom_headers=headers)
    for payment_type in ("akulaku", "kredivo"):
        walk(payment_type, core, webhook)


main()
