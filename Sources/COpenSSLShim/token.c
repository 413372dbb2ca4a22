// Keys that stay in a PKCS#11 token. The module of its maker is loaded into this process and used by the standard's
// own functions: OpenSSL's engines, the other way to it, are deprecated in version 3 and gone in version 4.

#include "cryptoki.h"
#include "shim.h"

#include <dlfcn.h>
#include <openssl/crypto.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

/// Sessions that are open at a time: so many signatures are made side by side.
enum { SESSIONS_MAX = 16, SLOTS_MAX = 256 };

struct ossl_token {
    /// Never closed: other tokens of the process may use the same module, and it may have threads of its own.
    const ck_function_list *list;
    char label[33];
    uint8_t *pin;
    size_t pin_count;
    /// Guards all below. Nothing of the module is called under it.
    pthread_mutex_t lock;
    pthread_cond_t changed;
    ck_ulong slot;
    ck_ulong idle[SESSIONS_MAX];
    int idle_count;
    int open_count;
    int open_max;
    /// Why the PIN was refused. It is not tried a second time: tokens count, and lock themselves.
    ck_rv pin_refusal;
};

/// Says which function failed, and how; returns -1.
static int refuse(ossl_fault *fault, const char *what, ck_rv rv) {
    fault->count = 1;
    fault->codes[0] = rv;
    if (rv == CKR_OK) {
        snprintf(fault->text, sizeof fault->text, "%s", what);
    } else {
        const char *word = rv == CKR_PIN_INCORRECT ? ": the PIN is wrong"
                           : rv == CKR_PIN_LOCKED  ? ": the PIN is locked"
                                                   : "";
        snprintf(fault->text, sizeof fault->text, "%s failed with 0x%02lx%s", what, rv, word);
    }
    return -1;
}

#define CALL(token, place, type) ((type)(token)->list->functions[place])
typedef ck_rv (*initialize_call)(void *);
typedef ck_rv (*slots_call)(ck_byte, ck_ulong *, ck_ulong *);
typedef ck_rv (*info_call)(ck_ulong, ck_token_info *);
typedef ck_rv (*open_call)(ck_ulong, ck_ulong, void *, void *, ck_ulong *);
typedef ck_rv (*session_call)(ck_ulong);
typedef ck_rv (*login_call)(ck_ulong, ck_ulong, const uint8_t *, ck_ulong);
typedef ck_rv (*attributes_call)(ck_ulong, ck_ulong, ck_attribute *, ck_ulong);
typedef ck_rv (*find_init_call)(ck_ulong, ck_attribute *, ck_ulong);
typedef ck_rv (*find_call)(ck_ulong, ck_ulong *, ck_ulong, ck_ulong *);
typedef ck_rv (*sign_init_call)(ck_ulong, ck_mechanism *, ck_ulong);
typedef ck_rv (*sign_call)(ck_ulong, const uint8_t *, ck_ulong, uint8_t *, ck_ulong *);
typedef ck_rv (*generate_call)(ck_ulong, ck_mechanism *, ck_attribute *, ck_ulong, ck_attribute *, ck_ulong, ck_ulong *,
                               ck_ulong *);

/// Finds the slot whose token has the label, which one alone may have.
static int find_slot(ossl_token *token, ossl_fault *fault) {
    ck_ulong slots[SLOTS_MAX], count = SLOTS_MAX, found = 0;
    ck_rv rv = CALL(token, C_GET_SLOT_LIST, slots_call)(1, slots, &count);
    if (rv != CKR_OK) return refuse(fault, "C_GetSlotList", rv);
    size_t length = strlen(token->label);
    for (ck_ulong place = 0; place < count; place++) {
        ck_token_info info;
        memset(&info, 0, sizeof info);
        // A slot whose token was drawn meanwhile is none of ours.
        if (CALL(token, C_GET_TOKEN_INFO, info_call)(slots[place], &info) != CKR_OK) continue;
        size_t padded = sizeof info.label;
        while (padded > 0 && (info.label[padded - 1] == ' ' || info.label[padded - 1] == 0)) padded--;
        if (padded != length || memcmp(info.label, token->label, length) != 0) continue;
        if (++found > 1) return refuse(fault, "more than one token has this label", CKR_OK);
        pthread_mutex_lock(&token->lock);
        token->slot = slots[place];
        if (info.sessions_max > 1 && info.sessions_max < SESSIONS_MAX) token->open_max = (int)info.sessions_max - 1;
        pthread_mutex_unlock(&token->lock);
    }
    return found == 1 ? 0 : refuse(fault, "no token with this label is there", CKR_OK);
}

/// Opens a session and logs in, which counts for all sessions of the process.
static ck_rv open_session(ossl_token *token, ck_ulong flags, ck_ulong *session, const char **what) {
    pthread_mutex_lock(&token->lock);
    ck_ulong slot = token->slot;
    ck_rv refusal = token->pin_refusal;
    pthread_mutex_unlock(&token->lock);
    *what = "C_Login";
    if (refusal != CKR_OK) return refusal;
    *what = "C_OpenSession";
    ck_rv rv = CALL(token, C_OPEN_SESSION, open_call)(slot, flags | CKF_SERIAL_SESSION, NULL, NULL, session);
    if (rv != CKR_OK) return rv;
    *what = "C_Login";
    rv = CALL(token, C_LOGIN, login_call)(*session, CKU_USER, token->pin, token->pin_count);
    if (rv == CKR_OK || rv == CKR_USER_ALREADY_LOGGED_IN) return CKR_OK;
    if (rv == CKR_PIN_INCORRECT || rv == CKR_PIN_LOCKED || rv == CKR_PIN_EXPIRED) {
        pthread_mutex_lock(&token->lock);
        token->pin_refusal = rv;
        pthread_mutex_unlock(&token->lock);
    }
    CALL(token, C_CLOSE_SESSION, session_call)(*session);
    return rv;
}

/// Takes a session for one call; waits where as many as may be are in use.
static ck_rv take_session(ossl_token *token, ck_ulong *session, const char **what) {
    pthread_mutex_lock(&token->lock);
    for (;;) {
        if (token->idle_count > 0) {
            *session = token->idle[--token->idle_count];
            pthread_mutex_unlock(&token->lock);
            return CKR_OK;
        }
        if (token->open_count < token->open_max) {
            token->open_count++;
            pthread_mutex_unlock(&token->lock);
            ck_rv rv = open_session(token, 0, session, what);
            if (rv == CKR_OK) return rv;
            pthread_mutex_lock(&token->lock);
            token->open_count--;
            pthread_cond_signal(&token->changed);
            if (rv != CKR_SESSION_COUNT || token->open_count == 0) {
                pthread_mutex_unlock(&token->lock);
                return rv;
            }
            // Others have the rest: with these it goes on.
            token->open_max = token->open_count;
            continue;
        }
        pthread_cond_wait(&token->changed, &token->lock);
    }
}

/// Gives a session back, or up where it failed.
static void give_session(ossl_token *token, ck_ulong session, int is_good) {
    if (!is_good) CALL(token, C_CLOSE_SESSION, session_call)(session);
    pthread_mutex_lock(&token->lock);
    if (is_good) {
        token->idle[token->idle_count++] = session;
    } else {
        token->open_count--;
    }
    pthread_cond_signal(&token->changed);
    pthread_mutex_unlock(&token->lock);
}

/// Closes what is idle: after a failure the token may have been drawn, or have forgotten who logged in.
static void drop_idle(ossl_token *token) {
    ck_ulong idle[SESSIONS_MAX];
    pthread_mutex_lock(&token->lock);
    int count = token->idle_count;
    memcpy(idle, token->idle, sizeof idle);
    token->idle_count = 0;
    token->open_count -= count;
    pthread_cond_broadcast(&token->changed);
    pthread_mutex_unlock(&token->lock);
    for (int place = 0; place < count; place++) CALL(token, C_CLOSE_SESSION, session_call)(idle[place]);
}

/// Finds the one object of a class with this id; 0 handles where none or several are.
static ck_rv find_object(ossl_token *token, ck_ulong session, ck_ulong class, const uint8_t *id, size_t id_count,
                         ck_ulong *object, ck_ulong *count) {
    ck_ulong type = CKK_EC, found[2];
    ck_attribute wanted[] = {
        {CKA_CLASS, &class, sizeof class}, {CKA_KEY_TYPE, &type, sizeof type}, {CKA_ID, (void *)id, id_count}};
    ck_rv rv = CALL(token, C_FIND_OBJECTS_INIT, find_init_call)(session, wanted, 3);
    if (rv != CKR_OK) return rv;
    rv = CALL(token, C_FIND_OBJECTS, find_call)(session, found, 2, count);
    ck_rv end = CALL(token, C_FIND_OBJECTS_FINAL, session_call)(session);
    if (rv == CKR_OK && *count == 1) *object = found[0];
    return rv == CKR_OK ? end : rv;
}

static int refuse_count(ossl_fault *fault, ck_ulong count) {
    return refuse(fault, count == 0 ? "the token has no such key" : "the token has several keys with this id", CKR_OK);
}

int ossl_token_open(const char *module, const char *label, const uint8_t *pin, size_t pin_count, ossl_token **out,
                    ossl_fault *fault) {
    ossl_fault_begin();
    void *library = dlopen(module, RTLD_NOW | RTLD_LOCAL);
    if (!library) return refuse(fault, dlerror(), CKR_OK);
    typedef ck_rv (*list_call)(const ck_function_list **);
    list_call get = (list_call)dlsym(library, "C_GetFunctionList");
    if (!get) return refuse(fault, "the module is none of PKCS#11: it has no C_GetFunctionList", CKR_OK);
    const ck_function_list *list = NULL;
    ck_rv rv = get(&list);
    if (rv != CKR_OK || !list) return refuse(fault, "C_GetFunctionList", rv);
    ck_initialize_args arguments = {.flags = CKF_OS_LOCKING_OK};
    rv = ((initialize_call)list->functions[C_INITIALIZE])(&arguments);
    if (rv != CKR_OK && rv != CKR_CRYPTOKI_ALREADY_INITIALIZED) return refuse(fault, "C_Initialize", rv);

    ossl_token *token = OPENSSL_zalloc(sizeof *token);
    uint8_t *own = OPENSSL_memdup(pin, pin_count);
    if (!token || !own || strlen(label) > 32) {
        OPENSSL_clear_free(own, pin_count);
        OPENSSL_free(token);
        return refuse(fault, "no room for a token of this label", CKR_OK);
    }
    token->list = list;
    strcpy(token->label, label);
    token->pin = own;
    token->pin_count = pin_count;
    token->open_max = SESSIONS_MAX;
    pthread_mutex_init(&token->lock, NULL);
    pthread_cond_init(&token->changed, NULL);
    ck_ulong session;
    const char *what = "";
    int status = find_slot(token, fault);
    if (status == 0 && (rv = take_session(token, &session, &what)) != CKR_OK) status = refuse(fault, what, rv);
    if (status != 0) {
        ossl_token_free(token);
        return -1;
    }
    give_session(token, session, 1);
    *out = token;
    return 0;
}

void ossl_token_free(ossl_token *token) {
    if (!token) return;
    drop_idle(token);
    pthread_mutex_destroy(&token->lock);
    pthread_cond_destroy(&token->changed);
    OPENSSL_clear_free(token->pin, token->pin_count);
    OPENSSL_free(token);
}

/// Reads the point of a public key as the token has it.
static ck_rv read_point(ossl_token *token, ck_ulong session, ck_ulong object, uint8_t *point, size_t *point_count) {
    ck_attribute value = {CKA_EC_POINT, point, OSSL_TOKEN_POINT_BYTES_MAX};
    ck_rv rv = CALL(token, C_GET_ATTRIBUTE_VALUE, attributes_call)(session, object, &value, 1);
    *point_count = rv == CKR_OK && value.count <= OSSL_TOKEN_POINT_BYTES_MAX ? value.count : 0;
    return rv;
}

int ossl_token_generate(ossl_token *token, int kind, const uint8_t *id, size_t id_count, const char *label,
                        uint8_t *point, size_t *point_count, ossl_fault *fault) {
    ossl_fault_begin();
    static const uint8_t p256[] = {0x06, 0x08, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07};
    static const uint8_t p384[] = {0x06, 0x05, 0x2B, 0x81, 0x04, 0x00, 0x22};
    int is_large = kind == OSSL_KEY_P384;
    if (!is_large && kind != OSSL_KEY_P256) return refuse(fault, "a token makes keys of P-256 and P-384 alone", CKR_OK);
    ck_byte yes = 1, no = 0;
    ck_attribute public_half[] = {
        {CKA_TOKEN, &yes, 1},
        {CKA_VERIFY, &yes, 1},
        {CKA_EC_PARAMS, (void *)(is_large ? p384 : p256), is_large ? sizeof p384 : sizeof p256},
        {CKA_ID, (void *)id, id_count},
        {CKA_LABEL, (void *)label, strlen(label)},
    };
    ck_attribute private_half[] = {
        {CKA_TOKEN, &yes, 1},
        {CKA_PRIVATE, &yes, 1},
        {CKA_SENSITIVE, &yes, 1},
        {CKA_EXTRACTABLE, &no, 1},
        {CKA_SIGN, &yes, 1},
        {CKA_ID, (void *)id, id_count},
        {CKA_LABEL, (void *)label, strlen(label)},
    };
    ck_mechanism mechanism = {CKM_EC_KEY_PAIR_GEN, NULL, 0};
    ck_ulong session, made, secret;
    const char *what = "";
    // A session of its own, since those that sign may change nothing.
    ck_rv rv = open_session(token, CKF_RW_SESSION, &session, &what);
    if (rv != CKR_OK) return refuse(fault, what, rv);
    rv = CALL(token, C_GENERATE_KEY_PAIR, generate_call)(
        session, &mechanism, public_half, sizeof public_half / sizeof *public_half, private_half,
        sizeof private_half / sizeof *private_half, &made, &secret);
    what = "C_GenerateKeyPair";
    if (rv == CKR_OK) {
        rv = read_point(token, session, made, point, point_count);
        what = "C_GetAttributeValue";
    }
    CALL(token, C_CLOSE_SESSION, session_call)(session);
    return rv == CKR_OK ? 0 : refuse(fault, what, rv);
}

int ossl_token_find(ossl_token *token, const uint8_t *id, size_t id_count, uint8_t *point, size_t *point_count,
                    ossl_fault *fault) {
    ossl_fault_begin();
    ck_ulong session, object = 0, count = 0;
    const char *what = "";
    ck_rv rv = take_session(token, &session, &what);
    if (rv != CKR_OK) return refuse(fault, what, rv);
    what = "C_FindObjects";
    rv = find_object(token, session, CKO_PRIVATE_KEY, id, id_count, &object, &count);
    if (rv == CKR_OK && count == 1) rv = find_object(token, session, CKO_PUBLIC_KEY, id, id_count, &object, &count);
    if (rv == CKR_OK && count == 1) {
        what = "C_GetAttributeValue";
        rv = read_point(token, session, object, point, point_count);
    }
    give_session(token, session, rv == CKR_OK);
    if (rv != CKR_OK) return refuse(fault, what, rv);
    return count == 1 ? 0 : refuse_count(fault, count);
}

/// One try, on one session.
static int sign_once(ossl_token *token, const uint8_t *id, size_t id_count, const uint8_t *digest, size_t digest_count,
                     uint8_t *out, size_t *out_count, ossl_fault *fault) {
    ck_ulong session, object = 0, count = 0, written = OSSL_SIGNATURE_BYTES_MAX;
    const char *what = "";
    ck_rv rv = take_session(token, &session, &what);
    if (rv != CKR_OK) return refuse(fault, what, rv);
    what = "C_FindObjects";
    rv = find_object(token, session, CKO_PRIVATE_KEY, id, id_count, &object, &count);
    if (rv == CKR_OK && count == 1) {
        ck_mechanism mechanism = {CKM_ECDSA, NULL, 0};
        what = "C_SignInit";
        rv = CALL(token, C_SIGN_INIT, sign_init_call)(session, &mechanism, object);
        if (rv == CKR_OK) {
            what = "C_Sign";
            rv = CALL(token, C_SIGN, sign_call)(session, digest, digest_count, out, &written);
        }
    }
    give_session(token, session, rv == CKR_OK);
    if (rv != CKR_OK) return refuse(fault, what, rv);
    if (count != 1) return refuse_count(fault, count);
    *out_count = written;
    return 0;
}

int ossl_token_sign(ossl_token *token, const uint8_t *id, size_t id_count, const uint8_t *digest, size_t digest_count,
                    uint8_t *out, size_t *out_count, ossl_fault *fault) {
    ossl_fault_begin();
    if (sign_once(token, id, id_count, digest, digest_count, out, out_count, fault) == 0) return 0;
    // The token may have been drawn and put back, or have ended its sessions: once more from the beginning.
    drop_idle(token);
    if (find_slot(token, fault) != 0) return -1;
    return sign_once(token, id, id_count, digest, digest_count, out, out_count, fault);
}
