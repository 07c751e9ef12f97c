"""Prints, as JSON, how the AWS CLI reads what it is given on standard input, as JSON.

{"files": [{"config": BASE64, "credentials": BASE64}]}: for each what both files say together, or null where
they are refused. {"words": [TEXT]}: for each its words, as of a command line, on Unix and on Windows; null
where it is refused. {"paths": [TEXT]}: for each the path with variables and ~ expanded.
"""

import base64
import json
import os
import sys
import tempfile

try:
    import botocore.compat as compat
    import botocore.session as session
except ImportError:
    import awscli.botocore.compat as compat
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


def split(text, platform):
    try:
        return compat.compat_shell_split(text, platform)
    except ValueError:
        return None


given = json.load(sys.stdin)
with tempfile.TemporaryDirectory() as directory:
    answer = {
        "files": [read(case, directory) for case in given["files"]],
        "words": [[split(text, "linux"), split(text, "win32")] for text in given["words"]],
        "paths": [os.path.expanduser(os.path.expandvars(text)) for text in given["paths"]],
    }
print(json.dumps(answer))
