/**
 * A local AWS: STS, IAM and S3 as far as multi-factor authentication goes, strict as the real ones.
 *
 * @module
 */
export type { AccountOptions } from "./account.ts";
export type { Partition } from "./arn.ts";
export type { AccessKey } from "./credential.ts";
export type { DeviceKind, DeviceOptions, MfaDevice } from "./device.ts";
export * as failures from "./failures.ts";
export type { LoggedRequest } from "./request_log.ts";
export type { LocalRole, RoleOptions } from "./role.ts";
export type { Bucket } from "./s3.ts";
export { LocalAws, type LocalAwsOptions, startLocalAws } from "./server.ts";
export type { IamPermission, LocalUser, UserOptions } from "./user.ts";
