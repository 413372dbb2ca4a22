#include "shim.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/params.h>

/// The context is keyed once and never changed; each computation works on a duplicate.
struct ossl_mac {
    EVP_MAC_CTX *prepared;
};

int ossl_mac_new(const uint8_t *key, size_t key_count, ossl_mac **out, ossl_fault *fault) {
    ossl_fault_begin();
    char digest[] = "SHA256";
    OSSL_PARAM parameters[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
        OSSL_PARAM_construct_end(),
    };
    static const uint8_t no_key[1];  // NULL would mean "keep the key that is there"
    ossl_mac *mac = OPENSSL_zalloc(sizeof *mac);
    EVP_MAC *algorithm = EVP_MAC_fetch(NULL, "HMAC", NULL);
    if (mac && algorithm) mac->prepared = EVP_MAC_CTX_new(algorithm);
    EVP_MAC_free(algorithm);
    if (!mac || !mac->prepared ||
        EVP_MAC_init(mac->prepared, key_count ? key : no_key, key_count, parameters) != 1) {
        ossl_mac_free(mac);
        return ossl_fault_take(fault);
    }
    *out = mac;
    return 0;
}

void ossl_mac_free(ossl_mac *mac) {
    if (!mac) return;
    EVP_MAC_CTX_free(mac->prepared);
    OPENSSL_free(mac);
}

int ossl_mac_compute(const ossl_mac *mac, const uint8_t *bytes, size_t count, uint8_t out[32], ossl_fault *fault) {
    ossl_fault_begin();
    size_t written = 0;
    EVP_MAC_CTX *context = EVP_MAC_CTX_dup(mac->prepared);
    int done = context && EVP_MAC_update(context, bytes, count) == 1 &&
               EVP_MAC_final(context, out, &written, 32) == 1 && written == 32;
    EVP_MAC_CTX_free(context);
    return done ? 0 : ossl_fault_take(fault);
}

int ossl_hkdf_derive(const uint8_t *secret, size_t secret_count, const uint8_t *salt, size_t salt_count,
                     const uint8_t *info, size_t info_count, uint8_t *out, size_t out_count, ossl_fault *fault) {
    ossl_fault_begin();
    char digest[] = "SHA256";
    OSSL_PARAM parameters[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, digest, 0),
        OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_KEY, (void *)secret, secret_count),
        OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_SALT, (void *)salt, salt_count),
        OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_INFO, (void *)info, info_count),
        OSSL_PARAM_construct_end(),
    };
    EVP_KDF *algorithm = EVP_KDF_fetch(NULL, "HKDF", NULL);
    EVP_KDF_CTX *context = algorithm ? EVP_KDF_CTX_new(algorithm) : NULL;
    EVP_KDF_free(algorithm);
    int done = context && EVP_KDF_derive(context, out, out_count, parameters) == 1;
    EVP_KDF_CTX_free(context);
    if (done) return 0;
    OPENSSL_cleanse(out, out_count);
    return ossl_fault_take(fault);
}
