/**
 * What the options of `wev-awsmfa` look like, for editors.
 *
 * @module
 */

import type { OptionForm } from "../../plugin/mod.ts";
import { MAX_DURATION, MAX_ROLE_DURATION, MIN_DURATION } from "../../aws/limits.ts";
import type { OPTION_DESCRIPTIONS } from "./options.ts";

/** A form for every option. */
export const OPTION_FORMS: Readonly<Record<keyof typeof OPTION_DESCRIPTIONS, OptionForm>> = {
  duration: { kind: "integer", min: MIN_DURATION, max: MAX_DURATION },
  mfa_device: { kind: "text" },
  profile: { kind: "text" },
  region: { kind: "text" },
  role_arn: { kind: "text" },
  role_session_name: { kind: "text" },
  role_duration: { kind: "integer", min: MIN_DURATION, max: MAX_ROLE_DURATION },
  external_id: { kind: "text" },
  account: { kind: "text" },
  min_remaining: { kind: "integer", min: 0, max: MAX_DURATION },
  token_command: { kind: "list" },
};
