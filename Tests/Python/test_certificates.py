"""Authorities to lend where the system has none."""

import sys
import tempfile
import types
import unittest
from unittest import mock

import world  # noqa: F401  finds the package

from fetchctl import _certificates


class Certificates(unittest.TestCase):
    def lent(self, environment, stores):
        with tempfile.NamedTemporaryFile() as store:
            certifi = types.SimpleNamespace(where=lambda: store.name)
            with mock.patch.object(_certificates, "STORES", stores), mock.patch.dict(sys.modules, certifi=certifi):
                return _certificates.certificates(environment) == {"SSL_CERT_FILE": store.name}

    def test_are_certifis_where_there_are_no_others(self):
        self.assertTrue(self.lent({}, ["/no/such/file"]))
        self.assertFalse(self.lent({}, [__file__]))
        for name in ("CURL_CA_BUNDLE", "SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE"):
            self.assertFalse(self.lent({name: "/x"}, ["/no/such/file"]))


if __name__ == "__main__":
    unittest.main()
