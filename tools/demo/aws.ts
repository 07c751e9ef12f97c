/**
 * Stands in for the AWS CLI where it is not installed: `aws s3 ls`, and nothing else.
 *
 * @module
 */

import { AwsV4Signer } from "aws4fetch";

/** What the AWS CLI exits with where the service refuses. */
const REFUSED = 254;

if (import.meta.main) Deno.exit(await listBuckets());

async function listBuckets(): Promise<number> {
  if (Deno.args.join(" ") !== "s3 ls") {
    print(Deno.stderr, "This aws only stands in for the AWS CLI: it knows `aws s3 ls`");
    return 2;
  }
  const sessionToken = Deno.env.get("AWS_SESSION_TOKEN");
  const signer = new AwsV4Signer({
    url: `${Deno.env.get("AWS_ENDPOINT_URL")}/`,
    accessKeyId: Deno.env.get("AWS_ACCESS_KEY_ID") ?? "",
    secretAccessKey: Deno.env.get("AWS_SECRET_ACCESS_KEY") ?? "",
    ...(sessionToken === undefined ? {} : { sessionToken }),
    service: "s3",
    region: Deno.env.get("AWS_REGION") ?? "us-east-1",
    allHeaders: true,
  });
  const { url, method, headers } = await signer.sign();
  const response = await fetch(url, { method, headers });
  const xml = await response.text();
  if (!response.ok) {
    const [code] = texts(xml, "Code");
    const [message] = texts(xml, "Message");
    print(
      Deno.stderr,
      `\nAn error occurred (${code}) when calling the ListBuckets operation: ${message}`,
    );
    return REFUSED;
  }
  const created = texts(xml, "CreationDate").map((date) => date.slice(0, 19).replace("T", " "));
  for (const [index, name] of texts(xml, "Name").entries()) {
    print(Deno.stdout, `${created[index]} ${name}`);
  }
  return 0;
}

/** Returns the texts of all elements `name`. */
function texts(xml: string, name: string): string[] {
  return [...xml.matchAll(new RegExp(`<${name}>([^<]*)</${name}>`, "g"))].map(([, text]) =>
    text ?? ""
  );
}

function print(stream: typeof Deno.stdout | typeof Deno.stderr, line: string): void {
  stream.writeSync(new TextEncoder().encode(`${line}\n`));
}
