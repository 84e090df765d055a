#pragma once

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>
#include <string.h>

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
