#include "host/broker/store_open.h"

#include "core/base/text.h"
#include "host/broker/store.h"
#include "host/broker/store_schema.h"
#include "host/sys/descriptor.h"
#include "host/sys/private_folder.h"

/* As Linux allows it. */
#define PATH_BYTES_MAX 4096

/* What lies beside the file while something is written, or was when the machine stopped. */
static const char *const companions[] = {PCS_STORE_FILE_NAME "-journal", PCS_STORE_FILE_NAME "-wal",
                                         PCS_STORE_FILE_NAME "-shm"};

static pcs_store_problem problem_of_folder(pcs_private_flaw flaw) {
  switch (flaw) {
  case PCS_PRIVATE_FLAW_NONE:
    return PCS_STORE_PROBLEM_NONE;
  case PCS_PRIVATE_FLAW_SYSTEM:
    return PCS_STORE_PROBLEM_FOLDER_SYSTEM;
  case PCS_PRIVATE_FLAW_KIND:
    return PCS_STORE_PROBLEM_FOLDER_KIND;
  case PCS_PRIVATE_FLAW_OWNER:
    return PCS_STORE_PROBLEM_FOLDER_OWNER;
  case PCS_PRIVATE_FLAW_MODE:
    return PCS_STORE_PROBLEM_FOLDER_MODE;
  }
  return PCS_STORE_PROBLEM_FOLDER_SYSTEM;
}

static pcs_store_problem problem_of_file(pcs_private_flaw flaw) {
  switch (flaw) {
  case PCS_PRIVATE_FLAW_NONE:
    return PCS_STORE_PROBLEM_NONE;
  case PCS_PRIVATE_FLAW_SYSTEM:
    return PCS_STORE_PROBLEM_FILE_SYSTEM;
  case PCS_PRIVATE_FLAW_KIND:
    return PCS_STORE_PROBLEM_FILE_KIND;
  case PCS_PRIVATE_FLAW_OWNER:
    return PCS_STORE_PROBLEM_FILE_OWNER;
  case PCS_PRIVATE_FLAW_MODE:
    return PCS_STORE_PROBLEM_FILE_MODE;
  }
  return PCS_STORE_PROBLEM_FILE_SYSTEM;
}

static pcs_store_problem check_files(int folder) {
  pcs_private_flaw flaw;
  for (size_t i = 0; i < sizeof companions / sizeof companions[0]; i++) {
    if (pcs_private_file_check(folder, &flaw, companions[i]) != PCS_OK) {
      return problem_of_file(flaw);
    }
  }
  return pcs_private_file_make(folder, &flaw, PCS_STORE_FILE_NAME) == PCS_OK
             ? PCS_STORE_PROBLEM_NONE
             : problem_of_file(flaw);
}

/* SQLite wants a path, and follows no link in this one. */
static pcs_store_problem path_of_file(int folder, char *memory, size_t capacity) {
  static const char name[] = "/" PCS_STORE_FILE_NAME;
  pcs_writer writer;
  if (pcs_private_folder_path(folder, memory, capacity) != PCS_OK) {
    return PCS_STORE_PROBLEM_FOLDER_SYSTEM;
  }
  size_t len = pcs_span_of_text(memory).len;
  pcs_writer_init(&writer, (uint8_t *)memory, capacity);
  writer.len = len;
  pcs_writer_bytes(&writer, (pcs_span){(const uint8_t *)name, sizeof name});
  return writer.failed ? PCS_STORE_PROBLEM_FOLDER_SYSTEM : PCS_STORE_PROBLEM_NONE;
}

/* A file of ours has no triggers, views or functions of its own; one that has is not believed. */
static pcs_store_problem distrust(sqlite3 *database) {
  static const int off[] = {SQLITE_DBCONFIG_ENABLE_TRIGGER, SQLITE_DBCONFIG_ENABLE_VIEW,
                            SQLITE_DBCONFIG_TRUSTED_SCHEMA, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION};
  int code = sqlite3_db_config(database, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
  for (size_t i = 0; i < sizeof off / sizeof off[0] && code == SQLITE_OK; i++) {
    code = sqlite3_db_config(database, off[i], 0, NULL);
  }
  if (code == SQLITE_OK) {
    code = sqlite3_busy_timeout(database, PCS_STORE_WAIT_MS);
  }
  return pcs_store_sql_problem(code);
}

/*
 * A rollback journal: nothing lies beside the file at rest. EXTRA: also the journal's removal,
 * which is what commits, is on the disk before a call returns. What is forgotten is overwritten.
 */
static const char treatment[] = "PRAGMA journal_mode = DELETE;"
                                "PRAGMA synchronous = EXTRA;"
                                "PRAGMA secure_delete = ON;"
                                "PRAGMA cell_size_check = ON;"
                                "PRAGMA temp_store = MEMORY;";

static pcs_store_problem prepare(sqlite3 *database) {
  pcs_store_problem problem = distrust(database);
  if (problem == PCS_STORE_PROBLEM_NONE) {
    problem = pcs_store_schema_check(database);
  }
  if (problem == PCS_STORE_PROBLEM_NONE) {
    problem = pcs_store_sql_run(database, treatment);
  }
  return problem == PCS_STORE_PROBLEM_NONE ? pcs_store_schema_migrate(database) : problem;
}

static pcs_store_problem open_file(sqlite3 **out_database, const char *path) {
  int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOFOLLOW | SQLITE_OPEN_PRIVATECACHE;
  int code = sqlite3_open_v2(path, out_database, flags, NULL);
  bool cannot = (code & 0xff) == SQLITE_CANTOPEN;
  pcs_store_problem problem = cannot ? PCS_STORE_PROBLEM_FILE_SYSTEM : pcs_store_sql_problem(code);
  return problem == PCS_STORE_PROBLEM_NONE ? prepare(*out_database) : problem;
}

static pcs_store_problem open_in(sqlite3 **out_database, int folder) {
  char path[PATH_BYTES_MAX];
  pcs_store_problem problem = check_files(folder);
  if (problem == PCS_STORE_PROBLEM_NONE) {
    problem = path_of_file(folder, path, sizeof path);
  }
  return problem == PCS_STORE_PROBLEM_NONE ? open_file(out_database, path) : problem;
}

pcs_store_problem pcs_store_open(sqlite3 **out_database, const char *folder) {
  int descriptor;
  pcs_private_flaw flaw;
  *out_database = NULL;
  if (pcs_private_folder_open(&descriptor, &flaw, folder) != PCS_OK) {
    return problem_of_folder(flaw);
  }
  pcs_store_problem problem = open_in(out_database, descriptor);
  pcs_descriptor_close(&descriptor);
  if (problem != PCS_STORE_PROBLEM_NONE) {
    sqlite3_close(*out_database);
    *out_database = NULL;
  }
  return problem;
}
