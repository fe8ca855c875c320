"""Snap, subscriptions and pay accounts: every operation of them that Midtrans' own Python package has, with what its own
tests want of the answers, against the simulator. Prints one line per step that held. The address is set as in walk.py.
"""

import copy
import json
import os
import pathlib
import re

from midtransclient import CoreApi, Snap
from midtransclient.config import ApiConfig
from midtransclient.error_midtrans import MidtransAPIError

SIMULATOR_URL = os.environ["SIMULATOR_URL"]
ApiConfig.CORE_SANDBOX_BASE_URL = SIMULATOR_URL
ApiConfig.SNAP_SANDBOX_BASE_URL = SIMULATOR_URL + "/snap/v1"
DATA = json.loads((pathlib.Path(__file__).parent.parent / "products.json").read_text())
PAGE, SUBSCRIPTION, ACCOUNT = DATA["snap"], DATA["subscription"], DATA["account"]

KEYS = {"is_production": False, "client_key": os.environ["CLIENT_KEY"]}
SERVER_KEY = os.environ["SERVER_KEY"]
core, snap = CoreApi(server_key=SERVER_KEY, **KEYS), Snap(server_key=SERVER_KEY, **KEYS)


def step(name):
    print(f"step {name}", flush=True)


def equal(found, expected):
    """Says both values when they differ, and also holds where Python leaves `assert` out."""
    if found != expected:
        raise AssertionError(f"{found!r} is not {expected!r}")


def refused(http, part, call, *arguments):
    """A call that the gateway refuses: the package raises with the body, whose text holds this."""
    try:
        answer = call(*arguments)
    except MidtransAPIError as error:
        equal((error.http_status_code, part in error.message), (http, True))
        return error
    raise AssertionError(f"answered {answer}")


def order(page, order_id):
    body = copy.deepcopy(page)
    body["transaction_details"]["order_id"] = f"python-snap{order_id}"
    return body


def is_token(token):
    uuid4 = r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"
    equal(bool(re.fullmatch(uuid4, token)), True)


def is_page(token, url):
    is_token(token)
    equal(bool(re.fullmatch(re.escape(SIMULATOR_URL) + r"/snap/v\d/(vtweb|redirection)/.*" + token, url)), True)


def pages():
    page = order(PAGE["minimum"], "-minimum")
    created = snap.create_transaction(page)
    is_page(created["token"], created["redirect_url"])
    step("snap create")
    is_token(snap.create_transaction_token(order(PAGE["minimum"], "-token")))
    step("snap token")
    url = snap.create_transaction_redirect_url(order(PAGE["minimum"], "-url"))
    is_page(url.split("/")[-1], url)
    step("snap redirect URL")
    for start_time in PAGE["starts"]:
        full = order(PAGE["full"], f"-full-{start_time[:4]}")
        full["expiry"]["start_time"] = start_time
        answer = snap.create_transaction(full)
        is_page(answer["token"], answer["redirect_url"])
    step("snap full request")
    for order_id in PAGE["order_ids"]:
        snap.create_transaction(order(PAGE["full"], order_id))
    step("snap order ids")
    equal(snap.create_transaction(page)["token"] == created["token"], False)
    step("snap same order again")
    headers = {"X-Override-Notification": "https://shop.example/notify"}
    telling = Snap(server_key=SERVER_KEY, custom_headers=headers, **KEYS)
    is_token(telling.create_transaction_token(order(PAGE["minimum"], "-override")))
    step("snap notification URL")
    for nothing in (None, {}):
        error = refused(400, "is required", snap.create_transaction, nothing)
        equal(isinstance(error.api_response_dict["error_messages"], list), True)
    step("snap nothing")
    free = order(PAGE["minimum"], "-free")
    free["transaction_details"]["gross_amount"] = 0
    refused(400, "error_messages", snap.create_transaction, free)
    step("snap amount zero")
    for server_key in ("dummy", ""):
        stranger = Snap(server_key=server_key, **KEYS)
        error = refused(401, "unauthorized", stranger.create_transaction, page)
        equal(error.raw_http_client_data.text, DATA["wrong_key"])
    step("snap wrong key")
    error = refused(200, "exist", snap.transactions.status, page["transaction_details"]["order_id"])
    equal(error.api_response_dict["status_code"], "404")
    step("snap status without a choice")


def plans():
    updated = {"status_message": "Subscription is updated."}
    created = core.create_subscription(SUBSCRIPTION)
    own = created["id"]
    equal((bool(own), created["status"]), (True, "active"))
    for field in ("name", "amount", "currency", "payment_type", "token", "metadata"):
        equal(created[field], SUBSCRIPTION[field])
    equal(created["customer_details"]["email"], SUBSCRIPTION["customer_details"]["email"])
    for other in DATA["subscriptions"]:
        answer = core.create_subscription({**SUBSCRIPTION, **other})
        equal((answer["status"], answer["name"]), ("active", SUBSCRIPTION["name"]))
    step("subscription create")
    refused(400, "Bad request", core.create_subscription, None)
    step("subscription nothing")
    for amount in (0, "0"):
        sentence = "subscription.amount must be between 0.01 - 99999999999.00"
        refused(400, sentence, core.create_subscription, {**SUBSCRIPTION, "amount": amount})
    step("subscription amount zero")
    equal(core.get_subscription(own)["status"], "active")
    step("subscription get")
    equal(core.disable_subscription(own), updated)
    equal(core.get_subscription(own)["status"], "inactive")
    step("subscription disable")
    equal(core.enable_subscription(own), updated)
    equal(core.get_subscription(own)["status"], "active")
    step("subscription enable")
    for change in DATA["changes"]:
        equal(core.update_subscription(own, change), updated)
    found = core.get_subscription(own)
    equal((found["metadata"], found["name"], found["schedule"]["interval"]), ({"plan": "gold"}, "MONTHLY_2020", 2))
    step("subscription update")
    for call in (core.get_subscription, core.disable_subscription, core.enable_subscription):
        refused(404, "Subscription doesn't exist.", call, "dummy")
    for change in (DATA["changes"][0], None):
        refused(404, "Subscription doesn't exist.", core.update_subscription, "dummy", change)
    step("subscription unknown")


def linking(**partner):
    return core.link_payment_account({**ACCOUNT, "gopay_partner": partner})


def accounts():
    linked = core.link_payment_account(ACCOUNT)
    for answer in [linked] + [linking(**partner) for partner in DATA["phones"]]:
        equal((answer["status_code"], answer["account_status"]), ("201", "PENDING"))
        equal((bool(answer["account_id"]), bool(answer["actions"])), (True, True))
    step("account link")
    partner = ACCOUNT["gopay_partner"]
    for phone, words in DATA["refused_phones"].items():
        answer = linking(**{**partner, "phone_number": phone})
        equal((answer["status_code"], answer["channel_response_message"]), ("202", words))
    step("account without a wallet")
    zero = {**ACCOUNT, "gopay_partner": {**partner, "phone_number": "081212345678"}}
    sentence = "gopay_partner.phone_number must be numeric digits and must not begin with 0"
    refused(400, sentence, core.link_payment_account, zero)
    step("account leading zero")
    own = linked["account_id"]
    found = core.get_payment_account(own)
    equal((found["status_code"], found["account_status"], found["account_id"]), ("201", "PENDING", own))
    step("account get")
    error = refused(200, "Account status cannot be updated.", core.unlink_payment_account, own)
    equal(error.api_response_dict["status_code"], "412")
    step("account unlink while pending")
    for call in (core.get_payment_account, core.unlink_payment_account):
        error = refused(200, "Account doesn't exist.", call, "dummy")
        equal(error.api_response_dict["status_code"], "404")
    step("account unknown")


pages()
plans()
accounts()
