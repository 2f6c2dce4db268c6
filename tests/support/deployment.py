"""Deploys the synthesized stacks into the emulator, by CloudFormation and nothing else: no CDK, no Node.

The templates are those that ``make templates`` writes. What the emulator has not, or cannot do over plain
HTTP, is taken out first and listed: see ``without_unknown``.
"""

import asyncio
import json
import re
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import botocore.session
from botocore.config import Config

from cartwheel.adapters import app_secret, open_store, tables
from cartwheel.aws import Address, Service
from cartwheel.checkout.tables import PROGRESS
from cartwheel.cloud.deploying import api_address
from cartwheel.kernel.clock import utc_now
from cartwheel.settings import Settings
from cartwheel.shop import Shop, assemble
from tests.support.announced import announced
from tests.support.aws import Account
from tests.support.counting import CountingStore
from tests.support.stores import begin

REGION = "us-east-1"

PREFIX = "cartwheel-dev"

ACCOUNT = "000000000000"

CODE_BUCKET = "code-of-the-tests"

UNKNOWN = (
    "AWS::ApplicationAutoScaling::",
    "AWS::EC2::EIP",
    "AWS::EC2::NatGateway",
    "AWS::EC2::SecurityGroupEgress",
    "AWS::EC2::SecurityGroupIngress",
    "AWS::SES::Template",
    "AWS::WAFv2::WebACLAssociation",
    "AWS::XRay::",
)
"""Types that make the emulator refuse a whole stack."""

Template = dict[str, Any]


@dataclass
class Deployment:
    """A shop in an account of the emulator: where it is, and what its stacks put out."""

    endpoint: str
    outputs: dict[str, str] = field(default_factory=dict)
    left_out: dict[str, list[str]] = field(default_factory=dict)
    """By stack, the resources that the emulator lacks."""
    _clients: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def new(cls, endpoint: str, templates: Path, code: Path) -> "Deployment":
        """Deploys the stacks of a folder in the order of their numbers, with the code of that zip file."""
        made = cls(endpoint)
        made.client("s3").create_bucket(Bucket=CODE_BUCKET)
        parameters = made.put_code(code)
        for stack, template in read(templates).items():
            made.put(stack, template, parameters)
        return made

    @classmethod
    def standing(cls, endpoint: str) -> "Deployment":
        """What was deployed there before."""
        made = cls(endpoint)
        for stack in made.client("cloudformation").describe_stacks()["Stacks"]:
            made.outputs |= {one["OutputKey"]: one["OutputValue"] for one in stack.get("Outputs", ())}
        return made

    @property
    def url(self) -> str:
        """Where the emulator answers for the REST API."""
        return api_address(self.outputs["ApiUrl"], self.endpoint)

    @asynccontextmanager
    async def shop(self, folder: Path) -> AsyncIterator[Shop]:
        """The shop from within, with the settings of its functions and all its tables emptied."""
        settings = Settings.model_validate(self.settings() | {"data": folder})
        store = CountingStore(open_store(settings, app_secret(settings), utc_now))
        shop = assemble(settings, utc_now, store)
        await begin(settings.database, store, tables())
        store.written |= dict.fromkeys((table.name for table in tables()), True)  # functions write too
        await asyncio.to_thread(self._empty, settings)
        try:
            yield shop
        finally:
            await quiet(shop)
            await shop.close()

    def _empty(self, settings: Settings) -> None:
        """Users and dead letters outlive the tables."""
        users = self.client("cognito-idp")
        pool = urlsplit(settings.identity).path.split("/")[1]
        for user in users.list_users(UserPoolId=pool)["Users"]:
            users.admin_delete_user(UserPoolId=pool, Username=user["Username"])
        queues = self.client("sqs")
        for address in queues.list_queues(QueueNamePrefix=f"{PREFIX}-").get("QueueUrls", ()):
            queues.purge_queue(QueueUrl=address)

    def settings(self) -> dict[str, Any]:
        """What the functions are told, as the account's administrator would have to say it from outside."""
        told = self.client("lambda").get_function_configuration(FunctionName=f"{PREFIX}-orders")
        environment = told["Environment"]["Variables"]
        chosen = {name.removeprefix("CARTWHEEL_").lower(): value for name, value in environment.items()}
        secret = self.client("secretsmanager").get_secret_value(SecretId=chosen.pop("secret_id"))
        for name in ("services", "data"):
            chosen.pop(name, None)
        for name, value in chosen.items():
            scheme, found, rest = value.partition("://")
            if found and scheme in ("dynamodb", "sqs", "states", "cognito", "s3", "ses"):
                chosen[name] = f"{scheme}://test:test@{rest}?endpoint={quote(self.endpoint, safe='')}"
        return {**chosen, "secret": secret["SecretString"]}

    async def mails(self) -> list[dict[str, Any]]:
        """What SES was given to send, in order: ``To`` (a list), ``Subject``, ``BodyText``."""
        return await Account(self.endpoint, int(ACCOUNT)).mails()

    async def call(self, service: str, operation: str, **request: Any) -> Any:  # noqa: ANN401
        """The answer of a service to the account's administrator."""

        def answered() -> Any:  # noqa: ANN401
            return getattr(self.client(service), operation)(**request)

        return await asyncio.to_thread(answered)

    def client(self, service: str) -> Any:  # noqa: ANN401 - botocore makes the class of its clients at run time
        """A client of a service, as the account's administrator."""
        if service not in self._clients:
            self._clients[service] = botocore.session.get_session().create_client(
                service,
                region_name=REGION,
                endpoint_url=self.endpoint,
                aws_access_key_id="test",
                aws_secret_access_key="test",
                config=Config(read_timeout=60, retries={"total_max_attempts": 1}),
            )
        return self._clients[service]

    def put_code(self, archive: Path) -> dict[str, str]:
        """Puts the functions' code where the stacks look for it; answers the parameters that say so."""
        s3 = self.client("s3")
        key = f"{archive.stat().st_mtime_ns}.zip"
        s3.put_object(Bucket=CODE_BUCKET, Key=key, Body=archive.read_bytes())
        return {"Bucket": CODE_BUCKET, "ObjectKey": key}

    def put(self, name: str, template: Template, code: Mapping[str, str], action: str = "create") -> None:
        """Makes one stack, or with ``update`` changes it. Raises ``RuntimeError`` with what went wrong."""
        made, gone = without_unknown(template)
        self.left_out[name] = gone
        parameters = [
            {"ParameterKey": parameter, "ParameterValue": value}
            for parameter in made.get("Parameters", {})
            for kind, value in code.items()
            if kind in parameter
        ]
        key = f"{name}.template.json"  # larger ones than 51,200 bytes have to come from a bucket
        self.client("s3").put_object(Bucket=CODE_BUCKET, Key=key, Body=json.dumps(made).encode())
        formation = self.client("cloudformation")
        getattr(formation, f"{action}_stack")(
            StackName=name,
            TemplateURL=f"{self.endpoint}/{CODE_BUCKET}/{key}",
            Capabilities=["CAPABILITY_NAMED_IAM"],
            Parameters=parameters,
        )
        told = self._ended(name)
        if not told["StackStatus"].endswith("_COMPLETE") or "ROLLBACK" in told["StackStatus"]:
            events = formation.describe_stack_events(StackName=name)["StackEvents"]
            failed = [event for event in events if "FAILED" in event["ResourceStatus"]]
            raise RuntimeError(f"{name}: {told['StackStatus']}: {failed}")
        self.outputs |= {one["OutputKey"]: one["OutputValue"] for one in told.get("Outputs", ())}

    def remove(self, name: str) -> None:
        """Deletes one stack. Raises ``RuntimeError`` if it is still there after that."""
        formation = self.client("cloudformation")
        number = formation.describe_stacks(StackName=name)["Stacks"][0]["StackId"]
        formation.delete_stack(StackName=name)
        told = self._ended(number)
        if told["StackStatus"] != "DELETE_COMPLETE":
            raise RuntimeError(f"{name}: {told['StackStatus']}: {told.get('StackStatusReason')}")

    def _ended(self, stack: str) -> Any:  # noqa: ANN401 - JSON
        formation = self.client("cloudformation")
        while True:
            told = formation.describe_stacks(StackName=stack)["Stacks"][0]
            if not told["StackStatus"].endswith("_IN_PROGRESS"):
                return told
            time.sleep(0.1)


def read(templates: Path, prefix: str = PREFIX) -> dict[str, Template]:
    """The stacks of a folder in the order of their numbers, by name."""
    found = {}
    for path in sorted(templates.glob("*.template.json")):
        stack = path.name.partition("-")[2].partition(".")[0]
        found[f"{prefix}-{stack}"] = json.loads(path.read_text())
    return found


async def quiet(shop: Shop, seconds: float = 60) -> None:
    """Returns when nothing moves any more in a shop whose work functions do. Raises ``TimeoutError``."""
    address = Address.of(shop.settings.workflow, "states://region/arn")
    service = Service("stepfunctions", address.client(address.host))
    try:
        async with asyncio.timeout(seconds):
            still = 0
            while still < 2:
                still = 0 if await _moves(shop, service, address.path) else still + 1
                await asyncio.sleep(0.1)
    finally:
        await service.close()


async def _moves(shop: Shop, states: Service, machine: str) -> bool:
    if await announced(shop.store):
        return True
    for queue in {subscription.queue for subscription in shop.subscriptions}:
        if (await shop.queue.backlog(queue)).depth:
            return True
    client = await states.client()
    running = (await client.list_executions(stateMachineArn=machine, statusFilter="RUNNING"))["executions"]
    rows = await shop.store.get_many(PROGRESS, [(one["name"],) for one in running])
    return any(row is not None and row.state != "WAITING" for row in rows)


def without_unknown(template: Template) -> tuple[Template, list[str]]:
    """The template without what the emulator has not, and the names of what was taken out."""
    made: Template = json.loads(json.dumps(template))
    resources = made["Resources"]
    gone = {name for name, one in resources.items() if one["Type"].startswith(UNKNOWN)}
    while more := {name for name, one in resources.items() if name not in gone and _refers(one, gone)}:
        gone |= more
    for name in gone:
        del resources[name]
    for one in resources.values():
        named = one.pop("DependsOn", [])
        kept = [name for name in ([named] if isinstance(named, str) else named) if name in resources]
        one |= {"DependsOn": kept} if kept else {}
        for document in _policies(one):
            _allow_plain_http(document)
            _name_secrets(document)
            _name_actions(document)
    return made, sorted(gone)


def _refers(resource: Template, names: set[str]) -> bool:
    told = json.dumps(resource.get("Properties", {}))
    return any(re.search(rf'"(Ref|Fn::GetAtt)": \[?"{name}"', told) for name in names)


def _policies(resource: Template) -> Iterator[Template]:
    properties = resource.get("Properties", {})
    has_own = resource["Type"] == "AWS::IAM::Role"
    inline = [policy["PolicyDocument"] for policy in properties.get("Policies", ()) if has_own]
    yield from [document for document in (properties.get("PolicyDocument"), *inline) if document]


def _allow_plain_http(document: Template) -> None:
    """The emulator is reached by plain HTTP, which policies rightly deny."""
    kept = [one for one in document["Statement"] if "aws:SecureTransport" not in json.dumps(one)]
    owner = {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}
    document["Statement"] = kept or [{"Effect": "Allow", "Principal": owner, "Action": "*", "Resource": "*"}]


def _name_secrets(document: Template) -> None:
    """``Ref`` of a secret is its address on AWS, and its mere name here."""
    for statement in document["Statement"]:
        if "secretsmanager:GetSecretValue" in statement["Action"]:
            statement["Resource"] = f"arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:*"


def _name_actions(document: Template) -> None:
    """Leave for one message is leave for a batch on AWS; the emulator asks for each by its name."""
    for statement in document["Statement"]:
        actions = statement["Action"] if isinstance(statement["Action"], list) else [statement["Action"]]
        if _UNNAMED & set(actions):
            statement["Resource"] = "*"
        single = [action for action in actions if action.startswith("sqs:") and action.endswith(_BATCHED)]
        statement["Action"] = [*actions, *(f"{action}Batch" for action in single)]


_UNNAMED = {"ses:SendEmail", "states:SendTaskSuccess"}
"""Asked for the sender's identity and for the state machine on AWS, and for no resource here."""

_BATCHED = ("SendMessage", "DeleteMessage", "ChangeMessageVisibility")
