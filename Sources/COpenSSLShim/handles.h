/// The handles of keys, for those files that look into them.
#ifndef HANDLES_H
#define HANDLES_H

#include "shim.h"

#include <openssl/ec.h>
#include <openssl/evp.h>

/// `prepared` is a signing context that is never used itself: each signature works on a copy.
struct ossl_private_key {
    int kind;
    int rsa_bits;
    EVP_PKEY *key;
    EVP_MD_CTX *prepared;
};

/// An elliptic key has a `point` alone, every other kind a `key` alone.
struct ossl_public_key {
    int kind;
    EC_KEY *point;
    EVP_PKEY *key;
};

/// Takes a key over, frees it where it is refused, and ends with the fault taken.
int ossl_private_key_adopt(EVP_PKEY *key, ossl_private_key **out, ossl_fault *fault);

/// ECDSA over a curve (ec.c).
int ossl_point_decode(int kind, const uint8_t *point, size_t count, EC_KEY **out);
int ossl_point_verify(EC_KEY *key, int digest, const uint8_t *signature, size_t signature_count,
                      const uint8_t *bytes, size_t count);

/// Accepts NULL.
void ossl_point_free(EC_KEY *key);

#endif
