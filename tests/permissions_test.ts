import assert from "node:assert/strict";
import manifest from "../deno.json" with { type: "json" };

const { ffi, net } = manifest.permissions.default;

Deno.test("the permission set reaches AWS, metadata and this computer, and nobody else", () => {
  const isAws =
    /^\*\.(?:amazonaws\.com(?:\.cn)?|amazonaws\.eu|c2s\.ic\.gov|sc2s\.sgov\.gov|cloud\.adc-e\.uk|csp\.hci\.ic\.gov|api\.aws(?:\.ic\.gov|\.scloud|\.hci\.ic\.gov)?|api\.amazonwebservices\.(?:com\.cn|eu)|api\.cloud-aws\.adc-e\.uk|signin\.(?:aws\.amazon\.com|amazonaws\.cn|amazonaws-us-gov\.com))$/;
  const isLocal = /^(?:localhost|127\.0\.0\.1|\[::1\])$/;
  const isMetadata =
    /^(?:169\.254\.169\.254|169\.254\.170\.2|169\.254\.170\.23|\[fd00:ec2::(?:254|23)\])$/;
  const strangers = net.filter((host) =>
    !isAws.test(host) && !isLocal.test(host) && !isMetadata.test(host)
  );
  assert.deepEqual(strangers, []);
});

Deno.test("the permission set opens no library but libc, and only where it is known to be", () => {
  assert.deepEqual(
    ffi.filter((path) => !/^\/.*\/libc\.so\.6$|^\/usr\/lib\/libSystem\.B/.test(path)),
    [],
  );
  const known = Deno.readTextFileSync(new URL("../src/deno/libc.ts", import.meta.url));
  assert.deepEqual(ffi.filter((path) => !known.includes(`"${path}"`)), []);
});
