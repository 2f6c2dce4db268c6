"""What functions, tasks and instances are told, as ``cartwheel.settings`` reads it."""

from collections.abc import Mapping

from aws_cdk import Aws

from infra.doors import Uses
from infra.options import Options
from infra.stacks.data import DataStack
from infra.stacks.messaging import MessagingStack


def told(options: Options, data: DataStack, messaging: MessagingStack, address: str) -> dict[str, str]:
    """What is the same for all of them. No secret is among it."""
    here = f"{Aws.REGION}/{options.prefix}"
    mail = f"ses://{Aws.REGION}/{messaging.configuration_set}" if options.mail_from else "mailbox"
    pool, client = data.pool.user_pool_id, data.client.user_pool_client_id
    made = {
        "TOPOLOGY": options.topology,
        "STAGE": options.stage,
        "DATABASE": f"dynamodb://{here}",
        "QUEUE": f"sqs://{here}",
        "MEDIA": f"s3://{options.bucket('media')}",
        "MAIL": mail,
        "SEARCH": f"s3://{data.index.bucket_name}/search",
        "IDENTITY": f"cognito://{Aws.REGION}/{pool}/{client}",
        "TOPIC": messaging.orders.topic_arn,
        "SECRET_ID": data.secret.secret_arn,
        "BASE_URL": address,
        "SHOP_NAME": options.shop_name,
        "CURRENCY": options.currency,
        "LOG_LEVEL": "INFO",
        "DEMO": "false",
        "WORKER": "false",
    }
    if messaging.told_by_aws:
        made["AWS_QUEUES"] = ",".join(messaging.told_by_aws)
    if options.mail_from:
        made["MAIL_FROM"] = f"{options.shop_name} <{options.mail_from}>"
    return prefixed(made)


def told_for(uses: Uses, options: Options, data: DataStack) -> dict[str, str]:
    """What only some of them are told, for what they use."""
    made = {}
    if Uses.PAGES in uses:
        made["PAGES"] = f"s3://{options.bucket('web')}"
    if Uses.CALLERS in uses and data.proof:
        made["PROOF_ID"] = data.proof.secret_arn
    return prefixed(made)


def prefixed(settings: Mapping[str, str]) -> dict[str, str]:
    """The settings by the names of their variables."""
    return {f"CARTWHEEL_{name}": value for name, value in settings.items()}
