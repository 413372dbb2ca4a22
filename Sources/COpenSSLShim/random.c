#include "shim.h"

#include <limits.h>
#include <openssl/rand.h>

int ossl_random_fill(uint8_t *out, size_t count, int secret, ossl_fault *fault) {
    ossl_fault_begin();
    if (count > INT_MAX) return ossl_fault_take(fault);
    int done = secret ? RAND_priv_bytes(out, (int)count) : RAND_bytes(out, (int)count);
    return done == 1 ? 0 : ossl_fault_take(fault);
}
