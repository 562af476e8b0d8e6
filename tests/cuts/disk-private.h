/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "disk.h"

/* A file or folder: as the program sees it now, and what of it no cut can take. */
typedef struct {
  guint disk, number;
  gboolean folder;
  GByteArray *now, *sure;
  GHashTable *names, *sure_names; /* char* → CutsNode */
  guint64 length;                 /* in the image that is being made */
  gboolean hashed;                /* @hash is of @now */
  guint8 hash[16];
  guint seen; /* the image in which it was last met */
} CutsNode;

#define CUTS_DISKS 4

struct _CutsDisks {
  guint fat, n;
  CutsNode *roots[CUTS_DISKS];
  GHashTable *by_number; /* disk and inode → the node that has it now */
  GPtrArray *nodes;      /* all there ever were */
  GPtrArray *pending;    /* CutsChange */
};

/* One binding of a name; "to" NULL takes it away. */
typedef struct {
  CutsNode *folder;
  char *name;
  CutsNode *to;
} CutsBinding;

typedef struct {
  CutsKind kind;
  CutsNode *node; /* DATA, LENGTH */
  guint64 at;     /* LENGTH: the length */
  guint8 *data;
  gsize size;
  CutsBinding binding[2]; /* NAME */
} CutsChange;

/* Applies one binding to a table of names. */
void cuts_bind (GHashTable *names, const CutsBinding *b);
