"""How is what goes through Temporal encrypted? AES-GCM for every payload, failures' messages and traces included."""

from collections.abc import Sequence
from dataclasses import replace

from temporalio.api.common.v1 import Payload
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.converter import DataConverter, PayloadCodec

from contracts.errors import KeyMissing
from storage.keyring import Keyring
from workers.failure_texts import QuietFailures, SealedFailures
from workers.keys import listed
from workers.settings import Settings

ENCODING = b"binary/encrypted"
CIPHER = b"AES-256-GCM"
_BOUND_TO = "temporal payload"
_PLAIN = (
    "A payload is not encrypted though a key is set. HANDRAIL_PAYLOAD_PLAIN=true takes it, until old histories end."
)


class EncryptingCodec(PayloadCodec):
    """Encrypts under the newest key and opens what any listed key sealed.

    What was never encrypted is refused: whoever can write into a history could put anything there in clear. While
    histories from before the key are still open, `takes_plain` lets it through; so do pages that only show it.

    The names in the metadata (`encoding`, `encryption-cipher`, `encryption-key-id`) are those of Temporal's samples.
    """

    def __init__(self, keyring: Keyring, *, takes_plain: bool) -> None:
        self._keyring = keyring
        self.takes_plain = takes_plain

    async def encode(self, payloads: Sequence[Payload]) -> list[Payload]:
        """One encrypted payload for each."""
        return [self._seal(payload) for payload in payloads]

    async def decode(self, payloads: Sequence[Payload]) -> list[Payload]:
        """The payloads as they were. Raises KeyMissing for one that no listed key opens, or that none has sealed."""
        return [self._open(payload) for payload in payloads]

    def _seal(self, payload: Payload) -> Payload:
        metadata = {
            "encoding": ENCODING,
            "encryption-cipher": CIPHER,
            "encryption-key-id": self._keyring.newest.encode(),
        }
        return Payload(metadata=metadata, data=self._keyring.seal(payload.SerializeToString(), _BOUND_TO))

    def _open(self, payload: Payload) -> Payload:
        if payload.metadata.get("encoding") != ENCODING:
            if self.takes_plain:
                return payload
            raise KeyMissing(_PLAIN)
        key_id = payload.metadata.get("encryption-key-id", b"").decode()
        return Payload.FromString(self._keyring.open(key_id, payload.data, _BOUND_TO))


def make_codec(settings: Settings, *, shows_only: bool = False) -> EncryptingCodec | None:
    """The codec of these settings; None where no payload key is set. `shows_only`: for pages, which act on nothing."""
    if settings.payload_key is None:
        return None
    secrets = [settings.payload_key.get_secret_value().encode(), *listed(settings.payload_old_keys.get_secret_value())]
    return EncryptingCodec(Keyring("payloads", secrets), takes_plain=shows_only or settings.payload_plain)


def make_data_converter(settings: Settings) -> DataConverter:
    """Pydantic's converter, with failures that quote nothing; with the codec, where there is one, for both."""
    codec = make_codec(settings)
    failures = QuietFailures if codec is None else SealedFailures
    return replace(pydantic_data_converter, payload_codec=codec, failure_converter_class=failures)
