"""Tells what botocore and the AWS CLI see, in each environment of a JSON list on standard input."""

import json
import os
import sys

import botocore.session
from botocore.configprovider import BOTOCORE_DEFAUT_SESSION_VARIABLES, ConfiguredEndpointProvider

# As awscli/__init__.py has it.
OUTPUT = {"output": ("output", "AWS_DEFAULT_OUTPUT", "json", None)}
SERVICES = ["sts", "iam", "s3", "dynamodb", "elasticbeanstalk"]
S3 = ["use_arn_region", "s3_disable_multiregion_access_points", "us_east_1_regional_endpoint"]
UNASKED = {"profile", "config_file", "credentials_file", "api_versions", "parameter_validation"}


def settings():
    session = botocore.session.Session(session_vars=OUTPUT)
    names = [n for n in BOTOCORE_DEFAUT_SESSION_VARIABLES if n not in UNASKED and "csm" not in n]
    seen = {name: session.get_config_variable(name) for name in [*names, "output"]}
    s3 = session.get_config_variable("s3") or {}
    seen.update({f"s3.{name}": s3.get(name) for name in S3})
    ignored = session.get_config_variable("ignore_configured_endpoint_urls")
    for service in SERVICES:
        provider = ConfiguredEndpointProvider(
            full_config=session.full_config,
            scoped_config=session.get_scoped_config(),
            client_name=service,
        )
        seen[f"endpoint of {service}"] = None if ignored else provider.provide()
    del seen["ignore_configured_endpoint_urls"]
    return seen


answers = []
for environment in json.load(sys.stdin):
    os.environ.clear()
    os.environ.update(environment)
    answers.append(settings())
json.dump(answers, sys.stdout)
