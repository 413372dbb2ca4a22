// Chains of certificates.

#include "shim.h"

#include <limits.h>
#include <openssl/crypto.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

/// libcrypto's store guards itself with a lock; after it was filled it is only read.
struct ossl_store {
    X509_STORE *known;
};

int ossl_store_new(ossl_store **out, ossl_fault *fault) {
    ossl_fault_begin();
    ossl_store *store = OPENSSL_zalloc(sizeof *store);
    if (store) store->known = X509_STORE_new();
    if (!store || !store->known) {
        ossl_store_free(store);
        return ossl_fault_take(fault);
    }
    *out = store;
    return 0;
}

void ossl_store_free(ossl_store *store) {
    if (!store) return;
    X509_STORE_free(store->known);
    OPENSSL_free(store);
}

int ossl_store_add_anchor(ossl_store *store, const uint8_t *der, size_t count, ossl_fault *fault) {
    ossl_fault_begin();
    const unsigned char *end = der;
    X509 *anchor = count <= INT_MAX ? d2i_X509(NULL, &end, (long)count) : NULL;
    int done = anchor && X509_STORE_add_cert(store->known, anchor) == 1;
    X509_free(anchor);
    return done ? 0 : ossl_fault_take(fault);
}

int ossl_store_add_crl(ossl_store *store, const uint8_t *der, size_t count, ossl_fault *fault) {
    ossl_fault_begin();
    const unsigned char *end = der;
    X509_CRL *list = count <= INT_MAX ? d2i_X509_CRL(NULL, &end, (long)count) : NULL;
    int done = list && X509_STORE_add_crl(store->known, list) == 1;
    X509_CRL_free(list);
    return done ? 0 : ossl_fault_take(fault);
}

/// Reads certificates that stand one after another. Returns NULL where one cannot be read.
static STACK_OF(X509) *read_all(const uint8_t *der, size_t count) {
    STACK_OF(X509) *all = sk_X509_new_null();
    const unsigned char *next = der;
    while (all && count > 0 && next < der + count) {
        X509 *one = d2i_X509(NULL, &next, (long)(der + count - next));
        if (!one || sk_X509_push(all, one) <= 0) {
            X509_free(one);
            sk_X509_pop_free(all, X509_free);
            return NULL;
        }
    }
    return all;
}

/// Sets time, purpose and rules. Authorities are judged by X509_check_ca besides.
static int prepare(X509_STORE_CTX *context, int purpose, int64_t time, int chain_max, int check_crls) {
    X509_VERIFY_PARAM *rules = X509_STORE_CTX_get0_param(context);
    unsigned long flags = X509_V_FLAG_X509_STRICT;
    if (check_crls >= 1) flags |= X509_V_FLAG_CRL_CHECK;
    if (check_crls >= 2) flags |= X509_V_FLAG_CRL_CHECK_ALL;
    X509_VERIFY_PARAM_set_time(rules, (time_t)time);
    X509_VERIFY_PARAM_set_depth(rules, chain_max - 2);  // libcrypto counts neither the leaf nor the anchor
    X509_VERIFY_PARAM_set_auth_level(rules, 2);         // 112 bits: RSA of 2,048, and no SHA-1
    if (X509_VERIFY_PARAM_set_flags(rules, flags) != 1) return 0;
    if (purpose == OSSL_PURPOSE_AUTHORITY) return 1;
    return X509_STORE_CTX_set_purpose(
        context, purpose == OSSL_PURPOSE_CLIENT ? X509_PURPOSE_SSL_CLIENT : X509_PURPOSE_SSL_SERVER);
}

/// Verifies, and returns libcrypto's reason where the chain is refused, 0 where it is good.
static int judge(X509_STORE_CTX *context, X509 *leaf, int purpose, int chain_max) {
    if (X509_verify_cert(context) != 1) {
        int reason = X509_STORE_CTX_get_error(context);
        return reason != X509_V_OK ? reason : X509_V_ERR_UNSPECIFIED;
    }
    if (sk_X509_num(X509_STORE_CTX_get0_chain(context)) > chain_max) return X509_V_ERR_CERT_CHAIN_TOO_LONG;
    if (purpose == OSSL_PURPOSE_AUTHORITY && X509_check_ca(leaf) != 1) return X509_V_ERR_INVALID_CA;
    return X509_V_OK;
}

int ossl_store_verify(const ossl_store *store, const uint8_t *leaf, size_t leaf_count, const uint8_t *others,
                      size_t others_count, int purpose, int64_t time, int chain_max, int check_crls, int *reason,
                      ossl_fault *fault) {
    ossl_fault_begin();
    *reason = 0;
    if (leaf_count > INT_MAX || others_count > INT_MAX) return ossl_fault_take(fault);
    const unsigned char *end = leaf;
    X509 *subject = d2i_X509(NULL, &end, (long)leaf_count);
    STACK_OF(X509) *help = read_all(others, others_count);
    X509_STORE_CTX *context = X509_STORE_CTX_new();
    int good = 0;
    if (subject && help && context && X509_STORE_CTX_init(context, store->known, subject, help) == 1 &&
        prepare(context, purpose, time, chain_max, check_crls)) {
        *reason = judge(context, subject, purpose, chain_max);
        good = *reason == X509_V_OK;
    }
    X509_STORE_CTX_free(context);
    sk_X509_pop_free(help, X509_free);
    X509_free(subject);
    return good ? 0 : ossl_fault_take(fault);
}

const char *ossl_store_reason(int reason) { return X509_verify_cert_error_string(reason); }
