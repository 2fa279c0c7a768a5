#!/usr/bin/env python3
"""Check an edition's signature without any of our own code.

    check_jws.py FILE.json ROOT.pem

FILE must be one canonical JSON object {"edition": …, "signature": "<detached JWS>"}; the signature must fit the
edition's canonical bytes (RFC 8785, RFC 7797) and its certificates must lead to ROOT. Exit code 0 if all of it holds.

Needs PyPI cryptography and rfc8785 (requirements.txt beside this file).
"""

import base64
import datetime
import hashlib
import json
import sys
from pathlib import Path

import rfc8785
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509.oid import ExtensionOID


def without_duplicates(pairs):
    value = dict(pairs)
    if len(value) != len(pairs):
        raise ValueError("a member twice")
    return value


def from_base64url(text):
    data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if base64.urlsafe_b64encode(data).rstrip(b"=").decode() != text:
        raise ValueError("loose base64url")
    return data


def need(condition, what):
    if not condition:
        raise ValueError(what)


def check(file, root):
    raw = Path(file).read_bytes()
    value = json.loads(raw, object_pairs_hook=without_duplicates)
    need(set(value) - {"log"} == {"edition", "signature"}, "other members")
    need(rfc8785.dumps(value) == raw, "not canonical")

    encoded_header, detached, encoded_signature = value["signature"].split(".")
    need(detached == "", "not detached")
    header = json.loads(from_base64url(encoded_header), object_pairs_hook=without_duplicates)
    need(header["alg"] == "ES256" and header["b64"] is False and header["crit"] == ["b64"], "other header")
    leaf, issuer = (x509.load_der_x509_certificate(base64.b64decode(text, validate=True)) for text in header["x5c"])
    trusted = x509.load_pem_x509_certificate(Path(root).read_bytes())
    need(issuer == trusted, "another root")
    leaf.verify_directly_issued_by(trusted)
    trusted.verify_directly_issued_by(trusted)
    need(header["kid"] == leaf.fingerprint(SHA256()).hex(), "kid")
    usage = leaf.extensions.get_extension_for_oid(ExtensionOID.KEY_USAGE).value
    need(usage.digital_signature and usage.content_commitment, "key usage")
    at = datetime.datetime.fromtimestamp(header["iat"], datetime.UTC)
    for certificate in (leaf, trusted):
        need(certificate.not_valid_before_utc <= at <= certificate.not_valid_after_utc, "not in force")

    payload = rfc8785.dumps(value["edition"])
    signature = from_base64url(encoded_signature)
    need(len(signature) == 64, "signature length")
    numbers = (int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big"))
    leaf.public_key().verify(encode_dss_signature(*numbers), encoded_header.encode() + b"." + payload, ec.ECDSA(SHA256()))
    return f"{leaf.subject.rfc4514_string()} at {at.isoformat()}, payload {hashlib.sha256(payload).hexdigest()}"


def main():
    if len(sys.argv) != 3:
        print(__doc__, file=sys.stderr)
        return 2
    try:
        print("jws: ok:", check(*sys.argv[1:]))
        return 0
    except Exception as error:  # whatever goes wrong, the file has not been shown to be sound
        print(f"jws: REFUSED: {type(error).__name__}: {error}")
        return 1


if __name__ == "__main__":
    sys.exit(main())
