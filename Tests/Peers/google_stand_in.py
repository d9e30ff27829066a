"""Leads what `requests` asks of Google to STAND_IN: the real gdown, with its own requests under their own names."""

import os
from urllib.parse import urlsplit

import requests

BASE = os.environ["STAND_IN"]


class StandIn(requests.adapters.HTTPAdapter):
    def send(self, request, **options):
        real = request.url
        parts = urlsplit(real)
        request.headers["Host"] = parts.netloc
        request.url = BASE + parts.path + ("?" + parts.query if parts.query else "")
        response = super().send(request, **options)
        request.url = response.url = real
        return response


begin = requests.Session.__init__


def led(self):
    begin(self)
    for host in ("drive.google.com", "docs.google.com", "drive.usercontent.google.com", "accounts.google.com"):
        self.mount("https://" + host, StandIn())


requests.Session.__init__ = led
