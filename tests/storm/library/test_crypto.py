"""Keys, signatures and tokens: what is signed is verified, and nothing else is."""

import pytest

from ..edits.asking import Asking
from .calling import call, refused

SECRET = "secretsecretsecretsecretsecretsecretsecretsecretsecretsecretsecretsecret"


@pytest.mark.parametrize("algorithm", ["HS256", "HS384", "HS512", "ES256", "ES384", "ES512", "RS256", "PS512"])
def test_tokens_are_verified_by_their_key_alone(cortex: Asking, algorithm: str) -> None:
    query = """
        $curves=({"ES256": "P-256", "ES384": "P-384", "ES512": "P-521"})
        $key=$secret $other=`{$secret}x`
        if $alg.startswith("ES") {
            $pair=$lib.crypto.ecc.generate(curve=$curves.$alg)
            $token=$lib.crypto.jwt.generate(({"sub": "evi"})).sign($pair, $alg)
            $key=$pair.pubkey() $other=$lib.crypto.ecc.generate(curve=$curves.$alg).pubkey()
        } elif $alg.startswith("HS") {
            $token=$lib.crypto.jwt.generate(({"sub": "evi"})).sign($key, $alg)
        } else {
            $pair=$lib.crypto.rsa.generate()
            $token=$lib.crypto.jwt.generate(({"sub": "evi"})).sign($pair, $alg)
            $key=$pair.pubkey() $other=$lib.crypto.rsa.generate().pubkey()
        }
        ($good, $bad)=($lib.crypto.jwt.verify($token, $key, ($alg,)), $lib.crypto.jwt.verify($token, $other, ($alg,)))
        return(($good.0, $bad.0, $bad.1.1.mesg))
    """
    found = call(cortex, query, vars={"alg": algorithm, "secret": SECRET})
    assert found == [True, False, "JWT signature verification failed."]


def test_a_public_key_is_no_secret_of_an_hmac(cortex: Asking) -> None:
    query = """
        $pair=$lib.crypto.rsa.generate() $pem=$pair.pubkey().encode()
        $forged=$lib.crypto.jwt.generate(({"sub": "root"})).sign($pem, HS256)
        $mixed=$lib.crypto.jwt.verify($forged, $pair.pubkey(), (HS256, RS256))
        return(($mixed, $lib.crypto.jwt.verify($forged, $pem, (RS256,))))
    """
    by_pair, by_pem = call(cortex, query)
    assert by_pair[1][1]["mesg"] == "An asymmetric key may not be used with an HMAC (HS*) algorithm."
    assert by_pem[1][1]["mesg"] == "JWT alg HS256 is not in the list of allowed algorithms."


def test_claims_of_a_token_are_told_apart(cortex: Asking) -> None:
    query = """
        $token=$lib.crypto.jwt.generate(({"aud": ["a", "b"], "exp": 1000})).sign($secret, HS256)
        $expired=$lib.crypto.jwt.verify($token, $secret, (HS256,))
        $options=({"verify_exp": false})
        $fits=$lib.crypto.jwt.verify($token, $secret, (HS256,), audience=(b, c), options=$options)
        $other=$lib.crypto.jwt.verify($token, $secret, (HS256,), audience=c, options=$options)
        return(($expired.1.1.mesg, $fits, $other.1.1.mesg))
    """
    expected = ["JWT has expired.", [True], "JWT aud does not match the expected audience."]
    assert call(cortex, query, vars={"secret": SECRET}) == expected


def test_a_set_is_no_claim(cortex: Asking) -> None:
    query = f"$j=$lib.crypto.jwt.generate() $j.payload.x=$lib.set(a) return($j.sign({SECRET}, HS256))"
    name, mesg = refused(cortex, query)
    assert (name, mesg.partition(":")[0]) == ("BadArg", "Unable to encode JWT payload")


@pytest.mark.parametrize("kind", ["ecc", "rsa"])
@pytest.mark.parametrize("fmt", ["pem", "der"])
def test_keys_come_back_from_their_text(cortex: Asking, kind: str, fmt: str) -> None:
    query = f"""
        $key=$lib.crypto.{kind}.generate() $m=$lib.hex.decode("6d")
        $again=$lib.crypto.{kind}.load($key.encode(fmt={fmt}))
        $public=$lib.crypto.{kind}.load($key.pubkey().encode(fmt={fmt}))
        return(($again.isPrivate, $public.isPrivate, $public.verify($m, $again.sign($m))))
    """
    assert call(cortex, query) == [True, False, True]
