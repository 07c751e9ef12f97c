/** How a run of the AWS CLI ended. */
export interface AwsCliResult {
  /** The exit status. */
  readonly code: number;
  /** All of its standard output. */
  readonly stdout: string;
  /** All of its standard error. */
  readonly stderr: string;
}

/** Tells whether the AWS CLI is installed. */
export function isAwsCliInstalled(): boolean {
  try {
    return new Deno.Command("aws", { args: ["--version"], stdout: "null", stderr: "null" })
      .outputSync().success;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/** Runs the AWS CLI once, without retries and without this machine's configuration. */
export async function runAwsCli(
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<AwsCliResult> {
  const { code, stdout, stderr } = await new Deno.Command("aws", {
    args: [...args],
    clearEnv: true,
    env: {
      PATH: Deno.env.get("PATH") ?? "",
      AWS_MAX_ATTEMPTS: "1",
      AWS_CONFIG_FILE: "/dev/null",
      AWS_SHARED_CREDENTIALS_FILE: "/dev/null",
      AWS_PAGER: "",
      TZ: "UTC",
      ...environment,
    },
  }).output();
  const decoder = new TextDecoder();
  return { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
}
