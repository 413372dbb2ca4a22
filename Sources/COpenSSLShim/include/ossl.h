/// The narrow C face over libcrypto, and over the modules of PKCS#11 tokens. Nothing here shows a type of theirs, and
/// only OpenSSLCrypto imports it.
///
/// Functions are named `ossl_noun_verb` and return 0, or -1 after copying the thread's error queue into `fault`.
/// They take a length beside each pointer, keep no pointer after they return, and never call back. A pointer beside
/// a length of 0 may be NULL. Handles are opaque; each has one `_free`, which accepts NULL.
#ifndef OSSL_H
#define OSSL_H

#include <stddef.h>
#include <stdint.h>

/// What libcrypto said: the first codes of its error queue, and the text of the first.
typedef struct ossl_fault {
    int count;
    unsigned long codes[4];
    char text[256];
} ossl_fault;

/// The version of the library that is loaded, as static text.
const char *ossl_version_text(void);

// Digests. They allocate nothing.

int ossl_digest_sha1(const uint8_t *bytes, size_t count, uint8_t out[20]);
int ossl_digest_sha256(const uint8_t *bytes, size_t count, uint8_t out[32]);
int ossl_digest_sha384(const uint8_t *bytes, size_t count, uint8_t out[48]);
int ossl_digest_sha512(const uint8_t *bytes, size_t count, uint8_t out[64]);
/// SHA-256 of one byte followed by both parts, without joining them first.
int ossl_digest_sha256_prefixed(uint8_t prefix, const uint8_t *left, size_t left_count,
                                const uint8_t *right, size_t right_count, uint8_t out[32]);

// Randomness. `secret` draws from the generator that libcrypto keeps apart for private values.

int ossl_random_fill(uint8_t *out, size_t count, int secret, ossl_fault *fault);

// HMAC-SHA-256 whose key schedule is made once. Computing may go on in many threads with one handle.

typedef struct ossl_mac ossl_mac;
int ossl_mac_new(const uint8_t *key, size_t key_count, ossl_mac **out, ossl_fault *fault);
void ossl_mac_free(ossl_mac *mac);
int ossl_mac_compute(const ossl_mac *mac, const uint8_t *bytes, size_t count, uint8_t out[32], ossl_fault *fault);

// HKDF with SHA-256 (RFC 5869), both steps.

int ossl_hkdf_derive(const uint8_t *secret, size_t secret_count, const uint8_t *salt, size_t salt_count,
                     const uint8_t *info, size_t info_count, uint8_t *out, size_t out_count, ossl_fault *fault);

// AES-256-GCM with a nonce of 96 bits and a tag of 128.

/// Writes `count` + 16 bytes: ciphertext, then tag.
int ossl_cipher_seal(const uint8_t key[32], const uint8_t nonce[12], const uint8_t *associated,
                     size_t associated_count, const uint8_t *plaintext, size_t count, uint8_t *out,
                     ossl_fault *fault);
/// Reads `count` + 16 bytes, ciphertext and tag, and writes `count`; where the tag is wrong it wipes what it wrote.
int ossl_cipher_open(const uint8_t key[32], const uint8_t nonce[12], const uint8_t *associated,
                     size_t associated_count, const uint8_t *sealed, size_t count, uint8_t *out,
                     ossl_fault *fault);

// Keys.

/// Which key: the numbers are those of `KeyKind` on the Swift side.
enum {
    OSSL_KEY_P256 = 1,
    OSSL_KEY_P384 = 2,
    OSSL_KEY_ED25519 = 3,
    OSSL_KEY_RSA = 4,
};

/// Room that every private key of ours needs in PKCS#8, encrypted or not, and every SubjectPublicKeyInfo.
enum {
    OSSL_PKCS8_BYTES_MAX = 4096,
    OSSL_SPKI_BYTES_MAX = 1024,
    OSSL_SIGNATURE_BYTES_MAX = 512,
};

/// A key pair with its signing context made ready. Signing may go on in many threads with one handle.
typedef struct ossl_private_key ossl_private_key;
/// `rsa_bits` counts for RSA alone.
int ossl_private_key_generate(int kind, int rsa_bits, ossl_private_key **out, ossl_fault *fault);
void ossl_private_key_free(ossl_private_key *key);
/// Reads PrivateKeyInfo (RFC 5208) and refuses trailing bytes, other kinds of key, and halves that do not fit.
int ossl_private_key_decode(const uint8_t *der, size_t count, ossl_private_key **out, ossl_fault *fault);
/// Reads EncryptedPrivateKeyInfo likewise.
int ossl_private_key_decrypt(const uint8_t *der, size_t count, const uint8_t *passphrase, size_t passphrase_count,
                             ossl_private_key **out, ossl_fault *fault);
/// Writes PrivateKeyInfo into OSSL_PKCS8_BYTES_MAX bytes.
int ossl_private_key_encode(const ossl_private_key *key, uint8_t *out, size_t *out_count, ossl_fault *fault);
/// Writes EncryptedPrivateKeyInfo: PBES2, scrypt (N = 2^14, r = 8, p = 5), AES-256-CBC.
int ossl_private_key_encrypt(const ossl_private_key *key, const uint8_t *passphrase, size_t passphrase_count,
                             uint8_t *out, size_t *out_count, ossl_fault *fault);
int ossl_private_key_kind(const ossl_private_key *key, int *rsa_bits);
/// Writes the SubjectPublicKeyInfo into OSSL_SPKI_BYTES_MAX bytes.
int ossl_private_key_spki(const ossl_private_key *key, uint8_t *out, size_t *out_count, ossl_fault *fault);
/// ECDSA in DER with SHA-256 (P-256) or SHA-384 (P-384), Ed25519, RSA PKCS#1 v1.5 with SHA-256, into
/// OSSL_SIGNATURE_BYTES_MAX bytes.
int ossl_private_key_sign(const ossl_private_key *key, const uint8_t *bytes, size_t count, uint8_t *out,
                          size_t *out_count, ossl_fault *fault);

/// A public key. Verifying may go on in many threads with one handle.
typedef struct ossl_public_key ossl_public_key;
/// An uncompressed point, which must lie on the curve.
int ossl_public_key_from_point(int kind, const uint8_t *point, size_t count, ossl_public_key **out,
                               ossl_fault *fault);
int ossl_public_key_from_ed25519(const uint8_t raw[32], ossl_public_key **out, ossl_fault *fault);
/// An RSA modulus, big-endian; the exponent is 65537.
int ossl_public_key_from_modulus(const uint8_t *modulus, size_t count, ossl_public_key **out, ossl_fault *fault);
void ossl_public_key_free(ossl_public_key *key);
/// 0 where the signature is good: ECDSA in DER, RSA PKCS#1 v1.5 or Ed25519, by the kind of key. `digest` is 256, 384
/// or 512 for SHA-2, and 0 for Ed25519.
int ossl_public_key_verify(const ossl_public_key *key, int digest, const uint8_t *signature, size_t signature_count,
                           const uint8_t *bytes, size_t count, ossl_fault *fault);

/// 0 where an RSA-PSS signature is good: SHA-256, MGF1 with SHA-256, a salt of exactly 32 bytes.
int ossl_public_key_verify_pss(const ossl_public_key *key, const uint8_t *signature, size_t signature_count,
                               const uint8_t *bytes, size_t count, ossl_fault *fault);

/// Looks for two close primes by Fermat's method and sets `close` to 1 where they are found.
int ossl_modulus_factor(const uint8_t *modulus, size_t count, int rounds, int *close, ossl_fault *fault);

// Keys that stay in a PKCS#11 token.

enum { OSSL_TOKEN_POINT_BYTES_MAX = 128 };

/// A token that is logged in to. Signing may go on in many threads with one handle.
typedef struct ossl_token ossl_token;
/// Loads the module of the token's maker, which stays loaded, finds the token by its label and logs in.
int ossl_token_open(const char *module, const char *label, const uint8_t *pin, size_t pin_count, ossl_token **out,
                    ossl_fault *fault);
void ossl_token_free(ossl_token *token);
/// Makes a key pair, P-256 or P-384, that never leaves the token, and writes its public point as the token has it: in
/// an OCTET STRING, or bare.
int ossl_token_generate(ossl_token *token, int kind, const uint8_t *id, size_t id_count, const char *label,
                        uint8_t *point, size_t *point_count, ossl_fault *fault);
/// Finds a key pair by its id, and writes its public point likewise.
int ossl_token_find(ossl_token *token, const uint8_t *id, size_t id_count, uint8_t *point, size_t *point_count,
                    ossl_fault *fault);
/// Signs a digest by ECDSA, into OSSL_SIGNATURE_BYTES_MAX bytes: both numbers at full width. Tries once more where the
/// token was away.
int ossl_token_sign(ossl_token *token, const uint8_t *id, size_t id_count, const uint8_t *digest, size_t digest_count,
                    uint8_t *out, size_t *out_count, ossl_fault *fault);

// X.509: second opinions and chains.

/// 0 where libcrypto reads all of `der` as one certificate and writes the same bytes again.
int ossl_certificate_check(const uint8_t *der, size_t count, ossl_fault *fault);
/// 0 where libcrypto reads all of `der` as one revocation list and writes the same bytes again.
int ossl_crl_check(const uint8_t *der, size_t count, ossl_fault *fault);

enum {
    OSSL_PURPOSE_CLIENT = 1,
    OSSL_PURPOSE_SERVER = 2,
    OSSL_PURPOSE_AUTHORITY = 3,
};

/// What is known when chains are verified: trust anchors and revocation lists. Not changed once verification began.
typedef struct ossl_store ossl_store;
int ossl_store_new(ossl_store **out, ossl_fault *fault);
void ossl_store_free(ossl_store *store);
int ossl_store_add_anchor(ossl_store *store, const uint8_t *der, size_t count, ossl_fault *fault);
int ossl_store_add_crl(ossl_store *store, const uint8_t *der, size_t count, ossl_fault *fault);
/// Builds and checks a chain of at most `chain_max` certificates for `leaf` at `time` (seconds since 1970), with
/// `others` (certificates one after another) as untrusted help. On refusal `reason` is libcrypto's X509_V_ERR code,
/// or 0 where the chain was not judged at all.
int ossl_store_verify(const ossl_store *store, const uint8_t *leaf, size_t leaf_count, const uint8_t *others,
                      size_t others_count, int purpose, int64_t time, int chain_max, int check_crls, int *reason,
                      ossl_fault *fault);
/// Static text for a reason.
const char *ossl_store_reason(int reason);

#endif
