"""First schema."""

from cartwheel.storage.sql.ddl import CreateTable, apply

revision = "0001"
down_revision = None

STEPS = (
    CreateTable(
        "cart_claims",
        """
        cart_version key, order_id text
        """,
        "cart_version",
    ),
    CreateTable(
        "cart_lines",
        """
        cart_id key, variant_id key, product_id text, quantity integer, price_seen integer,
        added_at instant, expires_at instant?
        """,
        "cart_id variant_id",
        {"ix_cart_lines_ttl": "expires_at"},
    ),
    CreateTable(
        "carts",
        """
        cart_id key, version integer, updated_at instant, expires_at instant?
        """,
        "cart_id",
        {"ix_carts_ttl": "expires_at"},
    ),
    CreateTable(
        "categories",
        """
        shelf key, slug key, name text, products integer?
        """,
        "shelf slug",
    ),
    CreateTable(
        "checkouts",
        """
        order_id key, shard key?, state text?, step integer?, attempt integer?, failure text?,
        payment_token text, version integer?, next_at instant, deadline instant
        """,
        "order_id",
        {"ix_checkouts_by_due": "shard next_at order_id"},
    ),
    CreateTable(
        "dead_letters",
        """
        queue key, message_id key, event nested, died_at instant, reason text
        """,
        "queue message_id",
    ),
    CreateTable(
        "handled_events",
        """
        consumer key, event_id key, expires_at instant
        """,
        "consumer event_id",
        {"ix_handled_events_ttl": "expires_at"},
    ),
    CreateTable(
        "idempotency_keys",
        """
        key key, fingerprint text, order_id text, expires_at instant
        """,
        "key",
        {"ix_idempotency_keys_ttl": "expires_at"},
    ),
    CreateTable(
        "mails",
        """
        mail_id key, event_id text, template text, to text, subject text, html text, text text,
        status text?, error text?, taken_until instant?, created_at instant, expires_at instant,
        shard key?
        """,
        "mail_id",
        {"ix_mails_by_time": "shard created_at mail_id", "ix_mails_ttl": "expires_at"},
    ),
    CreateTable(
        "notices",
        """
        shard key, sent key, event nested, expires_at instant
        """,
        "shard sent",
        {"ix_notices_ttl": "expires_at"},
    ),
    CreateTable(
        "order_history",
        """
        order_id key, entry_id key, status text, note text?, actor text?, at instant
        """,
        "order_id entry_id",
    ),
    CreateTable(
        "orders",
        """
        order_id key, code text, user_id key?, email text, cart_id text, cart_version integer,
        status key?, payment_state text?, failure text?, currency text, lines nested, subtotal
        integer, shipping integer, total integer, refunded integer?, shipping_method text,
        shipping_address nested?, shipments nested?, created_at instant, updated_at instant,
        shard key?
        """,
        "order_id",
        {
            "ix_orders_by_status": "status created_at order_id",
            "ix_orders_by_time": "shard created_at order_id",
            "ix_orders_by_user": "user_id created_at order_id",
        },
    ),
    CreateTable(
        "outbox",
        """
        shard key, event_id key, type text, subject text, payload nested?, at instant
        """,
        "shard event_id",
    ),
    CreateTable(
        "payment_inbox",
        """
        provider key, event_id key, type text, data nested, received_at instant
        """,
        "provider event_id",
    ),
    CreateTable(
        "payments",
        """
        reference key, provider text, intent_id key?, amount integer, currency text, status
        text?, failure text?, action_url text?, refundable integer?, refunded integer?,
        created_at instant, updated_at instant
        """,
        "reference",
        {"ix_payments_by_intent": "intent_id reference"},
    ),
    CreateTable(
        "product_claims",
        """
        claim key, product_id text
        """,
        "claim",
    ),
    CreateTable(
        "products",
        """
        product_id key, slug text, title text, description text?, category text?, category_name
        text?, brand text?, vendor_id key, status text?, attributes nested?, images nested?,
        variants nested, currency text, price integer, created_at instant, updated_at instant,
        version integer?, shelf key?, listed_in key?, sort_title key?
        """,
        "product_id",
        {
            "ix_products_by_vendor": "vendor_id created_at product_id",
            "ix_products_category_name": "listed_in sort_title product_id",
            "ix_products_category_newest": "listed_in created_at product_id",
            "ix_products_category_price": "listed_in price product_id",
            "ix_products_shelf_name": "shelf sort_title product_id",
            "ix_products_shelf_newest": "shelf created_at product_id",
            "ix_products_shelf_price": "shelf price product_id",
        },
    ),
    CreateTable(
        "queue_messages",
        """
        queue key, message_id key, event nested, visible_at instant, receives integer?, receipt
        text?
        """,
        "queue message_id",
        {"ix_queue_messages_by_visibility": "queue visible_at message_id"},
    ),
    CreateTable(
        "refunds",
        """
        reference key, refund_id key, amount integer, currency text, reason text, status text?,
        failure text?, created_at instant, updated_at instant
        """,
        "reference refund_id",
    ),
    CreateTable(
        "reservations",
        """
        order_id key, lines nested, expires_at instant, shard key?
        """,
        "order_id",
        {"ix_reservations_by_expiry": "shard expires_at order_id"},
    ),
    CreateTable(
        "sandbox_intents",
        """
        reference key, intent_id key, amount integer, currency text, token text, status text,
        failure text?, calls integer?, refundable integer?
        """,
        "reference",
        {"ix_sandbox_intents_by_intent": "intent_id reference"},
    ),
    CreateTable(
        "sandbox_refunds",
        """
        key key, intent_id text, amount integer
        """,
        "key",
    ),
    CreateTable(
        "schedules",
        """
        name key, at instant
        """,
        "name",
    ),
    CreateTable(
        "sessions",
        """
        session_id key, user_id key, epoch integer, device text, token_hash text, previous_hash
        text?, rotated_at instant, created_at instant, last_used_at instant, expires_at instant
        """,
        "session_id",
        {"ix_sessions_by_user": "user_id created_at session_id", "ix_sessions_ttl": "expires_at"},
    ),
    CreateTable(
        "sign_ups",
        """
        email_key key, user_id text, email text, name text, locale text, password_hash text,
        expires_at instant
        """,
        "email_key",
        {"ix_sign_ups_ttl": "expires_at"},
    ),
    CreateTable(
        "signing_keys",
        """
        shard key, number integer, kid text, public_jwk nested, sealed_private text, created_at
        instant, expires_at instant?
        """,
        "shard number",
        {"ix_signing_keys_ttl": "expires_at"},
    ),
    CreateTable(
        "stock",
        """
        variant_id key, product_id key, vendor_id key, on_hand integer, reserved integer?,
        available integer, low_at integer?, low_told boolean?
        """,
        "variant_id",
        {
            "ix_stock_by_product": "product_id variant_id",
            "ix_stock_by_vendor": "vendor_id available variant_id",
        },
    ),
    CreateTable(
        "stock_movements",
        """
        variant_id key, movement_id key, change integer, on_hand_change integer, reason text,
        reference text, at instant
        """,
        "variant_id movement_id",
    ),
    CreateTable(
        "throttle",
        """
        bucket key, count integer, expires_at instant
        """,
        "bucket",
        {"ix_throttle_ttl": "expires_at"},
    ),
    CreateTable(
        "user_addresses",
        """
        name text, line1 text, line2 text?, city text, region text?, postal_code text?, country
        text, phone text?, user_id key, address_id key
        """,
        "user_id address_id",
    ),
    CreateTable(
        "user_codes",
        """
        subject key, purpose key, code_hash text, email text?, tries integer?, expires_at
        instant
        """,
        "subject purpose",
        {"ix_user_codes_ttl": "expires_at"},
    ),
    CreateTable(
        "user_credentials",
        """
        user_id key, password_hash text?, totp_secret text?, totp_pending text?, totp_step
        integer?
        """,
        "user_id",
    ),
    CreateTable(
        "user_emails",
        """
        email_key key, user_id text
        """,
        "email_key",
    ),
    CreateTable(
        "user_recovery_codes",
        """
        user_id key, code_hash key
        """,
        "user_id code_hash",
    ),
    CreateTable(
        "users",
        """
        shard key?, user_id key, email text, name text?, locale text?, marketing_opt_in_at
        instant?, groups nested?, disabled boolean?, totp_enabled boolean?, default_address_id
        text?, address_count integer?, epoch integer?, version integer?, created_at instant,
        erased_at instant?
        """,
        "user_id",
        {"ix_users_by_creation": "shard created_at user_id"},
    ),
)


def upgrade() -> None:
    """Makes the steps."""
    apply(STEPS)
