#include "shim.h"

#include <limits.h>
#include <openssl/crypto.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <string.h>

int ossl_certificate_check(const uint8_t *der, size_t count, ossl_fault *fault) {
    ossl_fault_begin();
    if (count > INT_MAX) return ossl_fault_take(fault);
    const unsigned char *end = der;
    unsigned char *again = NULL;
    X509 *certificate = d2i_X509(NULL, &end, (long)count);
    int again_count = certificate && end == der + count ? i2d_X509(certificate, &again) : -1;
    // Having read the extensions, libcrypto says whether one of them is malformed.
    int same = again_count >= 0 && (size_t)again_count == count && memcmp(again, der, count) == 0 &&
               (X509_get_extension_flags(certificate) & EXFLAG_INVALID) == 0;
    OPENSSL_free(again);
    X509_free(certificate);
    return same ? 0 : ossl_fault_take(fault);
}
