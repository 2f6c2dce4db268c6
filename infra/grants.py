"""What roles of functions, tasks and instances may do, by what is behind them."""

from collections.abc import Iterator

from aws_cdk import Aws
from aws_cdk import aws_iam as iam

from infra.doors import Uses
from infra.options import Options
from infra.stacks.data import DataStack
from infra.stacks.messaging import MessagingStack

_POOL_ACTIONS = (
    "AdminAddUserToGroup",
    "AdminCreateUser",
    "AdminDeleteUser",
    "AdminDisableUser",
    "AdminEnableUser",
    "AdminGetUser",
    "AdminListGroupsForUser",
    "AdminRemoveUserFromGroup",
    "AdminSetUserMFAPreference",
    "AdminSetUserPassword",
    "AdminUpdateUserAttributes",
    "AdminUserGlobalSignOut",
)
"""As docs/how-to/aws.md lists them."""


def allow(role: iam.IRole, uses: Uses, options: Options, data: DataStack, messaging: MessagingStack) -> None:
    """Tables and the secret, which all need, and what is named."""
    if data.access:
        role.add_managed_policy(data.access)
    data.secret.grant_read(role)
    if Uses.CALLERS in uses and data.proof:
        data.proof.grant_read(role)
    for statement in _statements(uses, options, messaging):
        role.add_to_principal_policy(statement)
    if Uses.USERS in uses:
        data.pool.grant(role, *(f"cognito-idp:{action}" for action in _POOL_ACTIONS))
    _allow_messages(role, uses, messaging)


def _allow_messages(role: iam.IRole, uses: Uses, messaging: MessagingStack) -> None:
    if Uses.TOPIC in uses:
        messaging.orders.grant_publish(role)
    if Uses.MAIL in uses and messaging.identity:
        messaging.identity.grant_send_email(role)
    if Uses.QUEUES in uses:
        for name, queue in messaging.queues.queues.items():
            # what AWS tells is put in by AWS, and put back by whoever looks at dead letters
            if name not in messaging.told_by_aws or Uses.DEAD_LETTERS in uses:
                queue.grant_send_messages(role)
    if Uses.WORK in uses:
        for queue in messaging.queues.queues.values():
            queue.grant_consume_messages(role)
    if Uses.DEAD_LETTERS in uses:
        for queue in messaging.queues.dead.values():
            queue.grant_consume_messages(role)


def _statements(uses: Uses, options: Options, messaging: MessagingStack) -> Iterator[iam.PolicyStatement]:
    """For what is named, because it comes in a later stack or has no grants of its own."""
    media, index, pages = (options.bucket(purpose) for purpose in ("media", "index", "web"))
    if Uses.MEDIA in uses:
        yield from (_objects(media, *_READ, *_WRITE), _listing(media))
    if Uses.INDEX in uses:
        yield from (_objects(index, *_READ), _listing(index))
    if Uses.NEW_INDEX in uses:
        yield _objects(index, *_WRITE)
    if Uses.PAGES in uses:
        yield _objects(pages, *_READ, names="index.html")
    if Uses.MAIL in uses and options.mail_from:
        yield _sending(messaging)
    if Uses.QUOTA in uses and options.mail_from:
        yield iam.PolicyStatement(actions=["ses:GetAccount"], resources=["*"])
    if Uses.CHECKOUT in uses:
        yield _checkout(options)


def _checkout(options: Options) -> iam.PolicyStatement:
    # The state machine comes later: it calls one of these functions.
    actions = ("StartExecution", "SendTaskSuccess", "SendTaskFailure", "SendTaskHeartbeat")
    return iam.PolicyStatement(
        actions=[f"states:{action}" for action in actions], resources=[options.state_machine_arn]
    )


def _sending(messaging: MessagingStack) -> iam.PolicyStatement:
    name = f"configuration-set/{messaging.configuration_set}"
    arn = f"arn:{Aws.PARTITION}:ses:{Aws.REGION}:{Aws.ACCOUNT_ID}:{name}"
    return iam.PolicyStatement(actions=["ses:SendEmail", "ses:SendRawEmail"], resources=[arn])


_READ, _WRITE = ("GetObject",), ("DeleteObject", "PutObject")


def _objects(bucket: str, *actions: str, names: str = "*") -> iam.PolicyStatement:
    # By name: the bucket of pictures comes later, because it calls one of these functions.
    return iam.PolicyStatement(
        actions=[f"s3:{action}" for action in actions],
        resources=[f"arn:{Aws.PARTITION}:s3:::{bucket}/{names}"],
    )


def _listing(bucket: str) -> iam.PolicyStatement:
    """Without it S3 says of a missing object that it is forbidden."""
    return iam.PolicyStatement(actions=["s3:ListBucket"], resources=[f"arn:{Aws.PARTITION}:s3:::{bucket}"])
