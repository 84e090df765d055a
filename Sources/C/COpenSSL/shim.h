#pragma once

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/sha.h>
#include <openssl/x509v3.h>
#include <string.h>

// SHA-256 whose state is a plain value. OpenSSL 3 deprecates these functions in favour of states on the heap, which cost more
// than hashing a short message; the same assembly does the work. They cannot fail.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
static inline void deployd_sha256_init(SHA256_CTX *state) { SHA256_Init(state); }

static inline void deployd_sha256_update(SHA256_CTX *state, const void *bytes, size_t count) {
    SHA256_Update(state, bytes, count);
}

static inline void deployd_sha256_final(SHA256_CTX *state, unsigned char *digest) { SHA256_Final(digest, state); }
#pragma GCC diagnostic pop

/// Where the nonce, tag and lengths of an AEAD go: names for EVP_CIPHER_CTX_ctrl's numbers.
static inline int deployd_aead_get_tag(EVP_CIPHER_CTX *context, unsigned char *tag, int count) {
    return EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, count, tag);
}

static inline int deployd_aead_set_tag(EVP_CIPHER_CTX *context, const unsigned char *tag, int count) {
    return EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, count, (void *)tag);
}

/// A DNS name of a certificate's alternative names, whose lists are made of macros: its length, without an end; -1 after
/// the last; 0 for one that is too long.
static inline int deployd_certificate_name(X509 *certificate, int index, char *name, int size) {
    GENERAL_NAMES *names = (GENERAL_NAMES *)X509_get_ext_d2i(certificate, NID_subject_alt_name, NULL, NULL);
    int count = names == NULL ? 0 : sk_GENERAL_NAME_num(names);
    int result = -1;
    for (int i = 0, seen = 0; i < count && result < 0; i++) {
        const GENERAL_NAME *entry = sk_GENERAL_NAME_value(names, i);
        if (entry->type != GEN_DNS || seen++ != index) continue;
        int length = ASN1_STRING_length(entry->d.dNSName);
        result = length > 0 && length <= size ? length : 0;
        memcpy(name, ASN1_STRING_get0_data(entry->d.dNSName), (size_t)result);
    }
    GENERAL_NAMES_free(names);
    return result;
}
