# The page's half of the core: the same core/ files and wasm/glue.c, by Emscripten, to one separate
# core.wasm without JS glue. Included by the root CMakeLists; the target is `wasm`.
#
#   PCS_WASM_OUT       folder that gets core.wasm
#   wasm/exports.txt   the whole surface, one C name on a line, sorted; tests compare it with the file
find_program(PCS_EMCC emcc REQUIRED)

file(GLOB_RECURSE wasm_sources CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/core/*.c"
  "${PROJECT_SOURCE_DIR}/wasm/glue.c")
set(exports_file "${PROJECT_SOURCE_DIR}/wasm/exports.txt")
if(NOT EXISTS "${exports_file}")
  message(STATUS "wasm/exports.txt is not there: no core.wasm")
  return()
endif()
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${exports_file}")
file(STRINGS "${exports_file}" exports REGEX "^[a-z]")
list(TRANSFORM exports PREPEND "_")
list(JOIN exports "," exports)

# Everything in the page is readable by the page, so speed and size are all that is asked here.
set(wasm_compile -O3 -std=c11 -sSTRICT=1 -fvisibility=hidden -Wall -Wextra -Wpedantic -Wshadow
  -Wconversion -Wvla -Werror "-I${PROJECT_SOURCE_DIR}")
set(wasm_link -O3 --no-entry -sSTRICT=1 -sSTANDALONE_WASM=1 -sFILESYSTEM=0 -sMALLOC=emmalloc
  -sALLOW_MEMORY_GROWTH=1 -sINITIAL_MEMORY=4MB -sMAXIMUM_MEMORY=256MB -sTOTAL_STACK=512KB
  -sERROR_ON_UNDEFINED_SYMBOLS=1 "-sEXPORTED_FUNCTIONS=${exports}")

foreach(source IN LISTS wasm_sources)
  file(RELATIVE_PATH name "${PROJECT_SOURCE_DIR}" "${source}")
  set(object "${PROJECT_BINARY_DIR}/wasm/${name}.o")
  get_filename_component(folder "${object}" DIRECTORY)
  file(MAKE_DIRECTORY "${folder}")
  add_custom_command(OUTPUT "${object}"
    COMMAND ${PCS_EMCC} ${wasm_compile} -MMD -MF "${object}.d" -MT "${object}"
      -c "${source}" -o "${object}"
    DEPENDS "${source}" DEPFILE "${object}.d"
    COMMENT "WASM ${name}" VERBATIM)
  list(APPEND wasm_objects "${object}")
endforeach()

set(wasm_file "${PCS_WASM_OUT}/core.wasm")
file(MAKE_DIRECTORY "${PCS_WASM_OUT}")
add_custom_command(OUTPUT "${wasm_file}"
  COMMAND ${PCS_EMCC} ${wasm_link} ${wasm_objects} -o "${wasm_file}"
  COMMAND ${CMAKE_COMMAND} -DPCS_WASM_FILE=${wasm_file}
    -P "${PROJECT_SOURCE_DIR}/wasm/size.cmake"
  DEPENDS ${wasm_objects} "${exports_file}" "${CMAKE_CURRENT_LIST_FILE}"
  COMMENT "WASM core.wasm" VERBATIM)
add_custom_target(wasm ALL DEPENDS "${wasm_file}")
