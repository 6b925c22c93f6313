"""An order as sent. One line item is one unit; money is text; personal data is masked."""

from __future__ import annotations

from typing import Any

from sandbox.state import Sandbox
from sandbox.tiktok_shop.order_life import HOLD, last_change, order_id, status
from sandbox.world import brand, shop_plan
from sandbox.world.draws import uniform
from sandbox.world.shop_orders import NORMAL, REPLACEMENT, SAMPLE, ShopOrders, buyer

_FIRST = ("Camille", "Inès", "Louis", "Manon", "Hugo", "Léa", "Nathan", "Chloé")
_LAST = ("Martin", "Bernard", "Petit", "Durand", "Leroy", "Moreau", "Simon", "Laurent")
_TOWNS = (("Nantes", "44000", "Pays de la Loire"), ("Lyon", "69003", "Auvergne-Rhône-Alpes"),
          ("Paris", "75011", "Île-de-France"), ("Lille", "59000", "Hauts-de-France"))  # fmt: skip
_MESSAGES = ("", "", "", "Merci d'ajouter un petit mot pour ma sœur Julie")
_ZERO = (
    "payment_platform_discount", "shipping_fee_seller_discount", "shipping_fee_platform_discount",
    "shipping_fee_cofunded_discount", "tax", "product_tax", "shipping_fee_tax",
    "buyer_service_fee", "handling_fee", "small_order_fee", "retail_delivery_fee",
    "item_insurance_fee", "shipping_insurance_fee",
)  # fmt: skip


def euros(cents: int) -> str:
    """`"12.00"`."""
    return f"{cents / 100:.2f}"


def order_node(box: Sandbox, day: int, row: int) -> dict[str, Any]:
    """The record of an order as of now; steps not reached are absent."""
    orders, now = box.world.shop_orders(day), box.clock.epoch
    person = buyer(orders, row)
    cancelled = 0 < orders.cancelled[row] <= now
    draw = float(uniform(orders.key[row : row + 1], "details")[0])
    kind = int(orders.kind[row])
    base, of = orders.replaces[row]
    node: dict[str, Any] = {
        "id": order_id(day, row, orders),
        "user_id": str(7_490_100_000_000_000_000 + person * 1_000_003),
        "buyer_email": f"v4b{person:06x}k2@relay.shop-buyers.example",
        "buyer_nickname": f"{_FIRST[person % 8].lower()}.{person % 97}***",
        "buyer_message": _MESSAGES[int(draw * len(_MESSAGES))] if kind == NORMAL else "",
        "status": status(orders, row, now),
        "create_time": int(orders.created[row]),
        "update_time": int(last_change(orders, now)[row]),
        "order_type": "NORMAL",
        "commerce_platform": "TIKTOK_SHOP",
        "fulfillment_type": "FULFILLMENT_BY_SELLER",
        "delivery_type": "HOME_DELIVERY",
        "delivery_option_id": "7129103917355092741",
        "delivery_option_name": "Livraison standard",
        "shipping_type": "TIKTOK",
        "shipping_provider_id": "6841743441349706241",
        "shipping_provider": "Colissimo",
        "warehouse_id": shop_plan.WAREHOUSE_ID,
        "payment_method_name": "Carte bancaire" if draw < 0.7 else "PayPal",
        "is_cod": False,
        "is_sample_order": kind == SAMPLE,
        "is_replacement_order": kind == REPLACEMENT,
        "is_exchange_order": False,
        "is_on_hold_order": status(orders, row, now) == "ON_HOLD",
        "is_subscription_order": False,
        "is_buyer_request_cancel": bool(cancelled and orders.by_buyer[row]),
        "packages": [],
        "payment": _payment(orders, row),
        "recipient_address": _address(person),
        "line_items": _lines(box, day, row, bool(cancelled)),
    }
    if base >= 0:
        node["replaced_order_id"] = order_id(base, of, box.world.shop_orders(base))
    node |= _times(orders, row, now)
    if cancelled:
        by_buyer = bool(orders.by_buyer[row])
        node["cancel_time"] = int(orders.cancelled[row])
        node["cancellation_initiator"] = "BUYER" if by_buyer else "SYSTEM"
        node["cancel_reason"] = "Plus besoin" if by_buyer else "Paiement non effectué"
    if "rts_time" in node:
        node["tracking_number"] = f"6A{int(orders.key[row]) % 10**11:011d}"
        node["packages"] = [{"id": f"1153{node['id'][5:]}"}]
    return node


def _times(orders: ShopOrders, row: int, now: int) -> dict[str, int]:
    paid = int(orders.paid[row])
    found = {}
    if 0 < paid <= now:
        found["paid_time"] = paid
        found["rts_sla_time"] = paid + HOLD + 2 * 86_400
        found["tts_sla_time"] = paid + HOLD + 4 * 86_400
    for name, step in (("rts_time", orders.handed_over), ("collection_time", orders.collected),
                       ("delivery_time", orders.delivered)):  # fmt: skip
        if 0 < step[row] <= now:
            found[name] = int(step[row])
    return found


def _payment(orders: ShopOrders, row: int) -> dict[str, str]:
    bought = orders.kind[row] == NORMAL
    units = orders.quantity[row]
    listed = int((orders.price[row] * units).sum())
    seller = int((orders.seller_discount[row] * units).sum()) if bought else listed
    platform = int((orders.platform_discount[row] * units).sum()) if bought else 0
    subtotal, shipping = int(orders.subtotal[row]), int(orders.shipping[row])
    # VAT is inside the prices here: the tax fields stay zero, as for sellers in the EU.
    return {
        "currency": "EUR",
        "sub_total": euros(subtotal),
        "shipping_fee": euros(shipping),
        "original_shipping_fee": euros(shipping),
        "seller_discount": euros(seller),
        "platform_discount": euros(platform),
        "total_amount": euros(subtotal + shipping),
        "original_total_product_price": euros(listed),
        **dict.fromkeys(_ZERO, "0.00"),
    }


def _address(person: int) -> dict[str, Any]:
    first, last = _FIRST[person % 8], _LAST[person // 8 % 8]
    town, postcode, region = _TOWNS[person // 64 % 4]
    return {
        "name": f"{first[0]}*** {last[0]}***",
        "first_name": f"{first[0]}***",
        "last_name": f"{last[0]}***",
        "phone_number": f"(+33)6*****{person % 100:02d}",
        "full_address": f"France, {region}, {town}, {person % 90 + 1}* rue ***",
        "address_detail": f"{person % 90 + 1}* rue ***",
        "address_line1": f"{person % 90 + 1}* rue ***",
        "address_line2": "",
        "address_line3": "",
        "address_line4": "",
        "postal_code": postcode,
        "post_town": town,
        "region_code": "FR",
        "district_info": [
            {"address_level": "L0", "address_level_name": "Country", "address_name": "France",
             "iso_code": "FR"},
            {"address_level": "L1", "address_level_name": "Region", "address_name": region,
             "iso_code": ""},
        ],
    }  # fmt: skip


def _lines(box: Sandbox, day: int, row: int, cancelled: bool) -> list[dict[str, Any]]:
    orders, now = box.world.shop_orders(day), box.clock.epoch
    found: list[dict[str, Any]] = []
    shown = status(orders, row, now)
    live = int(orders.live[row])
    for nth in range(orders.quantity.shape[1]):
        product = int(orders.product[row, nth])
        title = brand.PRODUCTS[product]
        price = int(orders.price[row, nth])
        bought = orders.kind[row] == NORMAL
        off = (int(orders.seller_discount[row, nth]), int(orders.platform_discount[row, nth]))
        seller, platform = off if bought else (price, 0)
        arrived = shown in ("DELIVERED", "COMPLETED")
        for _ in range(int(orders.quantity[row, nth])):
            line: dict[str, Any] = {
                "id": line_id(orders, day, row, len(found)),
                "sku_id": shop_plan.sku_id(product),
                "product_id": shop_plan.product_id(product),
                "product_name": title.title,
                "sku_name": "Default",
                "seller_sku": title.item_id,
                "sku_type": "NORMAL",
                "sku_image": f"https://p16-oec-va.shop-images.example/{title.handle}.jpeg",
                "sale_price": euros(int(orders.unit_cents[row, nth])),
                "original_price": euros(price),
                "currency": "EUR",
                "seller_discount": euros(seller),
                "platform_discount": euros(platform),
                "display_status": shown,
                "package_status": "COMPLETED" if arrived else "TO_FULFILL",
                "is_gift": False,
                "item_tax": [],
                "combined_listing_skus": [],
                "sub_item_info": [],
                "product_listing_type": "NORMAL",
            }
            if 0 < orders.handed_over[row] <= now:
                line["rts_time"] = int(orders.handed_over[row])
            if live >= 0:
                line["room_id"] = box.world.content.lives[live].room_id
            if cancelled:
                line["cancel_user"] = "BUYER" if orders.by_buyer[row] else "SYSTEM"
                line["cancel_reason"] = "Plus besoin" if orders.by_buyer[row] else "Impayée"
            found.append(line)
    return found


def line_id(orders: ShopOrders, day: int, row: int, nth: int) -> str:
    """Id of one unit."""
    return f"57656{order_id(day, row, orders)[5:]}{nth}"
