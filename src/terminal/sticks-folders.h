/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sticks.h"

/* Folders that stand for sticks: one is in while there is something at its path. Anything but a
 * folder there is a stick without a known filesystem; one that cannot be entered, a stick that does
 * not mount. */
#define TABELLA_TYPE_STICKS_FOLDERS (tabella_sticks_folders_get_type ())
G_DECLARE_FINAL_TYPE (TabellaSticksFolders, tabella_sticks_folders, TABELLA, STICKS_FOLDERS,
                      GObject)

/* @paths: NULL-ended. */
TabellaSticks *tabella_sticks_folders_new (const char *const *paths);
