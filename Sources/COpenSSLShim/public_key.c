// Public keys: taking them in, and verifying signatures.

#include "handles.h"

#include <limits.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/param_build.h>
#include <openssl/rsa.h>

int ossl_public_key_from_point(int kind, const uint8_t *point, size_t count, ossl_public_key **out,
                               ossl_fault *fault) {
    ossl_fault_begin();
    ossl_public_key *made = OPENSSL_zalloc(sizeof *made);
    if (!made || ossl_point_decode(kind, point, count, &made->point) != 0) {
        ossl_public_key_free(made);
        return ossl_fault_take(fault);
    }
    made->kind = kind;
    *out = made;
    return 0;
}

/// Takes a key over, which may be NULL.
static int adopt(int kind, EVP_PKEY *key, ossl_public_key **out, ossl_fault *fault) {
    ossl_public_key *made = key ? OPENSSL_zalloc(sizeof *made) : NULL;
    if (!made) {
        EVP_PKEY_free(key);
        return ossl_fault_take(fault);
    }
    made->kind = kind;
    made->key = key;
    *out = made;
    return 0;
}

int ossl_public_key_from_ed25519(const uint8_t raw[32], ossl_public_key **out, ossl_fault *fault) {
    ossl_fault_begin();
    EVP_PKEY *key = EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL, raw, 32);
    return adopt(OSSL_KEY_ED25519, key, out, fault);
}

int ossl_public_key_from_modulus(const uint8_t *modulus, size_t count, ossl_public_key **out, ossl_fault *fault) {
    ossl_fault_begin();
    if (count > INT_MAX) return ossl_fault_take(fault);
    EVP_PKEY *key = NULL;
    BIGNUM *n = BN_bin2bn(modulus, (int)count, NULL);
    OSSL_PARAM_BLD *builder = OSSL_PARAM_BLD_new();
    OSSL_PARAM *parameters = NULL;
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, "RSA", NULL);
    if (n && builder && context && OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_RSA_N, n) == 1 &&
        OSSL_PARAM_BLD_push_uint(builder, OSSL_PKEY_PARAM_RSA_E, RSA_F4) == 1) {
        parameters = OSSL_PARAM_BLD_to_param(builder);
    }
    if (parameters && EVP_PKEY_fromdata_init(context) == 1) {
        EVP_PKEY_fromdata(context, &key, EVP_PKEY_PUBLIC_KEY, parameters);  // leaves `key` NULL where it fails
    }
    EVP_PKEY_CTX_free(context);
    OSSL_PARAM_free(parameters);
    OSSL_PARAM_BLD_free(builder);
    BN_free(n);
    return adopt(OSSL_KEY_RSA, key, out, fault);
}

void ossl_public_key_free(ossl_public_key *key) {
    if (!key) return;
    ossl_point_free(key->point);
    EVP_PKEY_free(key->key);
    OPENSSL_free(key);
}

/// Whether a digest of this number goes with the kind of key; sets it, NULL for Ed25519.
static int digest_of(int kind, int number, const EVP_MD **digest) {
    *digest = NULL;
    if (kind == OSSL_KEY_ED25519) return number == 0;
    switch (number) {
        case 256: *digest = EVP_sha256(); break;
        case 384: *digest = EVP_sha384(); break;
        case 512: *digest = EVP_sha512(); break;
        default: break;
    }
    return *digest != NULL;
}

int ossl_public_key_verify_pss(const ossl_public_key *key, const uint8_t *signature, size_t signature_count,
                               const uint8_t *bytes, size_t count, ossl_fault *fault) {
    ossl_fault_begin();
    EVP_MD_CTX *context = key->kind == OSSL_KEY_RSA ? EVP_MD_CTX_new() : NULL;
    EVP_PKEY_CTX *padding = NULL;  // owned by `context`
    int good = context && EVP_DigestVerifyInit(context, &padding, EVP_sha256(), NULL, key->key) == 1 &&
               EVP_PKEY_CTX_set_rsa_padding(padding, RSA_PKCS1_PSS_PADDING) == 1 &&
               EVP_PKEY_CTX_set_rsa_mgf1_md(padding, EVP_sha256()) == 1 &&
               EVP_PKEY_CTX_set_rsa_pss_saltlen(padding, RSA_PSS_SALTLEN_DIGEST) == 1 &&
               EVP_DigestVerify(context, signature, signature_count, bytes, count) == 1;
    EVP_MD_CTX_free(context);
    return good ? 0 : ossl_fault_take(fault);
}

int ossl_public_key_verify(const ossl_public_key *key, int digest, const uint8_t *signature, size_t signature_count,
                           const uint8_t *bytes, size_t count, ossl_fault *fault) {
    ossl_fault_begin();
    if (key->point) {
        int status = ossl_point_verify(key->point, digest, signature, signature_count, bytes, count);
        return status == 0 ? 0 : ossl_fault_take(fault);
    }
    const EVP_MD *algorithm;
    EVP_MD_CTX *context = digest_of(key->kind, digest, &algorithm) ? EVP_MD_CTX_new() : NULL;
    int good = context && EVP_DigestVerifyInit(context, NULL, algorithm, NULL, key->key) == 1 &&
               EVP_DigestVerify(context, signature, signature_count, bytes, count) == 1;
    EVP_MD_CTX_free(context);
    return good ? 0 : ossl_fault_take(fault);
}
