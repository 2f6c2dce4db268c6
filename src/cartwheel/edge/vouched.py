"""Who is calling, as the shop's own CloudFront tells it.

Between CloudFront and a service stands an API Gateway with an address of its own, which anybody may call. So
its word counts only with a secret beside it, which CloudFront alone adds to what it forwards.
"""

from hmac import compare_digest

from starlette.types import ASGIApp, Receive, Scope, Send

VIEWER = b"x-cartwheel-viewer"
"""The address of the caller. CloudFront replaces what a caller has put there (``infra.stacks.web``)."""

PROOF = b"x-cartwheel-proof"
"""The secret, of ``CARTWHEEL_PROOF_ID``."""


class Vouched:
    """ASGI middleware before everything that asks who is calling. Nothing behind it sees the secret."""

    def __init__(self, app: ASGIApp, proof: bytes) -> None:
        """Nobody is believed where ``proof`` is empty."""
        self._app = app
        self._proof = proof

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        told = dict(scope.get("headers", ()))
        if PROOF in told:
            known = bool(self._proof) and compare_digest(told[PROOF], self._proof)
            scope = {**scope, "headers": [one for one in scope["headers"] if one[0] != PROOF]}
            if known and VIEWER in told:
                scope["client"] = (told[VIEWER].decode("latin-1"), 0)
        await self._app(scope, receive, send)
