/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "fuzz.h"

/* A whole folder as an input: the input is a list of changes to a good one, 8 bytes each. No
 * changes leave it as it is. */
typedef struct _FuzzFolder FuzzFolder;

/* The files at @from, which are read once. */
FuzzFolder *fuzz_folder_new (const char *from);
/* Writes them to @path, anew, with the changes. */
void
fuzz_folder_write (const FuzzFolder *folder, const char *path, const guint8 *changes, gsize size);
/* Seeds: one of each change that leaves the target something to take. */
void fuzz_folder_seed (const char *name, guint8 file, guint8 change, guint32 at, guint8 value);

/* Names as no honest stick has them. */
extern const char *const fuzz_names[];
