/// What is used of PKCS#11 (OASIS, version 2.40): numbers, structures and the places of functions in the list that a
/// module hands out. The standard fixes all of them.
#ifndef CRYPTOKI_H
#define CRYPTOKI_H

typedef unsigned long ck_ulong;
typedef ck_ulong ck_rv;
typedef unsigned char ck_byte;
/// Cast to the type of a function before it is called.
typedef void (*ck_function)(void);

/// Places in the list.
enum {
    C_INITIALIZE = 0,
    C_GET_SLOT_LIST = 4,
    C_GET_TOKEN_INFO = 6,
    C_OPEN_SESSION = 12,
    C_CLOSE_SESSION = 13,
    C_LOGIN = 18,
    C_GET_ATTRIBUTE_VALUE = 24,
    C_FIND_OBJECTS_INIT = 26,
    C_FIND_OBJECTS = 27,
    C_FIND_OBJECTS_FINAL = 28,
    C_SIGN_INIT = 42,
    C_SIGN = 43,
    C_GENERATE_KEY_PAIR = 59,
    C_COUNT = 68,
};

typedef struct ck_function_list {
    ck_byte version[2];
    ck_function functions[C_COUNT];
} ck_function_list;

typedef struct ck_attribute {
    ck_ulong type;
    void *value;
    ck_ulong count;
} ck_attribute;

typedef struct ck_mechanism {
    ck_ulong mechanism;
    void *parameter;
    ck_ulong parameter_count;
} ck_mechanism;

typedef struct ck_initialize_args {
    ck_function mutexes[4];
    ck_ulong flags;
    void *reserved;
} ck_initialize_args;

typedef struct ck_token_info {
    ck_byte label[32];
    ck_byte manufacturer[32];
    ck_byte model[16];
    ck_byte serial[16];
    ck_ulong flags;
    ck_ulong sessions_max;
    ck_ulong counts[9];
    ck_byte versions[4];
    ck_byte time[16];
} ck_token_info;

enum {
    CKR_OK = 0x00,
    CKR_PIN_INCORRECT = 0xA0,
    CKR_PIN_EXPIRED = 0xA3,
    CKR_PIN_LOCKED = 0xA4,
    CKR_SESSION_COUNT = 0xB1,
    CKR_USER_ALREADY_LOGGED_IN = 0x100,
    CKR_CRYPTOKI_ALREADY_INITIALIZED = 0x191,

    CKF_OS_LOCKING_OK = 0x02,
    CKF_RW_SESSION = 0x02,
    CKF_SERIAL_SESSION = 0x04,
    CKU_USER = 1,

    CKO_PUBLIC_KEY = 2,
    CKO_PRIVATE_KEY = 3,
    CKK_EC = 3,

    CKA_CLASS = 0x000,
    CKA_TOKEN = 0x001,
    CKA_PRIVATE = 0x002,
    CKA_LABEL = 0x003,
    CKA_KEY_TYPE = 0x100,
    CKA_ID = 0x102,
    CKA_SENSITIVE = 0x103,
    CKA_SIGN = 0x108,
    CKA_VERIFY = 0x10A,
    CKA_EXTRACTABLE = 0x162,
    CKA_EC_PARAMS = 0x180,
    CKA_EC_POINT = 0x181,

    CKM_EC_KEY_PAIR_GEN = 0x1040,
    CKM_ECDSA = 0x1041,
};

#endif
