"""The shop on AWS, serverless: a CDK app. See docs/how-to/deploy-serverless.md."""
