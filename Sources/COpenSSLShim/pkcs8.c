// Private keys at rest: PKCS#8, plain (to be sealed by the caller) and encrypted (for the offline root).

#include "handles.h"

#include <limits.h>
#include <openssl/crypto.h>
#include <openssl/pkcs12.h>
#include <openssl/rand.h>
#include <openssl/x509.h>
#include <string.h>

enum { SALT_BYTES = 16, SCRYPT_N = 1 << 14, SCRYPT_R = 8, SCRYPT_P = 5 };

/// Makes a key of `info` and refuses one whose halves do not fit. Frees `info`, which may be NULL.
static int key_of_info(PKCS8_PRIV_KEY_INFO *info, ossl_private_key **out, ossl_fault *fault) {
    EVP_PKEY *key = info ? EVP_PKCS82PKEY(info) : NULL;
    EVP_PKEY_CTX *context = key ? EVP_PKEY_CTX_new(key, NULL) : NULL;
    PKCS8_PRIV_KEY_INFO_free(info);
    if (!context || EVP_PKEY_pairwise_check(context) != 1) {
        EVP_PKEY_free(key);
        key = NULL;
    }
    EVP_PKEY_CTX_free(context);
    return ossl_private_key_adopt(key, out, fault);
}

int ossl_private_key_decode(const uint8_t *der, size_t count, ossl_private_key **out, ossl_fault *fault) {
    ossl_fault_begin();
    if (count > OSSL_PKCS8_BYTES_MAX) return ossl_fault_take(fault);
    const unsigned char *end = der;
    PKCS8_PRIV_KEY_INFO *info = d2i_PKCS8_PRIV_KEY_INFO(NULL, &end, (long)count);
    if (info && end != der + count) {
        PKCS8_PRIV_KEY_INFO_free(info);
        info = NULL;
    }
    return key_of_info(info, out, fault);
}

int ossl_private_key_decrypt(const uint8_t *der, size_t count, const uint8_t *passphrase, size_t passphrase_count,
                             ossl_private_key **out, ossl_fault *fault) {
    ossl_fault_begin();
    if (count > OSSL_PKCS8_BYTES_MAX || passphrase_count > INT_MAX) return ossl_fault_take(fault);
    const unsigned char *end = der;
    X509_SIG *sealed = d2i_X509_SIG(NULL, &end, (long)count);
    PKCS8_PRIV_KEY_INFO *info = NULL;
    if (sealed && end == der + count) {
        info = PKCS8_decrypt(sealed, (const char *)passphrase, (int)passphrase_count);
    }
    X509_SIG_free(sealed);
    return key_of_info(info, out, fault);
}

int ossl_private_key_encode(const ossl_private_key *key, uint8_t *out, size_t *out_count, ossl_fault *fault) {
    ossl_fault_begin();
    unsigned char *der = NULL;
    PKCS8_PRIV_KEY_INFO *info = EVP_PKEY2PKCS8(key->key);
    int count = info ? i2d_PKCS8_PRIV_KEY_INFO(info, &der) : -1;
    int done = count > 0 && count <= OSSL_PKCS8_BYTES_MAX;
    if (done) {
        memcpy(out, der, (size_t)count);
        *out_count = (size_t)count;
    }
    if (count > 0) OPENSSL_clear_free(der, (size_t)count);
    PKCS8_PRIV_KEY_INFO_free(info);
    return done ? 0 : ossl_fault_take(fault);
}

int ossl_private_key_encrypt(const ossl_private_key *key, const uint8_t *passphrase, size_t passphrase_count,
                             uint8_t *out, size_t *out_count, ossl_fault *fault) {
    ossl_fault_begin();
    uint8_t salt[SALT_BYTES];
    unsigned char *der = NULL;
    int count = -1;
    X509_SIG *sealed = NULL;
    if (passphrase_count > INT_MAX || RAND_bytes(salt, sizeof salt) != 1) return ossl_fault_take(fault);
    PKCS8_PRIV_KEY_INFO *info = EVP_PKEY2PKCS8(key->key);
    X509_ALGOR *scheme =
        PKCS5_pbe2_set_scrypt(EVP_aes_256_cbc(), salt, sizeof salt, NULL, SCRYPT_N, SCRYPT_R, SCRYPT_P);
    if (info && scheme) {
        sealed = PKCS8_set0_pbe((const char *)passphrase, (int)passphrase_count, info, scheme);
    }
    if (sealed) scheme = NULL;  // it belongs to `sealed` now
    if (sealed) count = i2d_X509_SIG(sealed, &der);
    int done = count > 0 && count <= OSSL_PKCS8_BYTES_MAX;
    if (done) {
        memcpy(out, der, (size_t)count);
        *out_count = (size_t)count;
    }
    OPENSSL_free(der);
    X509_ALGOR_free(scheme);
    X509_SIG_free(sealed);
    PKCS8_PRIV_KEY_INFO_free(info);
    return done ? 0 : ossl_fault_take(fault);
}
