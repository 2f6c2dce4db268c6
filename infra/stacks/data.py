"""What must not be lost: tables, users, the secret, the search index."""

from aws_cdk import CfnOutput, Duration, Stack
from aws_cdk import aws_cognito as cognito
from aws_cdk import aws_iam as iam
from aws_cdk import aws_secretsmanager as secrets
from constructs import Construct

from infra.constructs.bucket import PrivateBucket
from infra.constructs.tables import ShopTables, table_access
from infra.options import Options
from infra.shop import ShopData

GROUPS = ("customers", "vendors", "admins")


class DataStack(Stack):
    """Tables, user pool, secret and index. In production nothing of it is deleted with the stack."""

    def __init__(self, scope: Construct, id: str, options: Options, shop: ShopData) -> None:
        super().__init__(
            scope, id, description="Cartwheel: tables and users", termination_protection=options.keeps
        )
        self._options = options
        self.tables: ShopTables | None = None
        self.access: iam.ManagedPolicy | None = None
        if options.storage == "dynamodb":
            self.tables = ShopTables(self, "Tables", options, shop.tables)
            self.access = table_access(self, "Items", options)
        self.secret = self._secret("Secret", "Signs tokens and seals keys of the shop (CARTWHEEL_SECRET)")
        self.proof: secrets.Secret | None = None
        """What CloudFront shows an API Gateway; instances are reached by it alone."""
        if options.topology != "instances":
            self.proof = self._secret("Proof", "Shows that a request came through CloudFront")
        self.index = PrivateBucket(self, "Index", options, "index")
        self.pool = self._pool(options)
        self.client = self._client()
        CfnOutput(self, "UserPoolId", value=self.pool.user_pool_id)
        CfnOutput(self, "UserPoolClientId", value=self.client.user_pool_client_id)
        for precedence, group in enumerate(GROUPS):
            cognito.CfnUserPoolGroup(
                self,
                f"Group-{group}",
                user_pool_id=self.pool.user_pool_id,
                group_name=group,
                precedence=len(GROUPS) - precedence,
            )

    def _secret(self, id: str, description: str) -> secrets.Secret:
        return secrets.Secret(
            self,
            id,
            # Without a name of its own: a deleted secret keeps its name for weeks.
            description=description,
            generate_secret_string=secrets.SecretStringGenerator(
                password_length=64, exclude_punctuation=True
            ),
            removal_policy=self._options.removal,
        )

    def _pool(self, options: Options) -> cognito.UserPool:
        return cognito.UserPool(
            self,
            "Users",
            user_pool_name=f"{options.prefix}-users",
            self_sign_up_enabled=True,
            sign_in_aliases=cognito.SignInAliases(email=True),
            sign_in_case_sensitive=False,
            auto_verify=cognito.AutoVerifiedAttrs(email=True),
            keep_original=cognito.KeepOriginalAttrs(email=True),
            account_recovery=cognito.AccountRecovery.EMAIL_ONLY,
            standard_attributes=cognito.StandardAttributes(
                email=cognito.StandardAttribute(required=True, mutable=True),
                fullname=cognito.StandardAttribute(mutable=True),
                locale=cognito.StandardAttribute(mutable=True),
            ),
            password_policy=cognito.PasswordPolicy(
                min_length=8,
                require_lowercase=True,
                require_uppercase=True,
                require_digits=True,
                require_symbols=False,
            ),
            mfa=cognito.Mfa.OPTIONAL,
            mfa_second_factor=cognito.MfaSecondFactor(sms=False, otp=True),
            deletion_protection=options.keeps,
            removal_policy=options.removal,
        )

    def _client(self) -> cognito.UserPoolClient:
        return self.pool.add_client(
            "Client",
            user_pool_client_name="shop",
            auth_flows=cognito.AuthFlow(user_password=True, user_srp=True, admin_user_password=True),
            access_token_validity=Duration.hours(1),
            id_token_validity=Duration.hours(1),
            refresh_token_validity=Duration.days(30),
            prevent_user_existence_errors=True,
            enable_token_revocation=True,
            disable_o_auth=True,
        )
