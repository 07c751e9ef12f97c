/**
 * Shows wev's main job to somebody who has no AWS account: a local AWS, an authenticator, and a shell
 * to try it in. Without a terminal it plays the visitor itself and shows what happened.
 *
 * @module
 */

import { Stage } from "./demo/stage.ts";
import { play } from "./demo/visitor.ts";

const INTRODUCTION = `
A small AWS runs on this computer. Its user "demo" may list buckets only after proving possession
of an MFA device with a six-digit code. You are that user, in a shell of your own:

  aws s3 ls         is refused
  wev aws s3 ls     asks for the code above the prompt, and lists the buckets
  wev aws s3 ls     uses the session, and asks nothing
  cat .wev.yml      shows the whole configuration
  wev --explain     shows the variables, where they come from and when they expire
  authenticator     shows the code again
  exit              ends it; nothing is left behind
`;

if (import.meta.main) Deno.exit(await demo());

async function demo(): Promise<number> {
  if (Deno.build.os === "windows") {
    print("The demo needs a Unix shell: run it in the Windows Subsystem for Linux.\n");
    return 1;
  }
  await using stage = new Stage();
  if (!Deno.stdin.isTerminal() || !Deno.stdout.isTerminal()) {
    print("There is no terminal here, so the demo types by itself.\n");
    print(await play(stage));
    return 0;
  }
  print(INTRODUCTION);
  // What is typed is for the shell and its commands: Ctrl-C must not end the demo around them.
  Deno.addSignalListener("SIGINT", () => {});
  const [program = "", ...args] = stage.shell;
  const options = { args, cwd: stage.project, clearEnv: true, env: stage.environment };
  // A shell exits as its last command did, which is no failure of the demo.
  await new Deno.Command(program, options).spawn().status;
  return 0;
}

function print(text: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(text));
}
