/**
 * Files of profiles, for tests.
 *
 * @module
 */

/** An access key, as a profile has it. */
export const KEYS: string =
  "aws_access_key_id = AKIAEXAMPLEEXAMPLE00\naws_secret_access_key = secret\n";
/** A role, as a profile has it. */
export const ROLE: string = "role_arn = arn:aws:iam::123456789012:role/reader\n";

/** Two users, a role of one and a role of that role, each with settings. */
export const CONFIG: string = `[default]
region = us-east-1
[profile bob]
region = eu-west-1
mfa_serial = arn:aws:iam::123456789012:mfa/bob
[profile reader]
${ROLE}source_profile = bob
[profile writer]
role_arn = arn:aws:iam::123456789012:role/writer
source_profile = reader
endpoint_url = http://127.0.0.1:1
use_fips_endpoint = true
`;
/** The access keys of the users. */
export const USERS: string = `[default]\n${KEYS}[bob]\n${KEYS.replace("00", "11")}`;
