/**
 * The explanation of a variable for `wev --explain`: without a request, a question or a secret.
 *
 * @module
 */

import type { Contacted } from "../../aws/contacted_hosts.ts";
import { parseExpiration } from "../../aws/expiration.ts";
import { CHAINED_ROLE_DURATION, MIN_DURATION } from "../../aws/limits.ts";
import { staleTokenNote, temporarySource } from "../../aws/profiles/credentials.ts";
import { quoted } from "../../aws/profiles/profile_errors.ts";
import { escapeControls, WevError } from "../../errors.ts";
import type { ExplainContext } from "../../plugin/mod.ts";
import { commandDefaults, defaultProfileWarnings } from "./command_settings.ts";
import { knownDevice, sessionInUse } from "./kept_values.ts";
import type { AwsMfaOptions } from "./options.ts";
import { checkSource, findMfaSource, isLong, type MfaSource, profileNote } from "./source.ts";

/** Returns the explanation, one sentence a line. Invalid files are part of it. */
export async function explainSession(
  options: AwsMfaOptions,
  context: ExplainContext,
): Promise<string[]> {
  try {
    const source = findMfaSource(options, context, { needsSecret: false });
    return [...profileNote(options, context), ...await tell(options, source, context)];
  } catch (error) {
    if (!(error instanceof WevError)) throw error;
    return [
      ...profileNote(options, context),
      `Takes the access key of ${chosen(options, context)}.`,
      ...failing(error),
    ];
  }
}

/** Returns the source that the keys would have if the files and variables were valid. */
function chosen({ profile }: AwsMfaOptions, { environment }: ExplainContext): string {
  const get = (name: string) => environment.get(name) || undefined;
  const ofEnvironment = get("AWS_ACCESS_KEY_ID") ?? get("AWS_SECRET_ACCESS_KEY");
  if (profile === undefined && ofEnvironment !== undefined) return "the environment";
  return `the profile ${
    quoted(profile ?? get("AWS_PROFILE") ?? get("AWS_DEFAULT_PROFILE") ?? "default")
  }`;
}

async function tell(
  options: AwsMfaOptions,
  source: MfaSource,
  context: ExplainContext,
): Promise<string[]> {
  const { base, profiles, region, shared } = source;
  const lines = [
    base.kind === "keys"
      ? `Takes the access key …${base.accessKeyId.slice(-4)} from ${base.source}.`
      : `Takes the credentials of ${base.source}.`,
  ];
  if (base.kind === "keys" && base.staleToken !== undefined) {
    lines.push(`${staleTokenNote(base)}.`);
  }
  if (profiles.length > 1) {
    lines.push(`Follows the profiles ${profiles.map(quoted).join(" → ")}.`);
  }
  const isSession = temporarySource(base) !== undefined;
  if (isSession) lines.push(...tellOfTemporary(source, context));
  else lines.push(...await tellOfDevice(options, source, context));
  lines.push(...tellOfRoles(source));
  lines.push(...shared.unread.map((sentence) => `${sentence}. Its profiles are not used.`));
  const lookedUp = !isSession && await knownDevice(source, context) === undefined;
  lines.push(
    region === undefined ? "Asks STS at its global endpoint." : `Asks STS in the region ${region}.`,
  );
  const problems = await failingChecks(options, source, context);
  // A run with a problem contacts no host, and the hosts can't be found out for the same reason.
  if (problems.length === 0) lines.push(...await tellOfHosts(source, { iam: lookedUp }, context));
  lines.push(...tellOfCommand(source, context));
  if (options.account !== undefined) {
    lines.push(`Refuses credentials of another account than ${options.account}.`);
  }
  return [...lines, ...problems];
}

/** Returns the first problem that a run would find before a request or a question. */
async function failingChecks(
  options: AwsMfaOptions,
  source: MfaSource,
  context: ExplainContext,
): Promise<string[]> {
  try {
    await checkSource(options, source, context);
    return [];
  } catch (error) {
    if (!(error instanceof WevError)) throw error;
    return failing(error);
  }
}

function tellOfTemporary(
  { base, roles }: MfaSource,
  { times }: ExplainContext,
): string[] {
  const noCode = "They are temporary: no code is asked for.";
  const lines = base.kind === "provider" && base.webIdentity !== undefined
    ? [
      `Assumes the role ${escapeControls(base.webIdentity.roleArn.value)} with the token in ` +
      `${escapeControls(base.webIdentity.tokenFile.value)} (sts:AssumeRoleWithWebIdentity).`,
    ]
    : [];
  if (base.kind === "provider" && base.otherwise !== undefined) {
    lines.push(`If there are none, the run fails: ${base.otherwise.message}.`);
  }
  if (roles.length > 0) return [...lines, noCode];
  lines.push(
    `${noCode} They are passed on unchanged, after AWS has accepted them (sts:GetCallerIdentity).`,
  );
  if (base.kind !== "keys") return lines;
  const { expiration } = base;
  const end = expiration === undefined ? undefined : parseExpiration(expiration);
  return [
    ...lines,
    end === undefined
      ? "Their expiration is not known, so they are not cached."
      : `They expire at ${times.until(end)}, as ${expiration!.name} says.`,
  ];
}

/** Explains the settings that the command gets instead of the profile. */
function tellOfCommand({ profile, command }: MfaSource, context: ExplainContext): string[] {
  if (!context.names.includes("AWS_ACCESS_KEY_ID")) return [];
  const names = commandDefaults(command)
    .flatMap(({ names, value }) => value === undefined ? [] : names);
  const get = (name: string) => context.environment.get(name);
  return [
    ...names.length === 0 ? [] : [
      `Gives the command the settings of the profile "${profile}", unless the environment sets them: ` +
      `${[...new Set(names)].join(", ")}.`,
    ],
    ...defaultProfileWarnings(profile, command, get).map((text) => `${text}.`),
  ];
}

async function tellOfHosts(
  source: MfaSource,
  services: Contacted,
  context: ExplainContext,
): Promise<string[]> {
  const { contactedHosts } = await import("../../aws/contacted_hosts.ts");
  try {
    return [`Contacts ${(await contactedHosts(source, services, context)).join(", ")}.`];
  } catch (error) {
    if (!(error instanceof WevError)) throw error;
    return failing(error);
  }
}

function failing({ message, hint }: WevError): string[] {
  return [`It would fail: ${message}.`, ...(hint === undefined ? [] : [hint])];
}

async function tellOfDevice(
  options: AwsMfaOptions,
  source: MfaSource,
  context: ExplainContext,
): Promise<string[]> {
  const { base, device, deviceSource } = source;
  const serialNumber = await knownDevice(source, context);
  const needsCode = isLong(source.roles);
  const parts = await sessionInUse(options, source, context);
  const session = parts === undefined ? undefined : await context.kept(parts);
  const { duration = MIN_DURATION, token_command } = options;
  const asks = token_command === undefined ? "Asks for" : `Gets from "${token_command[0]}"`;
  return [
    ...(base.kind === "keys" ? [] : ["If they are temporary, no code is asked for. If not:"]),
    device !== undefined
      ? `Uses the MFA device ${device}. It is ${
        deviceSource === "mfa_device" ? "the option mfa_device" : "the mfa_serial of the profile"
      }.`
      : serialNumber !== undefined
      ? `Uses the MFA device ${serialNumber}, which wev remembers. To look it up again: wev --forget`
      : "Looks up the user's MFA device (sts:GetCallerIdentity, iam:ListMFADevices).",
    needsCode
      ? `${asks} a six-digit code for each session of the role: it lasts longer than ` +
        `${CHAINED_ROLE_DURATION} seconds, so AWS requires the code with sts:AssumeRole.`
      : `${asks} a six-digit code, and gets a session of ${duration} seconds ` +
        "(sts:GetSessionToken), which all variables and directories share.",
    ...(session?.expiresAt === undefined
      ? []
      : [`The cached session lasts until ${context.times.until(session.expiresAt)}.`]),
    ...(duration > 900 || needsCode ? [] : [
      "A duration of 900 seconds is short: AWS's SDKs request new credentials when less than 15 minutes " +
      "remain. Set duration to 43200, for example.",
    ]),
  ];
}

function tellOfRoles({ roles }: MfaSource): string[] {
  return roles.map(({ arn, profile, duration, sessionName, externalId }, at) => {
    const isLast = at === roles.length - 1;
    const seconds = isLast ? duration : Math.min(duration, CHAINED_ROLE_DURATION);
    const details = [
      profile === undefined ? "role_arn" : `profile "${profile}"`,
      ...(sessionName === undefined ? [] : [`session name "${sessionName}"`]),
      ...(externalId === undefined ? [] : ["with an external ID"]),
    ];
    const limit = at > 0 || duration <= CHAINED_ROLE_DURATION
      ? `AWS's limit is ${CHAINED_ROLE_DURATION}, because it is assumed with a session`
      : "the limit is the role's MaxSessionDuration";
    return `Assumes the role ${arn} (${details.join(", ")}) for ${seconds} seconds; ${limit}.`;
  });
}
