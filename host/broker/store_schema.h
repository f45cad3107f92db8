/*
 * The tables of the permission store, and how an older file becomes one of today: a list of
 * migrations, each run once and whole. It recognises our files by SQLite's application_id and their
 * age by user_version, and touches no other's and no newer one.
 */
#ifndef PCS_HOST_BROKER_STORE_SCHEMA_H
#define PCS_HOST_BROKER_STORE_SCHEMA_H

#include "host/broker/store_sql.h"

/* "PCSG", as `file` shows it. */
#define PCS_STORE_APPLICATION_ID 0x50435347
#define PCS_STORE_SCHEMA_VERSION 2

/* pcs_store_schema_check reads only: NONE for an empty file, or one of ours that is whole and not
 * newer. FOREIGN, NEWER, CORRUPT; BUSY, DISK, MEMORY. */
PCS_MUST_USE pcs_store_problem pcs_store_schema_check(sqlite3 *database);
/* pcs_store_schema_migrate brings a checked file to today's version in one transaction. */
PCS_MUST_USE pcs_store_problem pcs_store_schema_migrate(sqlite3 *database);

#endif
