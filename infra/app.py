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
from infra.topologies import TOPOLOGIES


def build(app: App, shop: ShopData, code: lambda_.Code) -> list[Stack]:
    """All stacks, each after those that it builds on."""
    options = Options.of(app.node)
    made = TOPOLOGIES[options.topology](app, options, shop, code)
    Tags.of(app).add("cartwheel:shop", options.name)
    Tags.of(app).add("cartwheel:stage", options.stage)
    for name, told in reasons(options.prefix, options.topology).items():
        for one in made:
            if one.stack_name == f"{options.prefix}-{name}":
                acknowledge(one, told)
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
