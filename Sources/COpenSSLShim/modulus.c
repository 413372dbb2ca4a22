// Fermat's factoring: primes that lie close together are found in a few steps.

#include "shim.h"

#include <limits.h>
#include <openssl/bn.h>

/// Sets `root` to the integer square root of `n`, by Newton's method from above.
static int integer_root(BIGNUM *root, const BIGNUM *n, BIGNUM *next, BN_CTX *context) {
    if (BN_is_zero(n)) return BN_zero(root), 1;
    if (!BN_one(root) || !BN_lshift(root, root, (BN_num_bits(n) + 1) / 2)) return 0;
    for (;;) {
        if (!BN_div(next, NULL, n, root, context) || !BN_add(next, next, root) || !BN_rshift1(next, next)) return 0;
        if (BN_cmp(next, root) >= 0) return 1;
        if (!BN_copy(root, next)) return 0;
    }
}

/// Searches a² − n = b² with a from the root of n upwards. Returns 0 where arithmetic fails.
static int search(const BIGNUM *n, int rounds, int *close, BN_CTX *context) {
    BIGNUM *a = BN_CTX_get(context), *rest = BN_CTX_get(context), *b = BN_CTX_get(context);
    BIGNUM *square = BN_CTX_get(context), *scratch = BN_CTX_get(context);
    if (!scratch || !integer_root(a, n, scratch, context) || !BN_sqr(square, a, context)) return 0;
    if (BN_cmp(square, n) < 0 && !BN_add_word(a, 1)) return 0;
    for (int round = 0; round < rounds; round++) {
        if (!BN_sqr(square, a, context) || !BN_sub(rest, square, n)) return 0;
        // A square is 0, 1, 4 or 9 modulo 16: three quarters of the candidates need no root.
        BN_ULONG low = BN_mod_word(rest, 16);
        if (low == 0 || low == 1 || low == 4 || low == 9) {
            if (!integer_root(b, rest, scratch, context) || !BN_sqr(square, b, context)) return 0;
            if (BN_cmp(square, rest) == 0) return *close = 1, 1;
        }
        if (!BN_add_word(a, 1)) return 0;
    }
    return 1;
}

int ossl_modulus_factor(const uint8_t *modulus, size_t count, int rounds, int *close, ossl_fault *fault) {
    ossl_fault_begin();
    *close = 0;
    if (count > 1024) return ossl_fault_take(fault);
    BIGNUM *n = BN_bin2bn(modulus, (int)count, NULL);
    BN_CTX *context = BN_CTX_new();
    int done = 0;
    if (n && context) {
        BN_CTX_start(context);
        done = search(n, rounds, close, context);
        BN_CTX_end(context);
    }
    BN_CTX_free(context);
    BN_free(n);
    return done ? 0 : ossl_fault_take(fault);
}
