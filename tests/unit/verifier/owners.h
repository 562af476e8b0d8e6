/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "record.h"
#include "regions.h"

/* The regions of every file of a record. */
GPtrArray *regions_all (const Record *r);

#define CHECK(n) (1u << (n))
/* Changing it makes no false record; why stands beside it. */
#define FREE 1u

/* A region belongs to the first row that fits its kind. */
typedef struct {
  const char *kind;
  guint32 owners;  /* one of these checks is the first that fails */
  const char *why; /* FREE: the reason */
} Owner;
extern const Owner unsigned_owners[];   /* changed by somebody without any key */
extern const Owner terminal_owners[];   /* by a terminal, which signs its batch again */
extern const Owner organisers_owners[]; /* by the organisers, who sign it again */
/* Aborts the test if there is none. */
const Owner *owner_of (const Owner *owners, const char *kind);

/* The .minisig that its owner makes for @name (a batch, the manifest, an amendment) as it is now.
 */
char *signed_again (const Record *r, const char *name, const GByteArray *bytes);
