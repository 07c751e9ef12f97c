/**
 * Runs the local AWS on its own, to try out a client by hand.
 *
 * ```sh
 * deno run -A tests/support/aws/main.ts --port 4566
 * ```
 *
 * Prints one JSON object (the endpoint, a user's access key, the device's serial number and secret)
 * and serves until it is killed.
 *
 * @module
 */
import { parseArgs } from "node:util";
import { startLocalAws } from "./mod.ts";

if (import.meta.main) {
  const { values } = parseArgs({ options: { port: { type: "string", default: "0" } } });
  const aws = startLocalAws({ port: Number(values.port) });
  const user = aws.addUser({ name: "demo" });
  const description = {
    endpoint: aws.endpoint,
    arn: user.arn,
    accessKeyId: user.accessKey.accessKeyId,
    secretAccessKey: user.accessKey.secretAccessKey,
    serialNumber: user.device.serialNumber,
    totpSecret: user.device.secret,
    environment: aws.environment(user.accessKey),
  };
  await Deno.stdout.write(new TextEncoder().encode(JSON.stringify(description, null, 2) + "\n"));
}
