# libportcullis-host: what a program that embeds Portcullis links, and how it finds it, by
# find_package(Portcullis) or by pkg-config. It stands alone: nothing but the C library.
include(CMakePackageConfigHelpers)

file(GLOB embed_sources CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/host/embed/*.c")
add_library(portcullis-host STATIC ${embed_sources})
target_compile_definitions(portcullis-host PRIVATE
  "PCS_HOST_BROKER_INSTALLED=\"${CMAKE_INSTALL_PREFIX}/libexec/portcullis/portcullis-broker\"")
target_include_directories(portcullis-host INTERFACE "$<INSTALL_INTERFACE:include>")

install(TARGETS portcullis-host EXPORT PortcullisTargets ARCHIVE DESTINATION lib)
install(FILES "${PROJECT_SOURCE_DIR}/host/embed/portcullis.h" DESTINATION include)
install(EXPORT PortcullisTargets NAMESPACE Portcullis:: DESTINATION lib/cmake/Portcullis)

configure_package_config_file("${PROJECT_SOURCE_DIR}/host/embed/PortcullisConfig.cmake.in"
  "${PROJECT_BINARY_DIR}/PortcullisConfig.cmake" INSTALL_DESTINATION lib/cmake/Portcullis)
write_basic_package_version_file("${PROJECT_BINARY_DIR}/PortcullisConfigVersion.cmake"
  COMPATIBILITY SameMinorVersion)
configure_file("${PROJECT_SOURCE_DIR}/host/embed/portcullis.pc.in"
  "${PROJECT_BINARY_DIR}/portcullis.pc" @ONLY)
install(FILES "${PROJECT_BINARY_DIR}/PortcullisConfig.cmake"
  "${PROJECT_BINARY_DIR}/PortcullisConfigVersion.cmake" DESTINATION lib/cmake/Portcullis)
install(FILES "${PROJECT_BINARY_DIR}/portcullis.pc" DESTINATION lib/pkgconfig)
