#!/bin/sh
# Makes the certificates of the tests anew: an authority that nobody trusts, and a server that is every AWS.
set -eu
here="$(cd "$(dirname "$0")" && pwd)"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
cd "$work"

cat >ca.conf <<'CONF'
[ca]
default_ca = tests
[tests]
new_certs_dir = .
database = index
rand_serial = yes
default_md = sha256
policy = names
# Whatever the clock of the machine says.
default_startdate = 20200101000000Z
default_enddate = 21200101000000Z
[names]
commonName = supplied
[authority]
basicConstraints = critical, CA:TRUE
keyUsage = keyCertSign
[server]
basicConstraints = CA:FALSE
extendedKeyUsage = serverAuth
subjectAltName = IP:127.0.0.1, DNS:guest-proxy.example, DNS:sts.us-east-1.amazonaws.com
CONF
: >index

request() {
  openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/CN=$1" \
    -keyout "$2.key" -out "$2.csr"
}
request "wev tests" authority
openssl ca -batch -notext -config ca.conf -extensions authority -selfsign -keyfile authority.key \
  -in authority.csr -out authority.pem
request aws server
openssl ca -batch -notext -config ca.conf -extensions server -keyfile authority.key \
  -cert authority.pem -in server.csr -out server.pem

# The authority's key is not kept: nobody signs anything more with it.
cp authority.pem server.pem server.key "$here"
