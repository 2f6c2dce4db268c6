"""CloudFormation templates for those who deploy without CDK: ``python -m infra.templates folder [stage]``.

They name no bucket of CDK's: two parameters of the stack of functions say where the artefact is. What is to
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

1. Put `lambda.zip` (`python scripts/build_lambda.py --zip build/lambda.zip`) into a bucket of yours.
2. Create the stacks in this order, each when the one before is complete, and under exactly these names:

{commands}
3. Put the built pages (`web/dist`) into the bucket that the stack `{prefix}-web` names.
"""


def main() -> None:
    """Writes the folder named on the command line."""
    folder = Path(sys.argv[1])
    stage = sys.argv[2] if len(sys.argv) > 2 else "dev"
    context = json.loads(OPTIONS.read_text()) if OPTIONS.exists() else {}
    write(folder, context | {"stage": stage}, ShopData.load())
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
    (folder / "README.md").write_text(README.format(prefix=prefix, commands=commands))


def _name(number: int, stack: Stack) -> str:
    return f"{number:02}-{stack.stack_name.rpartition('-')[2]}.template.json"


def _command(number: int, stack: Stack, code: lambda_.CfnParametersCode) -> str:
    lines = [
        f"    aws cloudformation deploy --stack-name {stack.stack_name} \\",
        f"        --template-file {_name(number, stack)} --s3-bucket YOUR_BUCKET \\",
        "        --capabilities CAPABILITY_NAMED_IAM",
    ]
    if stack.stack_name.endswith("-compute"):
        bucket = stack.resolve(code.bucket_name_param)
        key = stack.resolve(code.object_key_param)
        lines[-1] += " \\"
        lines.append(f"        --parameter-overrides {bucket}=YOUR_BUCKET {key}=lambda.zip")
    return "\n".join(lines) + "\n\n"


if __name__ == "__main__":
    main()
