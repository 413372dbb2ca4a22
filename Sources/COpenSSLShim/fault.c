#include "shim.h"

#include <openssl/crypto.h>
#include <openssl/err.h>

void ossl_fault_begin(void) { ERR_clear_error(); }

int ossl_fault_take(ossl_fault *fault) {
    fault->count = 0;
    fault->text[0] = '\0';
    unsigned long code;
    while ((code = ERR_get_error()) != 0) {
        if (fault->count == 0) ERR_error_string_n(code, fault->text, sizeof fault->text);
        if (fault->count < 4) fault->codes[fault->count++] = code;
    }
    return -1;
}

const char *ossl_version_text(void) { return OpenSSL_version(OPENSSL_VERSION); }
