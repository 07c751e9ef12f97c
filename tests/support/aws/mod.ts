/**
 * A local AWS: STS, IAM and S3 as far as multi-factor authentication goes, strict as the real ones.
 *
 * @example
 * ```ts ignore
 * import { failures, startLocalAws } from "./mod.ts";
 *
 * await using aws = startLocalAws();
 * const user = aws.addUser({ name: "ann", devices: [{ name: "phone" }] });
 * const code = user.device.code(); // what the phone shows now
 * aws.clock.advance(30); // the next code; an hour on: the end of a session
 * strictEqual(user.device.code(-30), code);
 *
 * // aws.environment(user.accessKey) is for the program under test. It may try three times:
 * aws.failures.add("GetSessionToken", failures.throttling, { times: 2 });
 * // And must not send a code twice:
 * const codes = aws.requestsOf("GetSessionToken").map(({ parameters }) => parameters["TokenCode"]);
 * strictEqual(new Set(codes).size, codes.length);
 * ```
 *
 * @module
 */
export { Account, type AccountOptions, type TemporaryKey } from "./account.ts";
export type { ArnAccount, Partition } from "./arn.ts";
export { ServerClock, type ServerClockOptions } from "./clock.ts";
export type { AccessKey, Credential, Identity } from "./credential.ts";
export type { DeviceKind, DeviceOptions, MfaDevice, MfaDeviceParts } from "./device.ts";
/** What can go wrong: for `aws.failures.add()`. */
export * as failures from "./failures.ts";
export type { Failure, FailureOptions, FailurePlan } from "./failures.ts";
export type { LoggedRequest } from "./request_log.ts";
export type { LocalRole, RoleOptions } from "./role.ts";
export type { Bucket } from "./s3.ts";
export { LocalAws, type LocalAwsOptions, startLocalAws } from "./server.ts";
export type { IamPermission, LocalUser, UserOptions } from "./user.ts";
