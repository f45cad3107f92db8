# What libsrtp2's find_package(OpenSSL 1.1.0) finds: our BoringSSL and nothing else. CMake's own
# module looks for a version number in a header where BoringSSL does not keep it.
set(OpenSSL_FOUND TRUE)
set(OPENSSL_FOUND TRUE)
set(OPENSSL_VERSION "1.1.1")
set(OPENSSL_INCLUDE_DIR "${PCS_DEPS}/include")
set(OPENSSL_CRYPTO_LIBRARY "${PCS_DEPS}/lib/libcrypto.a")
set(OPENSSL_LIBRARIES "${OPENSSL_CRYPTO_LIBRARY}")
if(NOT TARGET OpenSSL::Crypto)
  add_library(OpenSSL::Crypto STATIC IMPORTED)
  set_target_properties(OpenSSL::Crypto PROPERTIES
    IMPORTED_LOCATION "${OPENSSL_CRYPTO_LIBRARY}"
    INTERFACE_INCLUDE_DIRECTORIES "${OPENSSL_INCLUDE_DIR}"
    INTERFACE_LINK_LIBRARIES pthread)
endif()
