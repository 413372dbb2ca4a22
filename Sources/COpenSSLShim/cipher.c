#include "shim.h"

#include <limits.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>

enum { TAG_BYTES = 16 };

/// Begins either direction and takes the associated data in. Returns NULL where that fails.
static EVP_CIPHER_CTX *begin(int sealing, const uint8_t *key, const uint8_t *nonce, const uint8_t *associated,
                             size_t associated_count) {
    EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
    int written = 0;
    if (context && EVP_CipherInit_ex(context, EVP_aes_256_gcm(), NULL, key, nonce, sealing) == 1 &&
        (associated_count == 0 ||
         EVP_CipherUpdate(context, NULL, &written, associated, (int)associated_count) == 1)) {
        return context;
    }
    EVP_CIPHER_CTX_free(context);
    return NULL;
}

int ossl_cipher_seal(const uint8_t key[32], const uint8_t nonce[12], const uint8_t *associated,
                     size_t associated_count, const uint8_t *plaintext, size_t count, uint8_t *out,
                     ossl_fault *fault) {
    ossl_fault_begin();
    if (associated_count > INT_MAX || count > INT_MAX - TAG_BYTES) return ossl_fault_take(fault);
    int written = 0, last = 0;
    EVP_CIPHER_CTX *context = begin(1, key, nonce, associated, associated_count);
    int done = context &&
               (count == 0 || EVP_EncryptUpdate(context, out, &written, plaintext, (int)count) == 1) &&
               EVP_EncryptFinal_ex(context, out + written, &last) == 1 && (size_t)written + (size_t)last == count &&
               EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, TAG_BYTES, out + count) == 1;
    EVP_CIPHER_CTX_free(context);
    return done ? 0 : ossl_fault_take(fault);
}

int ossl_cipher_open(const uint8_t key[32], const uint8_t nonce[12], const uint8_t *associated,
                     size_t associated_count, const uint8_t *sealed, size_t count, uint8_t *out,
                     ossl_fault *fault) {
    ossl_fault_begin();
    if (associated_count > INT_MAX || count > INT_MAX - TAG_BYTES) return ossl_fault_take(fault);
    int written = 0, last = 0;
    uint8_t none[1];  // EVP wants somewhere to point at when there is no plaintext
    uint8_t *end = count ? out : none;
    EVP_CIPHER_CTX *context = begin(0, key, nonce, associated, associated_count);
    int done = context && (count == 0 || EVP_DecryptUpdate(context, out, &written, sealed, (int)count) == 1) &&
               EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, TAG_BYTES, (void *)(sealed + count)) == 1 &&
               EVP_DecryptFinal_ex(context, end + written, &last) == 1 && (size_t)written + (size_t)last == count;
    EVP_CIPHER_CTX_free(context);
    if (done) return 0;
    OPENSSL_cleanse(out, count);
    return ossl_fault_take(fault);
}
