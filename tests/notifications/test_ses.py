"""Mail through SES: what arrives there, and what its answers mean."""

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError, ReadTimeoutError

from cartwheel.notifications import MailDelayed, MailRefused, Reason
from cartwheel.notifications.ses import Ses, returned
from tests.notifications.test_smtp import a_mail
from tests.support.aws import REGION, Account
from tests.support.processes import free_port

pytestmark = pytest.mark.emulator

SENDER = "Schöner Laden <shop@example.com>"


@pytest.fixture
async def ses(account: Account) -> AsyncIterator[Ses]:
    await account.make_sender("shop@example.com")
    mailer = Ses(account.url("ses", f"{REGION}/orders"), SENDER)
    yield mailer
    await mailer.close()


class Answering:
    """A client that notes what it is asked, and answers an error if there is one."""

    def __init__(self, inner: Any, error: Exception | None = None) -> None:  # noqa: ANN401
        self._inner = inner
        self._error = error
        self.requests: list[dict[str, Any]] = []

    async def send_email(self, **request: Any) -> Any:  # noqa: ANN401
        self.requests.append(request)
        if self._error:
            raise self._error
        return await self._inner.send_email(**request)


async def answering(ses: Ses, error: Exception | None = None) -> Answering:
    client = ses._ses._client = Answering(await ses._ses.client(), error)
    return client


def refusal(code: str, status: int) -> ClientError:
    return ClientError(
        {
            "Error": {"Code": code, "Message": "No."},
            "ResponseMetadata": {"HTTPStatusCode": status},  # type: ignore[typeddict-item]
        },
        "SendEmail",
    )


async def test_a_mail_arrives_whole(ses: Ses, account: Account) -> None:
    client = await answering(ses)
    await ses.send(a_mail())
    (mail,) = await account.mails()
    assert (mail["Source"], mail["To"]) == ("shop@example.com", ["ann@example.com"])
    assert mail["BodyText"].strip() == "Grüße שלום"
    assert "<p>Grüße</p>" in mail["BodyHtml"]
    (request,) = client.requests
    assert request["ConfigurationSetName"] == "orders"
    assert request["EmailTags"] == [{"Name": "mail", "Value": "m-1"}]


async def test_a_sender_that_is_not_verified_is_refused(account: Account) -> None:
    mailer = Ses(account.url("ses", REGION), SENDER)
    with pytest.raises(MailRefused, match="not verified"):
        await mailer.send(a_mail())
    await mailer.close()
    assert await account.mails() == []


@pytest.mark.parametrize(
    ("error", "raised"),
    [
        (refusal("MessageRejected", 400), MailRefused),
        (refusal("BadRequestException", 400), MailRefused),
        (refusal("TooManyRequestsException", 429), MailDelayed),
        (refusal("LimitExceededException", 400), MailDelayed),
        (refusal("SendingPausedException", 400), MailDelayed),
        (refusal("AccessDeniedException", 403), MailDelayed),
        (refusal("InternalFailure", 500), MailDelayed),
        (ReadTimeoutError(endpoint_url="http://127.0.0.1"), MailDelayed),
        (EndpointConnectionError(endpoint_url="http://127.0.0.1"), MailDelayed),
    ],
    ids=repr,
)
async def test_what_ses_answers(ses: Ses, error: Exception, raised: type[Exception]) -> None:
    client = await answering(ses, error)
    with pytest.raises(raised):
        await ses.send(a_mail())
    assert len(client.requests) == 1


async def test_nobody_answers(account: Account) -> None:
    deaf = Account(f"http://127.0.0.1:{free_port()}", account.key)
    mailer = Ses(deaf.url("ses", REGION), SENDER)
    for ask in (mailer.send(a_mail()), mailer.ready()):
        with pytest.raises(MailDelayed):
            await ask
    await mailer.close()


async def test_readiness_is_asked_without_sending(ses: Ses, account: Account) -> None:
    await ses.ready()
    assert await account.mails() == []


@pytest.mark.parametrize(
    ("told", "marked"),
    [
        (
            {
                "eventType": "Bounce",
                "bounce": {
                    "bounceType": "Permanent",
                    "bouncedRecipients": [
                        {
                            "emailAddress": "gone@example.com",
                            "diagnosticCode": "smtp; 550 5.1.1 user unknown",
                        },
                        {"emailAddress": "left@example.com"},
                    ],
                },
            },
            [
                ("gone@example.com", Reason.BOUNCED, "smtp; 550 5.1.1 user unknown"),
                ("left@example.com", Reason.BOUNCED, ""),
            ],
        ),
        (
            {
                "eventType": "Bounce",
                "bounce": {
                    "bounceType": "Transient",
                    "bouncedRecipients": [{"emailAddress": "full@example.com"}],
                },
            },
            [],
        ),
        (
            {
                "eventType": "Complaint",
                "complaint": {
                    "complainedRecipients": [{"emailAddress": "cross@example.com"}],
                    "complaintFeedbackType": "abuse",
                },
            },
            [("cross@example.com", Reason.COMPLAINED, "abuse")],
        ),
        ({"eventType": "Delivery", "delivery": {}}, []),
    ],
    ids=["gone", "full", "spam", "delivered"],
)
def test_what_came_back_marks_addresses(
    told: dict[str, object], marked: list[tuple[str, Reason, str]]
) -> None:
    assert list(returned(json.dumps(told))) == marked
