import { Account, type AccountOptions } from "./account.ts";
import { ServerClock, type ServerClockOptions } from "./clock.ts";
import type { AccessKey } from "./credential.ts";
import { Endpoint } from "./endpoint.ts";
import { FailurePlan } from "./failures.ts";
import { makeIam } from "./iam.ts";
import { Relay } from "./relay.ts";
import { type LoggedRequest, RequestLog } from "./request_log.ts";
import type { LocalRole, RoleOptions } from "./role.ts";
import { type Bucket, S3 } from "./s3.ts";
import { sts } from "./sts.ts";
import type { LocalUser, UserOptions } from "./user.ts";

/** How a {@linkcode LocalAws} is set up. */
export interface LocalAwsOptions extends ServerClockOptions {
  /** The account. */
  readonly account?: AccountOptions;
  /**
   * The port to listen on.
   *
   * @default {0} any that is free
   */
  readonly port?: number;
  /**
   * The only region that a service takes, by service name.
   *
   * @default any of the account's partition
   */
  readonly regions?: { readonly sts?: string; readonly iam?: string; readonly s3?: string };
  /**
   * How many devices a page of ListMFADevices holds at most.
   *
   * @default {1000}
   */
  readonly pageSize?: number;
  /**
   * What S3 lists.
   *
   * @default one bucket, `my-bucket`
   */
  readonly buckets?: readonly Bucket[];
}

const BUCKETS: readonly Bucket[] = [{ name: "my-bucket", created: "2020-01-01T00:00:00.000Z" }];

/** A server on loopback that behaves as AWS's STS, IAM and S3 do towards one account. */
export class LocalAws implements AsyncDisposable {
  /** The time, which tests may move. */
  readonly clock: ServerClock;
  /** The account, for what the shortcuts of this class do not cover. */
  readonly account: Account;
  /** What is to go wrong. */
  readonly failures: FailurePlan = new FailurePlan();
  readonly #log = new RequestLog();
  readonly #stopping = new AbortController();
  readonly #server: Deno.HttpServer<Deno.NetAddr>;
  readonly #relay: Relay;

  /** Starts to listen; the port is ready when this returns. */
  constructor(options: LocalAwsOptions = {}) {
    this.clock = new ServerClock(options);
    this.account = new Account(this.clock, options.account);
    const endpoint = new Endpoint({
      account: this.account,
      clock: this.clock,
      failures: this.failures,
      log: this.#log,
      services: [
        sts,
        makeIam({ pageSize: options.pageSize ?? 1000 }),
        new S3(options.buckets ?? BUCKETS),
      ],
      regions: { ...options.regions },
      stopping: this.#stopping.signal,
    });
    this.#server = Deno.serve(
      { hostname: "127.0.0.1", port: 0, onListen: () => {} },
      (request, info) => this.#answer(endpoint, request, info.remoteAddr.port),
    );
    this.#relay = new Relay(this.#server.addr, { port: options.port ?? 0 });
  }

  /** The URL for `AWS_ENDPOINT_URL`. */
  get endpoint(): string {
    return `http://127.0.0.1:${this.#relay.port}`;
  }

  /** All requests, in the order in which they came in. */
  get requests(): readonly LoggedRequest[] {
    return this.#log.all;
  }

  /** Gives the requests of an action, in order. */
  requestsOf(action: string): LoggedRequest[] {
    return this.#log.of(action);
  }

  /** Forgets all requests. */
  clearRequests(): void {
    this.#log.clear();
  }

  /** Adds an IAM user. */
  addUser(options: UserOptions): LocalUser {
    return this.account.addUser(options);
  }

  /** Adds an access key of the account's root user. */
  addRoot(options: Pick<UserOptions, "devices" | "accessKey"> = {}): LocalUser {
    return this.account.addRoot(options);
  }

  /** Adds a role. */
  addRole(options: RoleOptions): LocalRole {
    return this.account.addRole(options);
  }

  /** Gives the environment in which any AWS client talks to this server with a key. */
  environment(key: AccessKey, region = "us-east-1"): Record<string, string> {
    return {
      AWS_ENDPOINT_URL: this.endpoint,
      AWS_ACCESS_KEY_ID: key.accessKeyId,
      AWS_SECRET_ACCESS_KEY: key.secretAccessKey,
      ...(key.sessionToken === undefined ? {} : { AWS_SESSION_TOKEN: key.sessionToken }),
      AWS_REGION: region,
      // The AWS CLI reads only this one.
      AWS_DEFAULT_REGION: region,
      AWS_EC2_METADATA_DISABLED: "true",
    };
  }

  /** Stops, whatever is under way; leaves no resource. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopping.abort();
    await this.#relay.close();
    await this.#server.shutdown();
  }

  async #answer(endpoint: Endpoint, request: Request, port: number): Promise<Response> {
    const answer = await endpoint.answer(request);
    if (answer === undefined) {
      this.#relay.drop(port);
      // Nobody is there any more to read it.
      return new Response();
    }
    const { status, headers, body } = answer;
    const date = new Date(this.clock.wall()).toUTCString();
    return new Response(body, { status, headers: { ...headers, date } });
  }
}

/** Starts a local AWS on a free port of loopback. */
export function startLocalAws(options: LocalAwsOptions = {}): LocalAws {
  return new LocalAws(options);
}
