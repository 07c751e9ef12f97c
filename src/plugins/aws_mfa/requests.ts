/**
 * All requests of this plugin. With them the AWS SDK is loaded, which takes longer than everything before:
 * so this is loaded on demand.
 *
 * @module
 */

import { AssumeRoleCommand, GetSessionTokenCommand } from "@aws-sdk/client-sts";
import { type Clients, connect, type Connection, createClients } from "../../aws/client/clients.ts";
import { checkHost, isLoopback } from "../../aws/client/hosts.ts";
import { sendRequest } from "../../aws/client/requests.ts";
import { endpointOf } from "../../aws/contacted_hosts.ts";
import { checkedExpiry, clocksOf, withoutMilliseconds } from "../../aws/expiration.ts";
import { explainFailure, isAccessDenied, notAws } from "../../aws/failures.ts";
import type { SourceKeys } from "../../aws/keys/keys.ts";
import { loadProvidedKeys } from "../../aws/keys/source_keys.ts";
import { SERIAL_NUMBER } from "../../aws/limits.ts";
import type { RoleHop } from "../../aws/profiles/chain_settings.ts";
import type { ProvidedCredentials } from "../../aws/profiles/credentials.ts";
import { callerArn, checkedIdentity, sessionOf, type StsSession } from "../../aws/sts.ts";
import { WevError } from "../../errors.ts";
import type { ExpiringResolution, Resolution, ResolveContext } from "../../plugin/mod.ts";
import { textProblem } from "../../value_form.ts";
import { explainRoleFailure, FirstHopError, inputOf, sessionKeys } from "./roles.ts";
import type { MfaSource } from "./source.ts";

/** A request with a code. */
interface CodeRequest {
  /** The device that shows it. */
  readonly serialNumber: string;
  /** The code. */
  readonly code: string;
  /** The ARN of the user. */
  readonly user: string;
}

/** Requests with the long-term keys of a user. */
export class UserRequests {
  /** How the requests reach AWS. */
  readonly connection: Connection;
  readonly #source: MfaSource;
  readonly #clients: Clients;
  readonly #context: ResolveContext;

  /**
   * Sends nothing yet.
   *
   * @throws {WevError} if a file of certificates is invalid.
   */
  constructor(source: MfaSource, keys: SourceKeys, context: ResolveContext) {
    this.#source = source;
    this.#context = context;
    this.connection = connect(source, context);
    this.#clients = createClients(keys, this.connection);
  }

  /**
   * Returns the ARN of the owner of the keys.
   *
   * @throws {WevError} if AWS does not say it.
   */
  async caller(): Promise<string> {
    return await callerArn(this.#clients, this.connection, this.#context);
  }

  /** Returns whether STS is on this computer. */
  async isLocal(): Promise<boolean> {
    return isLoopback(await endpointOf("sts", this.#source, this.#context));
  }

  /**
   * Returns the serial numbers of the MFA devices of a user.
   *
   * @throws {WevError} if AWS does not say them; the SDK's error if that is forbidden.
   */
  async devices(userName: string): Promise<readonly string[]> {
    return await listDevices(this.#clients, userName, this.#context);
  }

  /**
   * Returns a session of the user: GetSessionToken.
   *
   * @throws the SDK's error if AWS refuses.
   */
  async sessionToken(
    duration: number,
    { serialNumber, code, user }: CodeRequest,
  ): Promise<StsSession> {
    const { sts } = this.#clients;
    const command = new GetSessionTokenCommand({
      SerialNumber: serialNumber,
      DurationSeconds: duration,
      TokenCode: code,
    });
    const { Credentials } = await this.#context.waitFor(
      "AWS to check the code",
      sendRequest(sts, (options) => sts.send(command, options), this.#context, "a code"),
    );
    return this.#session(Credentials, user);
  }

  /**
   * Returns a session of `role`, which is assumed with a code.
   *
   * @throws the SDK's error if AWS refuses.
   */
  async assumeRole(
    role: RoleHop,
    { serialNumber, code, user }: CodeRequest,
  ): Promise<StsSession> {
    const { sts } = this.#clients;
    const command = new AssumeRoleCommand({
      ...inputOf(role, user, true),
      SerialNumber: serialNumber,
      TokenCode: code,
    });
    const { Credentials, AssumedRoleUser } = await this.#context.waitFor(
      `AWS to give a session of ${role.arn}`,
      sendRequest(sts, (options) => sts.send(command, options), this.#context, "a code"),
    );
    return this.#session(Credentials, checkedIdentity(AssumedRoleUser?.Arn ?? role.arn));
  }

  #session(credentials: Parameters<typeof sessionOf>[0], identity: string): StsSession {
    this.connection.clockOffset = this.#clients.sts.config.systemClockOffset;
    return sessionOf(credentials, identity, clocksOf(this.connection, this.#context));
  }
}

/** Pages of devices: a user has 8 devices at most, and AWS may give them one by one. */
const MAX_PAGES = 20;

/** Reads all pages: "might return fewer results, even when there are more results available". */
async function listDevices(
  clients: Clients,
  userName: string,
  context: ResolveContext,
): Promise<string[]> {
  const { ListMFADevicesCommand } = await import("@aws-sdk/client-iam");
  const iam = await clients.iam();
  const serials: string[] = [];
  const markers = new Set<string>();
  let Marker: string | undefined;
  for (let count = 0; count < MAX_PAGES; count++) {
    const command = new ListMFADevicesCommand({
      // Always: a user who may see only its own devices is refused without it.
      UserName: userName,
      ...(Marker === undefined ? {} : { Marker }),
    });
    try {
      const page = await context.waitFor(
        "AWS to list the MFA devices",
        sendRequest(iam, (options) => iam.send(command, options), context),
      );
      serials.push(...(page.MFADevices ?? []).flatMap((device) => device.SerialNumber ?? []));
      Marker = page.IsTruncated ? page.Marker : undefined;
    } catch (error) {
      throw isAccessDenied(error) ? error : explainFailure(error, clients.keys);
    }
    if (serials.some((serial) => textProblem(serial, SERIAL_NUMBER) !== undefined)) {
      throw notAws("it names an MFA device with an invalid serial number");
    }
    if (Marker === undefined) return serials;
    if (markers.has(Marker)) throw notAws("its list of MFA devices repeats a page");
    markers.add(Marker);
  }
  throw notAws(`its list of MFA devices has more than ${MAX_PAGES} pages`);
}

/** A chain of roles. */
export interface RolePath {
  /** The roles. */
  readonly roles: readonly RoleHop[];
  /** The keys that assume the first one. */
  readonly keys: SourceKeys;
  /** The ARN of the owner of those keys. */
  readonly caller: string;
}

/**
 * Assumes the roles one after the other, without a code, and returns the session of the last one.
 *
 * @throws {FirstHopError} if the first role can't be assumed: the keys may have been revoked.
 * @throws {WevError} if another one can't be assumed.
 */
export async function assumeRoles(
  { roles, keys, caller }: RolePath,
  connection: Connection,
  context: ResolveContext,
): Promise<ExpiringResolution> {
  let signer = keys;
  let session: ExpiringResolution | undefined;
  for (const [at, role] of roles.entries()) {
    const isLast = at === roles.length - 1;
    const { sts } = createClients(signer, connection);
    const command = new AssumeRoleCommand(inputOf(role, caller, isLast));
    try {
      const answer = await context.waitFor(
        `AWS to give a session of ${role.arn}`,
        sendRequest(sts, (options) => sts.send(command, options), context),
      );
      connection.clockOffset = sts.config.systemClockOffset;
      const identity = checkedIdentity(answer.AssumedRoleUser?.Arn ?? role.arn);
      session = sessionOf(answer.Credentials, identity, clocksOf(connection, context));
    } catch (error) {
      if (error instanceof WevError || context.signal.aborted) throw error;
      if (at === 0) throw new FirstHopError(error, role);
      throw explainRoleFailure(error, role, signer);
    }
    signer = sessionKeys(session, keys.region, `the role ${role.arn}`);
  }
  return session!;
}

/**
 * Returns the keys that the provider `base` of `source` has. A host of STS that wev would refuse is refused
 * before the provider is asked.
 *
 * @throws {WevError} if the provider has none.
 */
export async function providedKeys(
  base: ProvidedCredentials,
  source: MfaSource,
  context: ResolveContext,
): Promise<SourceKeys> {
  checkHost(await endpointOf("sts", source, context));
  return await loadProvidedKeys(base, source, context);
}

/** Returns a session from temporary keys. No code is possible with them: their issuer required MFA, or not. */
export async function withoutCode(
  source: MfaSource,
  keys: SourceKeys,
  context: ResolveContext,
): Promise<Resolution> {
  const { roles } = source;
  context.checkUnattended();
  const connection = connect(source, context);
  const caller = await callerArn(createClients(keys, connection), connection, context);
  if (roles.length > 0) {
    try {
      return await assumeRoles({ roles, keys, caller }, connection, context);
    } catch (error) {
      if (!(error instanceof FirstHopError)) throw error;
      throw explainRoleFailure(error.cause, error.role, keys);
    }
  }
  const { accessKeyId, secretAccessKey, sessionToken = "", expiresAt, source: name } = keys;
  const values = [accessKeyId, secretAccessKey, sessionToken];
  // Without an expiration they are not cached: no time is better than a wrong one.
  if (expiresAt === undefined) return { values: [...values, ""], unset: [3], identity: caller };
  return {
    values: [...values, withoutMilliseconds(expiresAt)],
    expiresAt: checkedExpiry(
      expiresAt,
      `The credentials from ${name}`,
      clocksOf(connection, context),
    ),
    identity: caller,
  };
}
