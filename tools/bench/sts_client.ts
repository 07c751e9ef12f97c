/**
 * Loads the STS client, and then says what wev asks: what the way to the question costs without wev.
 *
 * @module
 */

import { STSClient } from "@aws-sdk/client-sts";

new STSClient({ region: "us-east-1" });
await Deno.stdout.write(new TextEncoder().encode("Token: \n"));
