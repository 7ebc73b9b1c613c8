"""Who this site is as an issuer."""

from django.conf import settings

from pinzhi.engine.attestation.credentials import Issuer, did_web


def site_issuer() -> Issuer:
    """Return this site as an issuer, from the setting PINZHI_ADDRESS."""
    address: str = settings.ADDRESS
    return Issuer(did_web(address), address)
