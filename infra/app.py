"""The CDK app: ``python -m infra.app``. Context, or ``build/options.json``, chooses what ``infra.options``
lists.
"""

import json
from pathlib import Path

from aws_cdk import App, Stack, Tags, Validations
from aws_cdk import aws_lambda as lambda_
from cdk_nag import AwsSolutionsChecks

from infra.options import Options
from infra.reasons import acknowledge, reasons
from infra.shop import ARTEFACT, OPTIONS, ShopData
from infra.stacks.api import ApiStack
from infra.stacks.compute import Before, ComputeStack
from infra.stacks.data import DataStack
from infra.stacks.media import MediaStack
from infra.stacks.messaging import MessagingStack
from infra.stacks.observe import Observed, ObserveStack
from infra.stacks.web import WebStack
from infra.stacks.workflow import WorkflowStack


def build(app: App, shop: ShopData, code: lambda_.Code) -> list[Stack]:
    """All stacks, each after those that it builds on."""
    options = Options.of(app.node)
    prefix = options.prefix
    data = DataStack(app, f"{prefix}-data", options, shop)
    messaging = MessagingStack(app, f"{prefix}-messaging", options, shop)
    api = ApiStack(app, f"{prefix}-api", options, shop, data.pool)
    web = WebStack(app, f"{prefix}-web", options, shop, api.api)
    before = Before(data, messaging, api, web)
    compute = ComputeStack(app, f"{prefix}-compute", options, shop, before, code)
    workflow = WorkflowStack(app, f"{prefix}-workflow", options, shop.state_machine, compute.step.target)
    media = MediaStack(
        app, f"{prefix}-media", options, compute.uploaded.target, web.distribution.distribution_arn
    )
    observed = Observed(data, messaging, api, web, compute, workflow)
    observe = ObserveStack(app, f"{prefix}-observe", options, observed)
    Tags.of(app).add("cartwheel:shop", options.name)
    Tags.of(app).add("cartwheel:stage", options.stage)
    made = [data, messaging, api, web, compute, workflow, media, observe]
    for name, told in reasons(prefix).items():
        acknowledge(next(one for one in made if one.stack_name == f"{prefix}-{name}"), told)
    return made


def main() -> None:
    """Writes the assembly where CDK wants it."""
    app = App(context=json.loads(OPTIONS.read_text()) if OPTIONS.exists() else None)
    artefact = app.node.try_get_context("artefact") or str(ARTEFACT)
    if not (Path(artefact) / "cartwheel").is_dir():
        raise SystemExit(f"{artefact} holds no artefact: run `make lambda` first.")
    build(app, ShopData.load(), lambda_.Code.from_asset(artefact))
    check(app)
    app.synth()


def check(app: App) -> None:
    """Has cdk-nag look through the stacks: what it finds ends the synthesis."""
    Validations.of(app).add_plugins(AwsSolutionsChecks(app, verbose=True))


if __name__ == "__main__":
    main()
