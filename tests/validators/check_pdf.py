#!/usr/bin/env python3
"""Ask other people's programs whether a sealed PDF is sound.

    check_pdf.py FILE ROOT.pem [--archival]

pyHanko, poppler's pdfsig, OpenSSL and qpdf each judge the file, trusting ROOT alone. With --archival the file must
also pass as PDF/A-3a and PDF/UA-1. One line is printed for each; the exit code is 0 only if all of them accept it.

Needs: Debian poppler-utils, libnss3-tools, openssl, qpdf, python3-venv; PyPI: requirements.txt beside this file.
"""

import argparse
import logging
import re
import subprocess
import sys
import tempfile
from pathlib import Path


def run(*command, **options):
    return subprocess.run(command, capture_output=True, text=True, errors="replace", check=False, **options)


def pyhanko(file, root):
    """Strict validation: intact, valid, trusted, all of the file covered, nothing changed beyond what is certified."""
    from pyhanko.keys import load_cert_from_pemder
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.validation import SignatureCoverageLevel, validate_pdf_signature
    from pyhanko_certvalidator import ValidationContext

    logging.disable(logging.CRITICAL)
    with open(file, "rb") as handle:
        signatures = PdfFileReader(handle, strict=True).embedded_signatures
        if len(signatures) != 1:
            return False, f"{len(signatures)} signatures"
        context = ValidationContext(trust_roots=[load_cert_from_pemder(str(root))], allow_fetching=False)
        status = validate_pdf_signature(signatures[0], context)
        details = (
            f"intact={status.intact} valid={status.valid} trusted={status.trusted} coverage={status.coverage.name} "
            f"docmdp_ok={status.docmdp_ok} bottom_line={status.bottom_line} summary={status.summary()}"
        )
        good = status.bottom_line and status.docmdp_ok and status.coverage == SignatureCoverageLevel.ENTIRE_FILE
        return good, details


def ades(file, root):
    """The ETSI EN 319 102-1 procedure for a basic (B-B) signature, as pyHanko carries it out."""
    import asyncio

    from pyhanko.keys import load_cert_from_pemder
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.ades.report import AdESPassed
    from pyhanko.sign.validation.ades import ades_basic_validation
    from pyhanko.sign.validation.policy_decl import SignatureValidationSpec
    from pyhanko_certvalidator.context import CertValidationPolicySpec
    from pyhanko_certvalidator.policy_decl import CertRevTrustPolicy, RevocationCheckingPolicy
    from pyhanko_certvalidator.registry import SimpleTrustManager

    with open(file, "rb") as handle:
        signature = PdfFileReader(handle, strict=True).embedded_signatures[0]
        policy = CertValidationPolicySpec(
            trust_manager=SimpleTrustManager.build([load_cert_from_pemder(str(root))]),
            revinfo_policy=CertRevTrustPolicy(RevocationCheckingPolicy.from_legacy("soft-fail")),
        )
        result = asyncio.run(
            ades_basic_validation(
                signature.signed_data,
                SignatureValidationSpec(cert_validation_policy=policy),
                raw_digest=signature.compute_digest(),
            )
        )
        return result.ades_subindic == AdESPassed.OK, str(result.ades_subindic)


def pdfsig(file, root):
    """poppler, with an NSS database that knows the root."""
    with tempfile.TemporaryDirectory() as nss:
        for command in (
            ("certutil", "-N", "-d", f"sql:{nss}", "--empty-password"),
            ("certutil", "-A", "-d", f"sql:{nss}", "-n", "root", "-t", "C,C,C", "-i", str(root)),
        ):
            done = run(*command)
            if done.returncode != 0:
                return False, f"certutil: {done.stderr.strip()}"
        done = run("pdfsig", "-nssdir", nss, str(file))
    wanted = ("Signature is Valid.", "Certificate is Trusted.", "Total document signed")
    found = [line.strip(" -") for line in done.stdout.splitlines() if "alid" in line or "rust" in line or "Total" in line]
    return all(text in done.stdout for text in wanted), "; ".join(found) or done.stderr.strip()


def openssl(file, root):
    """The CMS structure against the bytes outside it, chain and ESSCertIDv2 included."""
    data = Path(file).read_bytes()
    ranges = re.findall(rb"/ByteRange \[0 (\d+) (\d+) (\d+)\]", data)
    if not ranges:
        return False, "no byte range"
    before, after, rest = map(int, ranges[-1])
    der = bytes.fromhex(data[before + 1 : after - 1].decode())
    with tempfile.TemporaryDirectory() as work:
        signed, seal = Path(work, "signed"), Path(work, "seal.der")
        signed.write_bytes(data[:before] + data[after : after + rest])
        seal.write_bytes(der[: 4 + int.from_bytes(der[2:4], "big")])
        done = run(
            *("openssl", "cms", "-verify", "-cades", "-binary", "-inform", "DER", "-in", str(seal)),
            *("-content", str(signed), "-CAfile", str(root), "-purpose", "any", "-out", "/dev/null"),
        )
    return done.returncode == 0, done.stderr.strip().replace("\n", "; ")


def qpdf(file, _root):
    done = run("qpdf", "--check", str(file))
    return done.returncode == 0, "; ".join((done.stdout + done.stderr).strip().splitlines()[1:])


def archival(file, _root):
    from pdf_oxide import PdfDocument

    document = PdfDocument(str(file))
    archive, accessible = document.validate_pdf_a("3a"), document.validate_pdf_ua()
    return bool(archive["valid"] and accessible["valid"]), f"PDF/A-3a {archive} PDF/UA {accessible}"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("file", type=Path)
    parser.add_argument("root", type=Path)
    parser.add_argument("--archival", action="store_true")
    options = parser.parse_args()
    checks = [pyhanko, ades, pdfsig, openssl, qpdf] + ([archival] if options.archival else [])
    accepted = True
    for check in checks:
        try:
            good, details = check(options.file, options.root)
        except Exception as error:  # a validator that gives up has not accepted the file
            good, details = False, f"{type(error).__name__}: {error}"
        accepted = accepted and good
        print(f"{check.__name__}: {'ok' if good else 'REFUSED'}: {details}")
    return 0 if accepted else 1


if __name__ == "__main__":
    sys.exit(main())
