#!/bin/sh
# Makes the certificates of the tests anew: an authority that nobody trusts, and a server that is every AWS.
set -eu
cd "$(dirname "$0")"
days=36500
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days $days \
  -subj "/CN=wev tests" -addext basicConstraints=critical,CA:TRUE -keyout authority.key -out authority.pem
openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes \
  -subj "/CN=aws" -keyout server.key -out server.csr
printf '%s\n' 'subjectAltName=IP:127.0.0.1,DNS:localhost,DNS:sts.us-east-1.amazonaws.com,DNS:sts.amazonaws.com,DNS:iam.amazonaws.com' \
  'extendedKeyUsage=serverAuth' 'basicConstraints=CA:FALSE' > server.ext
openssl x509 -req -days $days -in server.csr -CA authority.pem -CAkey authority.key -CAcreateserial \
  -extfile server.ext -out server.pem
# Nobody signs anything more with it.
rm authority.key authority.srl server.csr server.ext
