"""Whom to trust on a machine that has no certificate store of its own."""

import importlib
import os
from typing import Dict, Mapping

STORES = [
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/var/lib/ca-certificates/ca-bundle.pem",
    "/etc/ssl/cert.pem",
]
NAMES = ["CURL_CA_BUNDLE", "SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE"]


def certificates(environment: Mapping[str, str]) -> Dict[str, str]:
    """What to add to the environment: certifi's store (pip has one) where the system has none, as slim images do."""
    if any(environment.get(name) for name in NAMES) or any(os.path.exists(path) for path in STORES):
        return {}
    for name in ("certifi", "pip._vendor.certifi"):
        try:
            path = str(importlib.import_module(name).where())
        except Exception:
            continue
        if os.path.exists(path):
            return {"SSL_CERT_FILE": path}
    return {}
