"""CloudFormation templates for those who deploy without CDK.

``python -m infra.templates folder [stage [topology]]``. They name no bucket of CDK's: two parameters of the
stack of functions say where the artefact is. What is to
be different besides the stage is read from ``build/options.json``, if it is there.
"""

import json
import shutil
import sys
import tempfile
from pathlib import Path

from aws_cdk import App, BootstraplessSynthesizer, Stack
from aws_cdk import aws_lambda as lambda_

from infra.app import build, check
from infra.shop import OPTIONS, ShopData

README = """\
# {prefix} as CloudFormation templates

{before}
2. Create the stacks in this order, each when the one before is complete, and under exactly these names:

{commands}
{after}
"""

_LAMBDA = (
    "1. Put `lambda.zip` (`python scripts/build_lambda.py --zip build/lambda.zip`) into a bucket of yours."
)
_PAGES = "3. Put the built pages (`web/dist`) into the bucket that the stack `{prefix}-web` names."

BEFORE = {
    "serverless": _LAMBDA,
    "containers": f"{_LAMBDA} After the first stack, push the image to the repository that it names.",
    "instances": "1. After the first stack, put what `make release` leaves in `build/release` into the bucket"
    " that it names, below `releases/`; the option `release` is its name without `.tar.gz`.",
}
AFTER = {
    "serverless": _PAGES,
    "containers": _PAGES,
    "instances": "3. Open the address that `{prefix}-web` names.",
}


def main() -> None:
    """Writes the folder named on the command line."""
    folder = Path(sys.argv[1])
    chosen = dict(zip(("stage", "topology"), sys.argv[2:4], strict=False))
    context = json.loads(OPTIONS.read_text()) if OPTIONS.exists() else {}
    write(folder, context | {"stage": "dev"} | chosen, ShopData.load())
    sys.stdout.write(f"The templates are in {folder}.\n")


def write(folder: Path, context: dict[str, str], shop: ShopData) -> None:
    """One template for each stack, numbered in their order, and a page that tells what to do with them."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    with tempfile.TemporaryDirectory() as made:
        app = App(
            outdir=made,
            context=context,
            default_stack_synthesizer=BootstraplessSynthesizer(),
            analytics_reporting=False,
        )
        code = lambda_.Code.from_cfn_parameters()
        stacks = build(app, shop, code)
        check(app)
        app.synth()
        for number, stack in enumerate(stacks, start=1):
            target = folder / _name(number, stack)
            shutil.copyfile(Path(made) / f"{stack.artifact_id}.template.json", target)
    commands = "".join(_command(number, stack, code) for number, stack in enumerate(stacks, start=1))
    prefix = stacks[0].stack_name.rpartition("-")[0]
    topology = context.get("topology", "serverless")
    after = AFTER[topology].format(prefix=prefix)
    told = README.format(prefix=prefix, commands=commands, before=BEFORE[topology], after=after)
    (folder / "README.md").write_text(told)


def _name(number: int, stack: Stack) -> str:
    return f"{number:02}-{stack.stack_name.rpartition('-')[2]}.template.json"


def _command(number: int, stack: Stack, code: lambda_.CfnParametersCode) -> str:
    lines = [
        f"    aws cloudformation deploy --stack-name {stack.stack_name} \\",
        f"        --template-file {_name(number, stack)} --s3-bucket YOUR_BUCKET \\",
        "        --capabilities CAPABILITY_NAMED_IAM",
    ]
    if stack.stack_name.endswith(("-compute", "-gateway")):
        bucket = stack.resolve(code.bucket_name_param)
        key = stack.resolve(code.object_key_param)
        lines[-1] += " \\"
        lines.append(f"        --parameter-overrides {bucket}=YOUR_BUCKET {key}=lambda.zip")
    return "\n".join(lines) + "\n\n"


if __name__ == "__main__":
    main()
