#include "shim.h"

#include <limits.h>
#include <openssl/crypto.h>
#include <openssl/x509.h>
#include <string.h>

int ossl_crl_check(const uint8_t *der, size_t count, ossl_fault *fault) {
    ossl_fault_begin();
    if (count > INT_MAX) return ossl_fault_take(fault);
    const unsigned char *end = der;
    unsigned char *again = NULL;
    X509_CRL *list = d2i_X509_CRL(NULL, &end, (long)count);
    int again_count = list && end == der + count ? i2d_X509_CRL(list, &again) : -1;
    int same = again_count >= 0 && (size_t)again_count == count && memcmp(again, der, count) == 0;
    OPENSSL_free(again);
    X509_CRL_free(list);
    return same ? 0 : ossl_fault_take(fault);
}
