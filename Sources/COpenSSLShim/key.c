// Private keys: making them, and signing.

#include "handles.h"

#include <openssl/crypto.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <string.h>

/// The digest that a kind of key signs.
static const EVP_MD *digest_of(int kind) {
    switch (kind) {
        case OSSL_KEY_P384: return EVP_sha384();
        case OSSL_KEY_ED25519: return NULL;
        default: return EVP_sha256();
    }
}

/// Tells the kind of a key, or 0 for one that is none of ours.
static int kind_of(const EVP_PKEY *key) {
    char group[32];
    size_t group_count = 0;
    switch (EVP_PKEY_get_base_id(key)) {
        case EVP_PKEY_ED25519: return OSSL_KEY_ED25519;
        case EVP_PKEY_RSA: return OSSL_KEY_RSA;
        case EVP_PKEY_EC: break;
        default: return 0;
    }
    if (EVP_PKEY_get_group_name(key, group, sizeof group, &group_count) != 1) return 0;
    if (strcmp(group, "prime256v1") == 0) return OSSL_KEY_P256;
    if (strcmp(group, "secp384r1") == 0) return OSSL_KEY_P384;
    return 0;
}

int ossl_private_key_adopt(EVP_PKEY *key, ossl_private_key **out, ossl_fault *fault) {
    ossl_private_key *made = key ? OPENSSL_zalloc(sizeof *made) : NULL;
    if (!made) {
        EVP_PKEY_free(key);
        return ossl_fault_take(fault);
    }
    made->key = key;
    made->kind = kind_of(key);
    made->rsa_bits = made->kind == OSSL_KEY_RSA ? EVP_PKEY_get_bits(key) : 0;
    made->prepared = EVP_MD_CTX_new();
    if (made->kind == 0 || !made->prepared ||
        EVP_DigestSignInit(made->prepared, NULL, digest_of(made->kind), NULL, key) != 1) {
        ossl_private_key_free(made);
        return ossl_fault_take(fault);
    }
    *out = made;
    return 0;
}

int ossl_private_key_generate(int kind, int rsa_bits, ossl_private_key **out, ossl_fault *fault) {
    ossl_fault_begin();
    EVP_PKEY *key = NULL;
    switch (kind) {
        case OSSL_KEY_P256: key = EVP_EC_gen("P-256"); break;
        case OSSL_KEY_P384: key = EVP_EC_gen("P-384"); break;
        case OSSL_KEY_ED25519: key = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519"); break;
        case OSSL_KEY_RSA: key = EVP_RSA_gen((unsigned)rsa_bits); break;
        default: break;
    }
    return ossl_private_key_adopt(key, out, fault);
}

void ossl_private_key_free(ossl_private_key *key) {
    if (!key) return;
    EVP_MD_CTX_free(key->prepared);
    EVP_PKEY_free(key->key);
    OPENSSL_free(key);
}

int ossl_private_key_kind(const ossl_private_key *key, int *rsa_bits) {
    *rsa_bits = key->rsa_bits;
    return key->kind;
}

int ossl_private_key_spki(const ossl_private_key *key, uint8_t *out, size_t *out_count, ossl_fault *fault) {
    ossl_fault_begin();
    unsigned char *der = NULL;
    int count = i2d_PUBKEY(key->key, &der);
    int done = count > 0 && count <= OSSL_SPKI_BYTES_MAX;
    if (done) {
        memcpy(out, der, (size_t)count);
        *out_count = (size_t)count;
    }
    OPENSSL_free(der);
    return done ? 0 : ossl_fault_take(fault);
}

int ossl_private_key_sign(const ossl_private_key *key, const uint8_t *bytes, size_t count, uint8_t *out,
                          size_t *out_count, ossl_fault *fault) {
    ossl_fault_begin();
    size_t written = OSSL_SIGNATURE_BYTES_MAX;
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    int done = context && EVP_MD_CTX_copy_ex(context, key->prepared) == 1 &&
               EVP_DigestSign(context, out, &written, bytes, count) == 1;
    EVP_MD_CTX_free(context);
    *out_count = written;
    return done ? 0 : ossl_fault_take(fault);
}
