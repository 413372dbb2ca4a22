// ECDSA verification through EC_KEY. It is deprecated in favour of EVP, which needs 10 µs to make a key of a point
// and 15 µs more for each verification, on each request for a certificate. Nothing else here uses it.
#define OPENSSL_SUPPRESS_DEPRECATED

#include "handles.h"

#include <openssl/ecdsa.h>
#include <openssl/obj_mac.h>
#include <pthread.h>

static EC_GROUP *group_p256;
static EC_GROUP *group_p384;
static pthread_once_t groups_made = PTHREAD_ONCE_INIT;

static void make_groups(void) {
    group_p256 = EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1);
    group_p384 = EC_GROUP_new_by_curve_name(NID_secp384r1);
}

int ossl_point_decode(int kind, const uint8_t *bytes, size_t count, EC_KEY **out) {
    pthread_once(&groups_made, make_groups);
    const EC_GROUP *group = kind == OSSL_KEY_P256 ? group_p256 : group_p384;
    size_t expected = kind == OSSL_KEY_P256 ? 65 : 97;
    if (!group || count != expected || bytes[0] != POINT_CONVERSION_UNCOMPRESSED) return -1;
    EC_KEY *key = EC_KEY_new();
    EC_POINT *point = EC_POINT_new(group);
    // EC_POINT_oct2point refuses coordinates beyond the field and points off the curve; the cofactor of both is 1.
    int done = key && point && EC_KEY_set_group(key, group) == 1 &&
               EC_POINT_oct2point(group, point, bytes, count, NULL) == 1 && EC_KEY_set_public_key(key, point) == 1;
    EC_POINT_free(point);
    if (done) {
        *out = key;
        return 0;
    }
    EC_KEY_free(key);
    return -1;
}

int ossl_point_verify(EC_KEY *key, int digest, const uint8_t *signature, size_t signature_count,
                      const uint8_t *bytes, size_t count) {
    uint8_t hash[64];
    int hashed = -1;
    switch (digest) {
        case 256: hashed = ossl_digest_sha256(bytes, count, hash); break;
        case 384: hashed = ossl_digest_sha384(bytes, count, hash); break;
        case 512: hashed = ossl_digest_sha512(bytes, count, hash); break;
        default: break;
    }
    if (hashed != 0 || signature_count > OSSL_SIGNATURE_BYTES_MAX) return -1;
    // ECDSA_verify refuses a signature that is not DER or has trailing bytes, and cuts a hash longer than the order.
    return ECDSA_verify(0, hash, digest / 8, signature, (int)signature_count, key) == 1 ? 0 : -1;
}

void ossl_point_free(EC_KEY *key) { EC_KEY_free(key); }
