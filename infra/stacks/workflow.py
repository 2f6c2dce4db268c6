"""The checkout as a state machine, rendered from the same declaration that the local driver runs."""

import json
from collections.abc import Mapping
from typing import Any

from aws_cdk import CfnOutput, RemovalPolicy, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from infra.constructs.logs import log_group
from infra.options import Options


class WorkflowStack(Stack):
    """The state machine. Its only task is one function, called with the name of the step.

    It goes with its stack in production too. What a checkout has come to is in the tables, which stay. A
    machine that stayed could do nothing without its function, and would hold the name of the next one.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        options: Options,
        definition: Mapping[str, Any],
        step: lambda_.IFunction,
    ) -> None:
        super().__init__(scope, id, description="Cartwheel: checkout")
        group = log_group(self, "Log", options, f"/aws/vendedlogs/states/{options.prefix}-checkout")
        self.machine = sfn.StateMachine(
            self,
            "Checkout",
            state_machine_name=f"{options.prefix}-checkout",
            state_machine_type=sfn.StateMachineType.STANDARD,
            definition_body=sfn.DefinitionBody.from_string(json.dumps(definition)),
            definition_substitutions={"StepFunction": step.function_arn},
            tracing_enabled=True,
            logs=sfn.LogOptions(destination=group, level=sfn.LogLevel.ALL, include_execution_data=False),
            removal_policy=RemovalPolicy.DESTROY,
        )
        self.machine.add_to_role_policy(
            iam.PolicyStatement(actions=["lambda:InvokeFunction"], resources=[step.function_arn])
        )
        CfnOutput(self, "StateMachineArn", value=self.machine.state_machine_arn)
