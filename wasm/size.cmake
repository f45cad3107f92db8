# Prints the raw and the gzip size of PCS_WASM_FILE (run by wasm/build.cmake after linking).
file(SIZE "${PCS_WASM_FILE}" raw_bytes)
execute_process(COMMAND gzip -9 -c "${PCS_WASM_FILE}" OUTPUT_FILE "${PCS_WASM_FILE}.gz"
  COMMAND_ERROR_IS_FATAL ANY)
file(SIZE "${PCS_WASM_FILE}.gz" gzip_bytes)
message("core.wasm: ${raw_bytes} bytes, ${gzip_bytes} with gzip")
