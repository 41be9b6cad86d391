"""The signatures of JSON Web Tokens (RFC 7518, 3), and the keys that they take."""

from __future__ import annotations

import base64
import hmac
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature

from ..errors import StormError
from .keys import EccKey, RsaKey, encoded, key_bytes

LEAST_RSA_BITS = 2048


@dataclass(frozen=True, slots=True)
class Algorithm:
    """name: HS256. family: HS, RS, PS or ES. curve: the one that ES needs, with the bytes of its numbers."""

    name: str
    family: str
    hash: hashes.HashAlgorithm
    curve: str = ""
    size: int = 0


HASHES: dict[str, hashes.HashAlgorithm] = {"256": hashes.SHA256(), "384": hashes.SHA384(), "512": hashes.SHA512()}
CURVES = {"256": ("secp256r1", 32), "384": ("secp384r1", 48), "512": ("secp521r1", 66)}
JWK_CURVES: dict[str, ec.EllipticCurve] = {"P-256": ec.SECP256R1(), "P-384": ec.SECP384R1(), "P-521": ec.SECP521R1()}

ALGORITHMS = {
    f"{family}{bits}": Algorithm(f"{family}{bits}", family, HASHES[bits], *(CURVES[bits] if family == "ES" else ()))
    for family in ("HS", "RS", "PS", "ES")
    for bits in HASHES
}


def algorithm_of(name: str) -> Algorithm:
    """Raises StormError("BadArg")."""
    found = ALGORITHMS.get(name)
    if found is None:
        raise StormError("BadArg", f"Invalid or unsupported JWT algorithm: {name}", alg=name)
    return found


def key_for(algorithm: Algorithm, key: Any, *, private: bool, kid: Any = None) -> Any:
    """A key of Storm as the algorithm takes it: bytes, or a key of a pair. Raises StormError("BadArg").

    private: for signing. kid: which one of a set of keys (RFC 7517) it is.
    """
    if isinstance(key, dict):
        return _checked(algorithm, _of_jwk(algorithm, key, kid))
    if isinstance(key, RsaKey | EccKey):
        if algorithm.family == "HS":
            raise StormError("BadArg", "An asymmetric key may not be used with an HMAC (HS*) algorithm.")
        if (key.private is not None) == private:
            return _checked(algorithm, key.private if private else key.public)
        # The wrong half; the product reads it as the other one, and tells what comes of that.
        return _checked(algorithm, _loaded(algorithm, encoded(key, serialization.Encoding.PEM), private=private))
    data = key_bytes(key)
    return _checked(algorithm, data if algorithm.family == "HS" else _loaded(algorithm, data, private=private))


def _loaded(algorithm: Algorithm, data: bytes, *, private: bool) -> Any:
    try:
        if private:
            return serialization.load_pem_private_key(data, None)
        return serialization.load_pem_public_key(data)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        kind, half = "ECC" if algorithm.family == "ES" else "RSA", "private" if private else "public"
        raise StormError("BadArg", f"Invalid {kind} {half} key: {error}") from error


def _checked(algorithm: Algorithm, key: Any) -> Any:
    if algorithm.family == "HS":
        if len(key) < algorithm.hash.digest_size:
            mesg = f"The HMAC secret must be at least {algorithm.hash.digest_size} bytes for this algorithm."
            raise StormError("BadArg", mesg)
        return key
    if algorithm.family == "ES":
        if not isinstance(key, ec.EllipticCurvePrivateKey | ec.EllipticCurvePublicKey):
            raise StormError("BadArg", f"Key is not an ECC key, which JWT algorithm {algorithm.name} needs.")
        if key.curve.name != algorithm.curve:
            mesg = (
                f"ECC key curve {key.curve.name} does not match the curve required for JWT algorithm {algorithm.name}."
            )
            raise StormError("BadArg", mesg)
        return key
    bits = key.key_size
    if bits < LEAST_RSA_BITS:
        raise StormError("BadArg", f"RSA keys must be at least {LEAST_RSA_BITS} bits, got {bits}.", bits=bits)
    if not isinstance(key, rsa.RSAPrivateKey | rsa.RSAPublicKey):
        raise StormError("BadArg", f"Key is not an RSA key, which JWT algorithm {algorithm.name} needs.")
    return key


def _of_jwk(algorithm: Algorithm, jwk: dict[str, Any], kid: Any) -> Any:
    if isinstance(jwk.get("keys"), list):
        fitting = [each for each in jwk["keys"] if isinstance(each, dict) and kid in (None, each.get("kid"))]
        if len(fitting) != 1:
            raise StormError("BadArg", "No single key of the JWK set fits the token.")
        jwk = fitting[0]
    kind = jwk.get("kty")
    try:
        if algorithm.family == "HS":
            if kind != "oct" or not isinstance(jwk.get("k"), str):
                mesg = f"JWK kty {kind} does not match the HMAC algorithm {algorithm.name}."
                raise StormError("BadArg", mesg)
            return _decoded(jwk["k"])
        if algorithm.family == "ES" and kind == "EC":
            x, y = _number(jwk["x"]), _number(jwk["y"])
            return ec.EllipticCurvePublicNumbers(x, y, JWK_CURVES[jwk["crv"]]).public_key()
        if algorithm.family in ("RS", "PS") and kind == "RSA":
            return rsa.RSAPublicNumbers(_number(jwk["e"]), _number(jwk["n"])).public_key()
    except (KeyError, ValueError, TypeError, AttributeError) as error:
        raise StormError("BadArg", f"Invalid JWK: {error}") from error
    raise StormError("BadArg", f"JWK kty {kind} does not match the algorithm {algorithm.name}.")


def _decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _number(text: str) -> int:
    return int.from_bytes(_decoded(text), "big")


def sign(algorithm: Algorithm, key: Any, data: bytes) -> bytes:
    """The signature of a token's first two parts, by a key of key_for."""
    if algorithm.family == "HS":
        return hmac.digest(key, data, algorithm.hash.name)
    if algorithm.family == "ES":
        numbers = decode_dss_signature(key.sign(data, ec.ECDSA(algorithm.hash)))
        return b"".join(number.to_bytes(algorithm.size, "big") for number in numbers)
    signed: bytes = key.sign(data, _padding(algorithm), algorithm.hash)
    return signed


def verify(algorithm: Algorithm, key: Any, data: bytes, signature: bytes) -> None:
    """Raises StormError("BadArg") unless the signature is by this key, one of key_for."""
    if not _is_by(algorithm, key, data, signature):
        raise StormError("BadArg", "JWT signature verification failed.")


def _is_by(algorithm: Algorithm, key: Any, data: bytes, signature: bytes) -> bool:
    if algorithm.family == "HS":
        return hmac.compare_digest(hmac.digest(key, data, algorithm.hash.name), signature)
    try:
        if algorithm.family == "ES":
            if len(signature) != 2 * algorithm.size:
                return False
            halves = signature[: algorithm.size], signature[algorithm.size :]
            whole = encode_dss_signature(*(int.from_bytes(half, "big") for half in halves))
            key.verify(whole, data, ec.ECDSA(algorithm.hash))
        else:
            key.verify(signature, data, _padding(algorithm), algorithm.hash)
    except InvalidSignature:
        return False
    return True


def _padding(algorithm: Algorithm) -> Any:
    if algorithm.family == "PS":
        return padding.PSS(padding.MGF1(algorithm.hash), algorithm.hash.digest_size)
    return padding.PKCS1v15()
