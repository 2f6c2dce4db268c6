"""Accounts over HTTP. Mounted under ``/api``, but for ``well_known_router``, which stands at the root."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response

from cartwheel.accounts import schemas as json
from cartwheel.accounts.crypto import KeyRing
from cartwheel.accounts.identity import (
    Devices,
    Identity,
    NewAccount,
    Origin,
    OwnCredentials,
    PasswordReset,
    SignIn,
    Tokens,
)
from cartwheel.accounts.model import REFRESH_TIME, Group, InvalidRefreshToken
from cartwheel.accounts.profiles import ProfileChange, Profiles
from cartwheel.accounts.service import Accounts
from cartwheel.accounts.sessions import device_name
from cartwheel.edge.caller import Admin, Caller, SignedIn, Verify, client_address
from cartwheel.edge.errors import documented
from cartwheel.edge.paging import DEFAULT_LIMIT, Cursor, Limit, next_link
from cartwheel.edge.routing import api_router

AddressId = Annotated[str, Path(alias="addressId", min_length=1, max_length=64)]
SessionId = Annotated[str, Path(alias="sessionId", min_length=1, max_length=64)]
UserId = Annotated[str, Path(alias="userId", min_length=1, max_length=64)]

MAILED = "If that is possible, a mail with a code is on its way."


@dataclass(frozen=True, slots=True)
class RefreshCookie:
    """Where a browser keeps the refresh token: out of reach of scripts and of other sites' requests.

    ``secure`` unless the shop is served over plain HTTP; ``path`` is what the auth routes stand under.
    """

    secure: bool
    path: str = "/api/auth"
    name: str = "cartwheel_refresh"

    def read(self, request: Request) -> str | None:
        """The token that the browser sent."""
        return request.cookies.get(self.name)

    def write(self, response: Response, token: str) -> None:
        """Hands the token to the browser."""
        seconds = int(REFRESH_TIME.total_seconds())
        response.set_cookie(
            self.name, token, seconds, path=self.path, secure=self.secure, httponly=True, samesite="strict"
        )

    def clear(self, response: Response) -> None:
        """Takes the token back."""
        response.delete_cookie(self.name, self.path, secure=self.secure, httponly=True, samesite="strict")


def verifier(identity: Identity) -> Verify:
    """What ``edge.caller`` asks who a bearer is: the shop's ``app.state.verify``."""

    async def verify(token: str) -> Caller:
        claims = await identity.verify(token)
        return Caller(
            user_id=claims.user_id, email=claims.email, groups=claims.groups, session_id=claims.session_id
        )

    return verify


def router(
    identity: Identity,
    credentials: OwnCredentials,
    accounts: Accounts,
    profiles: Profiles,
    sessions: Devices,
    cookie: RefreshCookie,
) -> APIRouter:
    """All routes below ``/auth``, ``/users/me`` and ``/admin/users``."""
    routes = api_router("accounts")
    _add_sign_up(routes, identity)
    _add_sign_in(routes, identity, cookie)
    _add_me(routes, credentials, accounts, profiles)
    _add_addresses(routes, profiles)
    _add_sessions(routes, sessions)
    _add_credentials(routes, credentials)
    _add_staff(routes, accounts)
    return routes


def well_known_router(keys: KeyRing, issuer: str) -> APIRouter:
    """Where others learn how to verify tokens of the built-in identity."""
    routes = api_router("accounts", "/.well-known")
    claims = [
        "sub",
        "email",
        "email_verified",
        "cognito:groups",
        "cognito:username",
        "auth_time",
        "token_use",
    ]
    found = json.OpenIdJson(
        issuer=issuer, jwks_uri=f"{issuer}/.well-known/jwks.json", claims_supported=claims
    )

    @routes.get("/jwks.json")
    async def jwks(response: Response) -> json.JwksJson:
        """The public keys of the issuer; read again on an unknown `kid`."""
        response.headers["Cache-Control"] = "public, max-age=300"
        return json.JwksJson.model_validate(await keys.jwks())

    @routes.get("/openid-configuration")
    async def openid_configuration(response: Response) -> json.OpenIdJson:
        """The issuer and where its keys are."""
        response.headers["Cache-Control"] = "public, max-age=300"
        return found

    return routes


def _add_sign_up(routes: APIRouter, identity: Identity) -> None:
    @routes.post("/auth/signup", status_code=202, responses=documented())
    async def sign_up(body: json.SignUpBody, request: Request) -> json.MessageJson:
        """Start an account. A code is mailed; an address that has an account is told so by mail instead."""
        new = NewAccount(body.email, body.password, body.name, body.locale)
        await identity.sign_up(new, client_address(request))
        return json.MessageJson(message=MAILED)

    @routes.post("/auth/confirm", responses=documented())
    async def confirm_sign_up(body: json.ConfirmBody, request: Request) -> json.MessageJson:
        """Confirm the e-mail address with the mailed code. Five wrong codes make the code worthless."""
        await identity.confirm(body.email, body.code, client_address(request))
        return json.MessageJson(message="The e-mail address is confirmed. Sign in.")

    @routes.post("/auth/resend", status_code=202, responses=documented())
    async def resend_code(body: json.EmailBody, request: Request) -> json.MessageJson:
        """Mail another code for a sign-up that waits."""
        await identity.resend(body.email, client_address(request))
        return json.MessageJson(message=MAILED)

    @routes.post("/auth/forgot", status_code=202, responses=documented())
    async def forgot_password(body: json.EmailBody, request: Request) -> json.MessageJson:
        """Mail a code that resets the password."""
        await identity.forgot(body.email, client_address(request))
        return json.MessageJson(message=MAILED)

    @routes.post("/auth/reset", responses=documented())
    async def reset_password(body: json.ResetBody, request: Request) -> json.MessageJson:
        """Set a new password with the mailed code. All sessions end."""
        reset = PasswordReset(body.email, body.code, body.password)
        await identity.reset(reset, client_address(request))
        return json.MessageJson(message="The password is changed. Sign in.")


def _add_sign_in(routes: APIRouter, identity: Identity, cookie: RefreshCookie) -> None:
    def answer(response: Response, tokens: Tokens, *, in_body: bool) -> json.TokensJson:
        response.headers["Cache-Control"] = "no-store"
        if tokens.refresh_token and not in_body:
            cookie.write(response, tokens.refresh_token)
        return json.TokensJson.of(tokens, in_body=in_body)

    @routes.post("/auth/signin", responses=documented(401, 403), response_model_exclude_none=True)
    async def sign_in(body: json.SignInBody, request: Request, response: Response) -> json.TokensJson:
        """Sign in. Where the account has a second factor, the first answer is 401 `totp_required`."""
        origin = Origin(client_address(request), device_name(request.headers.get("user-agent", "")))
        tokens = await identity.sign_in(SignIn(body.email, body.password, body.totp), origin)
        return answer(response, tokens, in_body=body.refresh == "body")

    @routes.post("/auth/refresh", responses=documented(401), response_model_exclude_none=True)
    async def refresh_tokens(
        request: Request, response: Response, body: json.RefreshBody | None = None
    ) -> json.TokensJson:
        """Swap the refresh token, in the body or else in the cookie, for fresh tokens; it is used up."""
        given = body.refresh_token if body else None
        token = given or cookie.read(request)
        if not token:
            raise InvalidRefreshToken
        return answer(response, await identity.refresh(token), in_body=given is not None)

    @routes.post("/auth/signout", status_code=204, responses=documented())
    async def sign_out(request: Request, response: Response, body: json.SignOutBody | None = None) -> None:
        """End the session of the refresh token, or all sessions of its user. Fine without a session."""
        token = (body.refresh_token if body else None) or cookie.read(request)
        if token:
            await identity.sign_out(token, everywhere=body is not None and body.everywhere)
        cookie.clear(response)


def _add_me(routes: APIRouter, credentials: OwnCredentials, accounts: Accounts, profiles: Profiles) -> None:
    @routes.get("/users/me", responses=documented(401, 404))
    async def get_me(caller: SignedIn) -> json.UserJson:
        """The profile of who is signed in."""
        return json.UserJson.of(await accounts.get_user(_id(caller)))

    @routes.patch("/users/me", responses=documented(401, 404))
    async def update_me(caller: SignedIn, body: json.ProfileBody) -> json.UserJson:
        """Change name, locale or the marketing opt-in."""
        change = ProfileChange(body.name, body.locale, body.marketing_opt_in)
        return json.UserJson.of(await profiles.update(_id(caller), change))

    @routes.delete("/users/me", status_code=204, responses=documented(401, 403, 404))
    async def erase_me(caller: SignedIn, body: json.PasswordBody) -> None:
        """Erase the account for good. Orders and invoices stay, without the person."""
        await credentials.check_password(_id(caller), body.password)
        await accounts.erase(_id(caller))


def _add_addresses(routes: APIRouter, profiles: Profiles) -> None:
    @routes.get("/users/me/addresses", responses=documented(401, 404))
    async def list_addresses(caller: SignedIn) -> list[json.AddressJson]:
        """The whole address book (at most 20), the oldest first."""
        return [json.AddressJson.of(entry) for entry in await profiles.address_book(_id(caller))]

    @routes.post("/users/me/addresses", status_code=201, responses=documented(401, 404, 409))
    async def add_address(caller: SignedIn, body: json.AddressBody) -> json.AddressJson:
        """Add an address. The first one becomes the default."""
        return json.AddressJson.of(await profiles.add_address(_id(caller), body, as_default=body.is_default))

    @routes.get("/users/me/addresses/{addressId}", responses=documented(401, 404))
    async def get_address(caller: SignedIn, address_id: AddressId) -> json.AddressJson:
        """One address."""
        return json.AddressJson.of(await profiles.address(_id(caller), address_id))

    @routes.put("/users/me/addresses/{addressId}", responses=documented(401, 404))
    async def replace_address(
        caller: SignedIn, address_id: AddressId, body: json.AddressBody
    ) -> json.AddressJson:
        """Replace an address; `isDefault: false` leaves the default as it is."""
        as_default = body.is_default
        return json.AddressJson.of(
            await profiles.replace_address(_id(caller), address_id, body, as_default=as_default)
        )

    @routes.delete("/users/me/addresses/{addressId}", status_code=204, responses=documented(401, 404))
    async def remove_address(caller: SignedIn, address_id: AddressId) -> None:
        """Remove an address. The oldest one left takes over as default."""
        await profiles.remove_address(_id(caller), address_id)


def _add_sessions(routes: APIRouter, sessions: Devices) -> None:
    @routes.get("/users/me/sessions", responses=documented(401))
    async def list_sessions(caller: SignedIn) -> list[json.SessionJson]:
        """The devices that are signed in, the newest first (at most 100)."""
        return json.SessionJson.all_of(await sessions.of_user(_id(caller)), caller.session_id)

    @routes.delete("/users/me/sessions", status_code=204, responses=documented(401))
    async def end_all_sessions(caller: SignedIn) -> None:
        """Sign out everywhere, here as well."""
        await sessions.end_all(_id(caller))

    @routes.delete("/users/me/sessions/{sessionId}", status_code=204, responses=documented(401, 404))
    async def end_session(caller: SignedIn, session_id: SessionId) -> None:
        """Sign one device out; its access token is worthless at once."""
        await sessions.end(_id(caller), session_id)


def _add_staff(routes: APIRouter, accounts: Accounts) -> None:
    @routes.get("/admin/users", responses=documented(400, 401, 403))
    async def list_users(
        request: Request,
        response: Response,
        _: Admin,
        email: Annotated[str, Query(max_length=320, description="How the address begins.")] = "",
        name: Annotated[str, Query(max_length=120, description="How the name begins.")] = "",
        limit: Limit = DEFAULT_LIMIT,
        cursor: Cursor = None,
    ) -> list[json.StaffUserJson]:
        """Users, the newest first; or those whose address or name begins like that, in its order."""
        if email.strip():
            page = await accounts.search_users("email", email, cursor, limit)
        elif name.strip():
            page = await accounts.search_users("name", name, cursor, limit)
        else:
            page = await accounts.list_users(cursor, limit)
        next_link(request, response, page.next)
        return [json.StaffUserJson.of(user) for user in page.items]

    @routes.get("/admin/users/{userId}", responses=documented(401, 403, 404))
    async def get_user(user_id: UserId, _: Admin) -> json.StaffUserJson:
        """One user."""
        return json.StaffUserJson.of(await accounts.get_user(user_id))

    @routes.put("/admin/users/{userId}/groups/{group}", responses=documented(401, 403, 404))
    async def add_user_group(user_id: UserId, group: Group, caller: Admin) -> json.StaffUserJson:
        """Put a user into a group. Their tokens say so from the next refresh on."""
        return json.StaffUserJson.of(await accounts.add_group(user_id, group, _id(caller)))

    @routes.delete("/admin/users/{userId}/groups/{group}", responses=documented(401, 403, 404, 409))
    async def remove_user_group(user_id: UserId, group: Group, caller: Admin) -> json.StaffUserJson:
        """Take a user out of a group and sign them out. Nobody takes the admin right from themselves."""
        return json.StaffUserJson.of(await accounts.remove_group(user_id, group, _id(caller)))

    @routes.post("/admin/users/{userId}/disable", responses=documented(401, 403, 404, 409))
    async def disable_user(user_id: UserId, caller: Admin) -> json.StaffUserJson:
        """Keep a user out, at once: all their sessions end."""
        return json.StaffUserJson.of(await accounts.disable_user(user_id, _id(caller)))

    @routes.post("/admin/users/{userId}/enable", responses=documented(401, 403, 404))
    async def enable_user(user_id: UserId, caller: Admin) -> json.StaffUserJson:
        """Let a user sign in again."""
        return json.StaffUserJson.of(await accounts.enable_user(user_id, _id(caller)))


def _add_credentials(routes: APIRouter, credentials: OwnCredentials) -> None:
    @routes.put("/users/me/password", status_code=204, responses=documented(401, 403, 404))
    async def change_password(caller: SignedIn, body: json.PasswordChangeBody) -> None:
        """Change the password. All other sessions end."""
        await credentials.change_password(
            _id(caller), caller.session_id or "", body.old_password, body.new_password
        )

    @routes.post("/users/me/email", status_code=202, responses=documented(401, 403, 404))
    async def change_email(caller: SignedIn, body: json.EmailChangeBody) -> json.MessageJson:
        """Ask for another e-mail address. A code is mailed there; the address stays until it is entered."""
        await credentials.change_email(_id(caller), body.password, body.email)
        return json.MessageJson(message=MAILED)

    @routes.post("/users/me/email/confirm", status_code=204, responses=documented(401, 404, 409))
    async def confirm_email(caller: SignedIn, body: json.CodeBody) -> None:
        """Confirm the new e-mail address with the mailed code. The old address is told."""
        await credentials.confirm_email(_id(caller), body.code)

    @routes.post("/users/me/totp", responses=documented(401, 404, 409))
    async def start_totp(caller: SignedIn, response: Response) -> json.TotpJson:
        """Start setting up an authenticator app. Nothing changes until a code of it is confirmed."""
        response.headers["Cache-Control"] = "no-store"
        secret, uri = await credentials.start_totp(_id(caller))
        return json.TotpJson(secret=secret, uri=uri)

    @routes.post("/users/me/totp/confirm", responses=documented(401, 404, 409))
    async def confirm_totp(
        caller: SignedIn, body: json.CodeBody, response: Response
    ) -> json.RecoveryCodesJson:
        """Turn the second factor on. The recovery codes are shown this once."""
        response.headers["Cache-Control"] = "no-store"
        return json.RecoveryCodesJson(recovery_codes=await credentials.confirm_totp(_id(caller), body.code))

    @routes.delete("/users/me/totp", status_code=204, responses=documented(401, 403, 404))
    async def disable_totp(caller: SignedIn, body: json.PasswordBody) -> None:
        """Turn the second factor off. Recovery codes are void."""
        await credentials.disable_totp(_id(caller), body.password)


def _id(caller: Caller) -> str:
    """``SignedIn`` callers have one."""
    return caller.user_id or ""
