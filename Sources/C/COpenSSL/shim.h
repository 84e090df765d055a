#pragma once

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <openssl/rand.h>

/// Keys a MAC context for HMAC with SHA-256. OSSL_PARAM is built from macros, which Swift does not see.
static inline int deployd_hmac_sha256_init(EVP_MAC_CTX *context, const unsigned char *key, size_t count) {
    char digest[] = "SHA256";
    OSSL_PARAM parameters[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
        OSSL_PARAM_construct_end(),
    };
    return EVP_MAC_init(context, key, count, parameters);
}

/// Where the nonce, tag and lengths of an AEAD go: names for EVP_CIPHER_CTX_ctrl's numbers.
static inline int deployd_aead_get_tag(EVP_CIPHER_CTX *context, unsigned char *tag, int count) {
    return EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, count, tag);
}

static inline int deployd_aead_set_tag(EVP_CIPHER_CTX *context, const unsigned char *tag, int count) {
    return EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, count, (void *)tag);
}
