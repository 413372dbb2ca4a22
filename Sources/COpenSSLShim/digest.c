// The one-shot SHA256() of OpenSSL 3 fetches the algorithm on each call, and EVP contexts are allocated. The
// functions below live on the stack and cannot fail, which is what hashing a Merkle tree asks for. They are
// marked deprecated, but are the same code.
#define OPENSSL_SUPPRESS_DEPRECATED

#include "shim.h"

#include <openssl/crypto.h>
#include <openssl/sha.h>

int ossl_digest_sha1(const uint8_t *bytes, size_t count, uint8_t out[20]) {
    SHA_CTX context;
    return SHA1_Init(&context) && SHA1_Update(&context, bytes, count) && SHA1_Final(out, &context) ? 0 : -1;
}

int ossl_digest_sha256(const uint8_t *bytes, size_t count, uint8_t out[32]) {
    SHA256_CTX context;
    int done = SHA256_Init(&context) && SHA256_Update(&context, bytes, count) && SHA256_Final(out, &context);
    OPENSSL_cleanse(&context, sizeof context);
    return done ? 0 : -1;
}

int ossl_digest_sha384(const uint8_t *bytes, size_t count, uint8_t out[48]) {
    SHA512_CTX context;
    int done = SHA384_Init(&context) && SHA384_Update(&context, bytes, count) && SHA384_Final(out, &context);
    OPENSSL_cleanse(&context, sizeof context);
    return done ? 0 : -1;
}

int ossl_digest_sha512(const uint8_t *bytes, size_t count, uint8_t out[64]) {
    SHA512_CTX context;
    int done = SHA512_Init(&context) && SHA512_Update(&context, bytes, count) && SHA512_Final(out, &context);
    OPENSSL_cleanse(&context, sizeof context);
    return done ? 0 : -1;
}

int ossl_digest_sha256_prefixed(uint8_t prefix, const uint8_t *left, size_t left_count, const uint8_t *right,
                                size_t right_count, uint8_t out[32]) {
    SHA256_CTX context;
    int done = SHA256_Init(&context) && SHA256_Update(&context, &prefix, 1) &&
               SHA256_Update(&context, left, left_count) && SHA256_Update(&context, right, right_count) &&
               SHA256_Final(out, &context);
    return done ? 0 : -1;
}
