"""Prints, as JSON, how botocore reads files of profiles.

Standard input: a JSON list of {"config": BASE64, "credentials": BASE64}. Standard output: for each of them
what both files say together, or null where they are refused.
"""

import base64
import json
import os
import sys
import tempfile

try:
    import botocore.session as session
except ImportError:
    import awscli.botocore.session as session


one = session.Session()


def read(case, directory):
    paths = {}
    for name in ("config", "credentials"):
        paths[name] = os.path.join(directory, name)
        with open(paths[name], "wb") as file:
            file.write(base64.b64decode(case[name]))
    # A new session for each case takes ten times as long; what it has read is what it keeps.
    one._config = None
    one.set_config_variable("config_file", paths["config"])
    one.set_config_variable("credentials_file", paths["credentials"])
    try:
        full = one.full_config
    except Exception:
        return None
    return {kind: full.get(kind, {}) for kind in ("profiles", "sso_sessions", "services")}


with tempfile.TemporaryDirectory() as directory:
    print(json.dumps([read(case, directory) for case in json.load(sys.stdin)]))
