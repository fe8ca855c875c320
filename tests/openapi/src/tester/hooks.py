"""What the tester has to know about the gateway that no schema can say."""

import itertools

import requests
import schemathesis

# A body can fit the schema and break one of these rules all the same.
BEYOND_SCHEMAS = (
    "transaction_details.gross_amount must be equal to token request gross_amount",
    "item_details.id must be unique",
    "custom_expiry is below minimum threshold",
    "custom_expiry is above maximum threshold",
    # The schema has the form of a time; 2026-02-31 has it too.
    "custom_expiry.order_time format is invalid",
)

orders = itertools.count(1)
customers = itertools.count(1)


@schemathesis.hook
def before_call(ctx, case, kwargs):
    """Makes calls that would only say again what is known into such that say more."""
    name = case.operation.definition.raw["operationId"]
    key = case.headers.get("Idempotency-Key")
    if key and name != "charge":
        # All operations have one space of keys, as at the gateway: a charge's key would bring the charge's answer here.
        case.headers["Idempotency-Key"] = f"{name}-{key}"[:46]
    if is_right(case):
        case.body = without_floats(case.body)
    if name == "charge" and case.meta.phase.name.value == "stateful":
        # What follows here is about the transaction, so there has to be one: no order id comes twice.
        case.body["transaction_details"]["order_id"] = f"order-{next(orders)}"
        # Its prices have to add up, too, and what was drawn hardly ever does.
        # A method that is paid at a bank or a counter needs none.
        if case.body.get("item_details"):
            item = case.body["item_details"][0]
            item["price"], item["quantity"] = case.body["transaction_details"]["gross_amount"], 1
            case.body["item_details"] = [item]


@schemathesis.hook
def after_call(ctx, case, response):
    """Plays the customer, who pays every second time: without payments there are no refunds."""
    if case.operation.definition.raw["operationId"] == "charge" and response.status_code == 200:
        url = response.json().get("redirect_url")
        if url and next(customers) % 2 == 0:
            requests.post(url, data={"choice": "approve"}, allow_redirects=False, timeout=10)


def is_right(case):
    return case.meta is not None and case.meta.generation.mode.is_positive


def without_floats(value):
    """To a schema 1.0 is an integer, and to the gateway it is none."""
    if isinstance(value, dict):
        return {name: without_floats(member) for name, member in value.items()}
    if isinstance(value, list):
        return [without_floats(member) for member in value]
    return int(value) if isinstance(value, float) and value.is_integer() and abs(value) < 2**53 else value


@schemathesis.check
def right_data_is_understood(ctx, response, case):
    """A body that fits the schema is read, and what is said against it is beyond schemas."""
    if not is_right(case) or response.status_code not in (200, 400):
        return
    if case.operation.definition.raw["operationId"] in ("cardToken", "registerCard"):
        # No schema can say that a card has a right check digit and has not expired.
        return
    answer = response.json()
    assert answer.get("status_code") != "413", "a body that fits the schema is not understood"
    for message in answer.get("validation_messages", []):
        assert message in BEYOND_SCHEMAS, f"a body that fits the schema is refused: {message}"
